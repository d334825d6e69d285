#pragma once

#include "app/command.hpp"

namespace pegkit::app {

/// `regtest-node run`: a regtest chain behind bitcoind's JSON-RPC on 127.0.0.1, until it is told to stop (RPC
/// `stop`, SIGINT, SIGTERM).
///
/// Keeps chain and mempool in <datadir>/regtest/chain.sqlite and writes the login of this run to
/// <datadir>/regtest/.cookie (mode 0600, removed at the end), as bitcoind does. One line on stdout when it is
/// ready: {"type":"pegkit/regtest-node","version":1,"url":…,"cookie_file":…}.
class RunRegtestNode : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string datadir_, rpc_user_, rpc_password_file_;
  std::int64_t port_ = 18443;
  std::int64_t min_relay_fee_ = 100;
  bool memory_ = false;
};

}  // namespace pegkit::app
