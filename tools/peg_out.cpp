#include "app/peg_out/announce.hpp"
#include "app/peg_out/commands.hpp"
#include "app/peg_out/kickoff.hpp"
#include "app/peg_out/payout.hpp"
#include "app/peg_out/request.hpp"
#include "app/peg_out/stake.hpp"
#include "app/peg_out/take.hpp"
#include "app/peg_out/unstake.hpp"
#include "cli/network.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  using namespace pegkit;
  cli::Program program{"peg-out", "Pay withdrawals and move custody."};
  program.network(cli::http_rpc);
  program.add<app::ListWithdrawals>(
      "list", "withdrawals that the layer 2 asks for, with their states",
      "peg-out list --chain regtest --l2-url http://127.0.0.1:8545 --state requested");
  program.add<app::BatchWithdrawals>("batch", "one transaction that pays many, as a PSBT",
                                     "peg-out batch --chain regtest --signers 0,2,4 > batch.json");
  program.add<app::VerifyPayout>("verify", "a payout against what the layer 2 asks for, before it is signed",
                                 "peg-out verify --chain regtest < batch.json");
  program.add<app::RotateCustody>(
      "rotate", "move every coin to the next custody, as PSBTs",
      "peg-out rotate --chain regtest --custody old.json --to new.json --path key");
  program.add<app::FinalizePayout>("finalize", "a signed PSBT's transaction",
                                   "peg-out finalize < signed.json > tx.json");
  program.add<app::SendPayout>("send", "check, record and broadcast",
                               "peg-out finalize < signed.json | peg-out send --chain regtest --yes");
  program.add<app::BumpPayout>("bump", "a replacement with a higher fee, as a PSBT for another round",
                               "peg-out bump --chain regtest --txid 1f…e0 --fee-rate 20");
  program.add<app::DropPlan>("drop", "give up a plan that was never sent",
                             "peg-out drop --chain regtest --txid 1f…e0 --yes");
  program.add<app::RequestWithdrawal>("request", "ask the layer 2 for coins on Bitcoin, as a user of it",
                                      "peg-out request --chain regtest --params params.json --to bcrt1p… "
                                      "--amount 50000 --key-file user.json --yes");
  program.add<app::AnnounceCustody>(
      "announce", "tell the layer-2 contract of the next custody",
      "peg-out announce --chain regtest --params params.json --to new.json > messages.json");
  program.add<app::MakeStake>("stake", "an operator's stake for one deposit",
                              "peg-out stake --chain regtest --params params.json --deposit deposit.json "
                              "--key-file operator.key --broadcast --yes");
  program.add<app::MakeGraph>("graph", "the graph of a deposit and a stake, for its signers",
                              "peg-out graph --chain regtest --params params.json --deposit deposit.json "
                              "--sequencer-keys sequencer.ots.json --key-file operator.key > graph.json");
  program.add<app::PayWithdrawal>(
      "payout", "pay a withdrawal with an operator's own coin",
      "peg-out payout --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json --id 7 "
      "--key-file operator.key --broadcast --yes");
  program.add<app::KickoffClaim>(
      "kickoff", "claim a deposit for a payout, with the operator's stake behind it",
      "peg-out kickoff --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
      "--key-file operator.key --broadcast --yes");
  program.add<app::TakeDeposit>(
      "take", "take deposit and bond once a claim has stood",
      "peg-out take --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
      "--key-file operator.key --broadcast --yes");
  program.add<app::ReturnStake>(
      "unstake", "take a stake home that no claim stands on",
      "peg-out unstake --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
      "--key-file operator.key --broadcast --yes");
  return program.run(argc, argv);
}
