#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/command.hpp"

namespace pegkit::app {

/// `watch-chain init`: parameters, custody and deposits of a bridge, and the first header.
class InitWatch : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, deposits_;
  std::vector<std::string> custody_;
  bool from_genesis_ = false;
};

/// `watch-chain watch`: further custody, deposit, stake and public-key documents, and the sequencer's public
/// one-time keys.
class AddWatch : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, input_ = "-", label_;
  std::optional<std::int64_t> since_;
};

/// `watch-chain run`: follows the chain, once or until stopped.
class RunWatch : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_;
  bool once_ = false, follow_ = false, compare_ = false;
  std::int64_t interval_ = 10;
};

/// `watch-chain events`: what was seen, from a sequence number on.
class ListEvents : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::int64_t since_ = 0;
  std::string kind_;
};

/// `watch-chain status`.
class WatchStatus : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_;
  bool check_ = false;
};

}  // namespace pegkit::app
