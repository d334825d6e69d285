#pragma once

#include "app/command.hpp"

namespace pegkit::app {

/// `inspect tx`: a transaction taken apart, inputs read for what they spend.
class InspectTransaction : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_, chain_, magic_;
};

/// `inspect script`: hex to words, kind, hashes and addresses; `--asm` the other way.
class InspectScript : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_;
  bool asm_ = false;
};

/// `inspect address`: what an address says, on whichever networks it is valid.
class InspectAddress : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_;
};

/// `inspect psbt`: a PSBT taken apart.
class InspectPsbt : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_, chain_, magic_;
};

/// `inspect verify`: runs the script machine on inputs given as JSON Lines; one verdict a line.
class InspectVerify : public Command {
 public:
  void options(Options&) override {}
  Exit run(Ports& ports) override;
};

}  // namespace pegkit::app
