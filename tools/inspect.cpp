#include "app/inspect/commands.hpp"
#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"inspect", "Take transactions, scripts, addresses and PSBTs apart."};
  program.add("tx", "show a transaction field by field", "inspect tx --chain main < transaction.hex",
              app::inspect::tx_command);
  program.add("script", "show a script as words, with its kind and hashes", "inspect script 5121…ae",
              app::inspect::script_command);
  program.add("address", "show the script and networks of an address", "inspect address bc1p…",
              app::inspect::address_command);
  program.add("psbt", "show a PSBT field by field", "inspect psbt --chain regtest < payout.psbt.json",
              app::inspect::psbt_command);
  program.add("verify", "run the script machine on inputs given as JSON Lines",
              "jq -c '{tx,prevouts,index,flags}' inputs.jsonl | inspect verify",
              app::inspect::verify_command);
  program.add("graph", "show or draw the transactions of a graph",
              "inspect graph --params params.json --sequencer-keys sequencer.ots.json "
              "--format svg < graph.json | jq -r .drawing > graph.svg",
              app::inspect::graph_command);
  program.add("step", "show a step of a claim, and whether it holds for given values",
              "inspect step --params params.json node_7", app::inspect::step_command);
  return program.run(argc, argv);
}
