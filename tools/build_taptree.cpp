#include "app/build_taptree/commands.hpp"
#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"build-taptree", "Build the taproot trees of custodies, deposits, stakes and claims."};
  program.add("custody", "print address, tree and descriptor of a custody",
              "build-taptree custody --chain regtest < custody.json", app::build_taptree::custody_command);
  program.add(
      "deposit", "print the deposit address of one depositor and recipient",
      "build-taptree deposit --params params.json --recipient 0x… --refund-key 79be…1798 < custody.json",
      app::build_taptree::deposit_command);
  program.add("tree", "print root, address and control blocks of any tree",
              "build-taptree tree --chain regtest < tree.json", app::build_taptree::tree_command);
  program.add("leaf", "print one leaf of a custody with its control block",
              "build-taptree leaf --signers 0,2 < custody.json", app::build_taptree::leaf_command);
  program.add("claim", "print roots and leaves of a claim's trees, or its values",
              "build-taptree claim --params params.json --values", app::build_taptree::claim_command);
  program.add("stake", "print the sequencer's bond output, or one of its leaves",
              "build-taptree stake --params params.json --recovery-blocks 52560 < keys.json",
              app::build_taptree::stake_command);
  return program.run(argc, argv);
}
