#include "app/peg_out/commands.hpp"
#include "cli/network.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  using namespace pegkit;
  cli::Program program{"peg-out", "Pay withdrawals and move custody."};
  program.network(cli::http_rpc);
  program.add("list", "list the withdrawals that layer-2 users requested, with their states",
              "peg-out list --chain regtest --l2-url http://127.0.0.1:8545 --state requested",
              app::peg_out::list_command);
  program.add("batch", "make one transaction that pays many withdrawals, as a PSBT",
              "peg-out batch --chain regtest --signers 0,2,4 > batch.json", app::peg_out::batch_command);
  program.add("verify", "check a payout against the requested withdrawals, before signing it",
              "peg-out verify --chain regtest < batch.json", app::peg_out::verify_command);
  program.add("rotate", "move the custody's coins and minted deposits to the next custody, as PSBTs",
              "peg-out rotate --chain regtest --custody old.json --to new.json --path key",
              app::peg_out::rotate_command);
  program.add("finalize", "print the transaction of a signed PSBT",
              "peg-out finalize < signed.json > tx.json", app::peg_out::finalize_command);
  program.add("send", "check, record and broadcast signed transactions",
              "peg-out finalize < signed.json | peg-out send --chain regtest --yes",
              app::peg_out::send_command);
  program.add("bump", "replace a transaction by one with a higher fee, as a PSBT to sign",
              "peg-out bump --chain regtest --txid 1f…e0 --fee-rate 20", app::peg_out::bump_command);
  program.add("drop", "give up a plan that was never sent", "peg-out drop --chain regtest --txid 1f…e0 --yes",
              app::peg_out::drop_command);
  program.add("request", "request a withdrawal, as a user of the layer 2",
              "peg-out request --chain regtest --params params.json --to bcrt1p… "
              "--amount 50000 --key-file user.key --yes",
              app::peg_out::request_command);
  program.add("announce", "give the layer-2 contract the next custody",
              "peg-out announce --chain regtest --params params.json --to new.json > messages.json",
              app::peg_out::announce_command);
  program.add("stake", "pay an operator's stake for one deposit",
              "peg-out stake --chain regtest --params params.json --deposit deposit.json "
              "--key-file operator.key --broadcast --yes",
              app::peg_out::stake_command);
  program.add("graph", "make the graph of a deposit and a stake, for its signers",
              "peg-out graph --chain regtest --params params.json --deposit deposit.json "
              "--sequencer-keys sequencer.ots.json --key-file operator.key > graph.json",
              app::peg_out::graph_command);
  program.add("payout", "pay a withdrawal with the operator's own coin",
              "peg-out payout --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json --id 7 "
              "--key-file operator.key --broadcast --yes",
              app::peg_out::payout_command);
  program.add("kickoff", "claim a deposit for a payout, with the operator's stake behind it",
              "peg-out kickoff --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
              "--key-file operator.key --broadcast --yes",
              app::peg_out::kickoff_command);
  program.add("take", "take deposit and bond after the claim's window is over",
              "peg-out take --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
              "--key-file operator.key --broadcast --yes",
              app::peg_out::take_command);
  program.add("unstake", "return a stake that no claim uses to the operator",
              "peg-out unstake --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
              "--key-file operator.key --broadcast --yes",
              app::peg_out::unstake_command);
  return program.run(argc, argv);
}
