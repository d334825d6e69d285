#include "app/musig_round/commands.hpp"
#include "cli/program.hpp"

int main(int argc, char** argv) {
  using namespace pegkit;
  cli::Program program{"musig-round", "Sign together: MuSig2 in two rounds."};
  program.add("keyagg", "aggregate the keys of the signers",
              "musig-round keyagg --custody custody.json --signers 0,2,4", app::musig_round::keyagg_command);
  program.add("nonce", "round one: print this signer's nonces",
              "musig-round nonce --custody custody.json --signers 0,2,4 --chain regtest "
              "--key-file 0.key < payout.psbt.json > 0.nonce",
              app::musig_round::nonce_command);
  program.add("sign", "round two: print this signer's partial signatures",
              "musig-round sign --graph graph.json --sequencer-keys sequencer.ots.json --chain "
              "regtest --params params.json --key-file 0.key --nonces all.nonces",
              app::musig_round::sign_command);
  program.add("session", "run both rounds in one process, over stdin and stdout",
              "musig-round session --keys keys.txt --chain regtest --key-file 0.key",
              app::musig_round::session_command);
  program.add("combine", "check all partial signatures and combine them",
              "musig-round combine --custody custody.json --signers 0,2,4 --nonces "
              "all.nonces --partials all.partials < payout.psbt.json",
              app::musig_round::combine_command);
  program.add("verify", "check one signer's partial signature, or a finished signature",
              "musig-round verify --keys keys.txt signature.json", app::musig_round::verify_command);
  return program.run(argc, argv);
}
