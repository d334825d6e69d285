#include "app/regtest_node/run.hpp"
#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"regtest-node", "A Bitcoin regtest chain of its own behind bitcoind's JSON-RPC."};
  program.add<app::RunRegtestNode>("run", "serve until stopped by RPC or signal",
                                   "regtest-node run --datadir node --rpcport 0");
  return program.run(argc, argv);
}
