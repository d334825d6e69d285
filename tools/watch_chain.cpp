#include "app/watch_chain/commands.hpp"
#include "cli/network.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  using namespace pegkit;
  cli::Program program{"watch-chain", "Follow the chain and see what concerns the bridge."};
  program.network(cli::http_rpc);
  program.add<app::InitWatch>("init", "parameters, custody and deposits of a bridge",
                              "watch-chain init --chain regtest --params params.json --custody custody.json");
  program.add<app::AddWatch>("watch", "watch further deposits, custodies and sequencers",
                             "peg-in address … | watch-chain watch --chain regtest");
  program.add<app::RunWatch>("run", "follow the chain with most work; events as JSON Lines",
                             "watch-chain run --chain regtest --once");
  program.add<app::ListEvents>("events", "what was seen, with what undid it",
                               "watch-chain events --chain regtest --since 12 --kind payout");
  program.add<app::WatchStatus>("status", "heights, coins, and why something is not confirmed yet",
                                "watch-chain status --chain regtest");
  return program.run(argc, argv);
}
