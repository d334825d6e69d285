#include "app/regtest_node/commands.hpp"
#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"regtest-node", "A Bitcoin regtest chain of its own behind bitcoind's JSON-RPC."};
  program.add("run", "serve a regtest chain until stopped by RPC or signal",
              "regtest-node run --datadir node --rpcport 0", app::regtest_node::run_command);
  return program.run(argc, argv);
}
