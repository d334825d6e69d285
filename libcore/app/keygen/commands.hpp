#pragma once

#include <string>

#include "app/command.hpp"

namespace pegkit::app {

/// `keygen new`: makes a secret key and writes it to a file that must not exist; prints the public key.
class NewKey : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string out_, chain_, passphrase_file_;
  bool encrypt_ = false;
};

/// `keygen import`: the same for a secret key on stdin, 64 hex digits or WIF.
class ImportKey : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string out_, chain_, passphrase_file_;
  bool encrypt_ = false;
};

/// `keygen pub`: the public key of a key file. Asks no passphrase: the public key stands beside the secret.
class ShowPublicKey : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string chain_;
};

/// `keygen passwd`: encrypts a key file anew, or leaves it plain. The old file stays until the new one is on
/// the disk.
class ChangePassphrase : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string path_, old_file_, new_file_;
  bool decrypt_ = false;
};

}  // namespace pegkit::app
