#include "app/inspect/commands.hpp"
#include "app/inspect/graph.hpp"
#include "app/inspect/step.hpp"
#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"inspect", "Take transactions, scripts, addresses and PSBTs apart."};
  program.add<app::InspectTransaction>("tx", "a transaction, field by field",
                                       "inspect tx --chain main < transaction.hex");
  program.add<app::InspectScript>("script", "a script as words, with its kind and hashes",
                                  "inspect script 5121…ae");
  program.add<app::InspectAddress>("address", "the script and networks of an address",
                                   "inspect address bc1p…");
  program.add<app::InspectPsbt>("psbt", "a PSBT, field by field",
                                "inspect psbt --chain regtest < payout.psbt.json");
  program.add<app::InspectVerify>("verify", "run the script machine on inputs given as JSON Lines",
                                  "jq -c '{tx,prevouts,index,flags}' inputs.jsonl | inspect verify");
  program.add<app::InspectGraph>("graph", "the transactions of a graph, also drawn",
                                 "inspect graph --params params.json --sequencer-keys sequencer.ots.json "
                                 "--format svg < graph.json | jq -r .drawing > graph.svg");
  program.add<app::InspectStep>("step", "a step of a claim, and whether it is true of given values",
                                "inspect step --params params.json node_7");
  return program.run(argc, argv);
}
