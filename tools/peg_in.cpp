#include "app/peg_in/commands.hpp"
#include "app/peg_in/lock.hpp"
#include "cli/network.hpp"
#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"peg-in", "Deposit bitcoin into the layer 2, and take it back."};
  program.network(cli::http_rpc);
  program.add<app::DepositAddress>(
      "address", "a deposit address for one recipient",
      "peg-in address --chain regtest --params params.json --custody custody.json "
      "--recipient 0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf --refund-key 0279be…");
  program.add<app::BuildDeposit>("build", "the transaction that funds a deposit",
                                 "peg-in build --chain regtest --params params.json --deposit deposit.json "
                                 "--amount 100000000 --key-file alice.key --broadcast --yes");
  program.add<app::RefundDeposit>("refund", "take a deposit back after its timelock",
                                  "peg-in refund --chain regtest --params params.json --deposit deposit.json "
                                  "--to bcrt1p… --key-file alice.key --broadcast --yes");
  program.add<app::ProveDeposit>("prove", "that a deposit is in a block; --mint: what custodians sign for it",
                                 "peg-in prove --chain regtest --params params.json --deposit deposit.json");
  program.add<app::LockDeposit>("lock", "lock a deposit by the transaction that its signers made",
                                "peg-in lock --chain regtest --graph graph.signed.json --sequencer-keys "
                                "sequencer.ots.json --key-file relayer.key --yes");
  program.add<app::MintDeposit>(
      "mint", "send a signed mint to the layer 2",
      "peg-in mint --chain regtest --params params.json --key-file relayer.key --yes < mint.json");
  return program.run(argc, argv);
}
