#include "app/challenge/commands.hpp"
#include "cli/network.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  using namespace pegkit;
  cli::Program program{"challenge", "Stop false claims and take the bond."};
  program.network(cli::http_rpc);
  program.add("check", "what claims and published proofs are worth, and what run would do",
              "challenge check --chain regtest --graphs graphs --sequencer-keys sequencer.ots.json",
              app::challenge::check_command);
  program.add("run", "do all that is needed now about every graph",
              "challenge run --once --chain regtest --graphs graphs --sequencer-keys sequencer.ots.json "
              "--key-file challenger.key --yes",
              app::challenge::run_command);
  program.add("status", "the same as check, and what was sent",
              "challenge status --chain regtest --graphs graphs --sequencer-keys sequencer.ots.json",
              app::challenge::status_command);
  program.add("open", "challenge the claim of one graph",
              "challenge open --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
              "--key-file challenger.key --yes",
              app::challenge::open_command);
  program.add("assert", "the operator's answer: every value of its claim",
              "challenge assert --chain regtest --graph graph.json --sequencer-keys sequencer.ots.json "
              "--key-file operator.key --broadcast --yes",
              app::challenge::assert_command);
  program.add("disprove", "show the first step of a claim that does not hold",
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
