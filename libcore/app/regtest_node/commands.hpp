#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::regtest_node {

// The subcommands of `regtest-node`: each makes an object that declares its options and runs once. The code
// of a subcommand stands in the file of its name beside this one.

/// `regtest-node run`: serves a regtest chain through bitcoind's JSON-RPC on 127.0.0.1 until RPC `stop`,
/// SIGINT or SIGTERM.
///
/// Keeps chain and mempool in <datadir>/regtest/chain.sqlite and writes the login of this run to
/// <datadir>/regtest/.cookie (mode 0600, removed at the end), as bitcoind does. Prints one line when it is
/// ready: {"type":"pegkit/regtest-node","version":1,"url":…,"cookie_file":…}.
std::unique_ptr<Command> run_command();

}  // namespace pegkit::app::regtest_node
