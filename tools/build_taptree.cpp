#include "app/build_taptree/claim.hpp"
#include "app/build_taptree/custody.hpp"
#include "app/build_taptree/stake.hpp"
#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"build-taptree", "Build the taproot trees of custodies, deposits, stakes and claims."};
  program.add<app::BuildCustody>("custody", "address, tree and descriptor of a custody document",
                                 "build-taptree custody --chain regtest < custody.json");
  program.add<app::BuildDepositTree>(
      "deposit", "the deposit address of one depositor and recipient",
      "build-taptree deposit --params params.json --recipient 0x… --refund-key 79be…1798 < custody.json");
  program.add<app::BuildTree>("tree", "root, address and control blocks of any tree",
                              "build-taptree tree --chain regtest < tree.json");
  program.add<app::BuildLeaf>("leaf", "one leaf of a custody with its control block",
                              "build-taptree leaf --signers 0,2 < custody.json");
  program.add<app::BuildClaim>("claim", "the disprove tree and the other scripts of a claim",
                               "build-taptree claim --params params.json --values");
  program.add<app::BuildStake>(
      "stake", "the sequencer's bond, and the leaves that take it",
      "build-taptree stake --params params.json --recovery-blocks 52560 < keys.json");
  return program.run(argc, argv);
}
