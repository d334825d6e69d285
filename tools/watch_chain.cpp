#include "app/watch_chain/commands.hpp"
#include "cli/network.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  using namespace pegkit;
  cli::Program program{"watch-chain", "Follow the chain and record the events of a bridge."};
  program.network(cli::http_rpc);
  program.add("init", "begin with a bridge: its parameters, custodies and deposits",
              "watch-chain init --chain regtest --params params.json --custody custody.json",
              app::watch_chain::init_command);
  program.add("watch", "add deposits, custodies and sequencers to those watched",
              "peg-in address … | watch-chain watch --chain regtest", app::watch_chain::watch_command);
  program.add("run", "follow the chain with most work and print events as JSON Lines",
              "watch-chain run --chain regtest --once", app::watch_chain::run_command);
  program.add("events", "print the events seen so far, with those that undo others",
              "watch-chain events --chain regtest --since 12 --kind payout",
              app::watch_chain::events_command);
  program.add("status", "show heights, coins, and why a transaction is not confirmed yet",
              "watch-chain status --chain regtest", app::watch_chain::status_command);
  return program.run(argc, argv);
}
