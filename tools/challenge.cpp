#include "app/challenge/commands.hpp"
#include "cli/network.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  using namespace pegkit;
  cli::Program program{"challenge", "Stop false claims and take the bond."};
  program.network(cli::http_rpc);
  program.add("check", "check claims and published proofs, and show what run would do",
              "challenge check --chain regtest --graphs graphs --sequencer-keys sequencer.ots.json",
              app::challenge::check_command);
  program.add("run", "make one pass: send every transaction that is due for any graph",
              "challenge run --once --chain regtest --graphs graphs --sequencer-keys sequencer.ots.json "
              "--key-file challenger.key --yes",
              app::challenge::run_command);
  program.add("status", "show the same as check, and the transactions sent",
              "challenge status --chain regtest --graphs graphs --sequencer-keys sequencer.ots.json",
              app::challenge::status_command);
  program.add("open", "challenge the claim of one graph",
              "challenge open --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
              "--key-file challenger.key --yes",
              app::challenge::open_command);
  program.add("assert", "answer a challenge as operator: reveal every value of the claim",
              "challenge assert --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
              "--key-file operator.key --broadcast --yes",
              app::challenge::assert_command);
  program.add("disprove", "prove the first false step of a claim and take the bond",
              "challenge disprove --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
              "--key-file challenger.key --yes",
              app::challenge::disprove_command);
  program.add("timeout", "take the bond of an operator who did not assert in time",
              "challenge timeout --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
              "--key-file challenger.key --yes",
              app::challenge::timeout_command);
  program.add(
      "slash", "take the bond of a sequencer that signed two roots for one epoch",
      "challenge slash --chain regtest --sequencer-keys keys.json --stake stake.json --outpoint TXID:0 "
      "--evidence one.hex --evidence two.hex --to bcrt1q… --broadcast",
      app::challenge::slash_command);
  return program.run(argc, argv);
}
