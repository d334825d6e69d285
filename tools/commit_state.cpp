#include "app/commit_state/commands.hpp"
#include "cli/network.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  using namespace pegkit;
  cli::Program program{"commit-state", "Commit the layer 2's state to Bitcoin, epoch by epoch."};
  program.network(cli::http_rpc);
  program.add("build", "make and sign the next commitment of a thread",
              "commit-state build --chain regtest --thread TXID --key-file sequencer.key",
              app::commit_state::build_command);
  program.add("address", "print the address that opens a thread in optimistic mode",
              "commit-state address --chain regtest --sequencer-keys keys.json",
              app::commit_state::address_command);
  program.add("send", "check, record and broadcast a commitment",
              "commit-state build … | commit-state send --chain regtest --yes",
              app::commit_state::send_command);
  program.add("list", "list the commitments of a thread", "commit-state list --chain regtest --thread TXID",
              app::commit_state::list_command);
  program.add("verify", "check every commitment of a thread against the layer 2",
              "commit-state verify --chain regtest --thread TXID", app::commit_state::verify_command);
  return program.run(argc, argv);
}
