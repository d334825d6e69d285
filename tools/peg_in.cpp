#include "app/peg_in/commands.hpp"
#include "cli/network.hpp"
#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"peg-in", "Deposit bitcoin into the layer 2, and take it back."};
  program.network(cli::http_rpc);
  program.add("address", "make a deposit address for one recipient",
              "peg-in address --chain regtest --params params.json --custody custody.json "
              "--recipient 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --refund-key 0279be…",
              app::peg_in::address_command);
  program.add("build", "make the transaction that funds a deposit",
              "peg-in build --chain regtest --params params.json --deposit deposit.json "
              "--amount 100000000 --key-file alice.key --broadcast --yes",
              app::peg_in::build_command);
  program.add("refund", "take a deposit back after its timelock",
              "peg-in refund --chain regtest --params params.json --deposit deposit.json "
              "--to bcrt1p… --key-file alice.key --broadcast --yes",
              app::peg_in::refund_command);
  program.add("prove", "prove that a deposit is in a block; with --mint: make the mint to sign",
              "peg-in prove --chain regtest --params params.json --deposit deposit.json",
              app::peg_in::prove_command);
  program.add("lock", "send the lock of a deposit, which its graph's signers signed",
              "peg-in lock --chain regtest --graph graph.signed.json --sequencer-keys "
              "sequencer.ots.json --key-file relayer.key --yes",
              app::peg_in::lock_command);
  program.add("mint", "send a signed mint to the layer 2",
              "peg-in mint --chain regtest --params params.json --key-file relayer.key --yes < mint.json",
              app::peg_in::mint_command);
  return program.run(argc, argv);
}
