#include "app/build_taptree/commands.hpp"
#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"build-taptree", "Build the taproot trees of custodies, deposits, stakes and claims."};
  program.add("custody", "address, tree and descriptor of a custody document",
              "build-taptree custody --chain regtest < custody.json", app::build_taptree::custody_command);
  program.add(
      "deposit", "the deposit address of one depositor and recipient",
      "build-taptree deposit --params params.json --recipient 0x… --refund-key 79be…1798 < custody.json",
      app::build_taptree::deposit_command);
  program.add("tree", "root, address and control blocks of any tree",
              "build-taptree tree --chain regtest < tree.json", app::build_taptree::tree_command);
  program.add("leaf", "one leaf of a custody with its control block",
              "build-taptree leaf --signers 0,2 < custody.json", app::build_taptree::leaf_command);
  program.add("claim", "the disprove tree and the other scripts of a claim",
              "build-taptree claim --params params.json --values", app::build_taptree::claim_command);
  program.add("stake", "the sequencer's bond, and the leaves that take it",
              "build-taptree stake --params params.json --recovery-blocks 52560 < keys.json",
              app::build_taptree::stake_command);
  return program.run(argc, argv);
}
