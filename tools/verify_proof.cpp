#include "app/verify_proof/commands.hpp"
#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"verify-proof", "Check proofs about the chain and the layer 2."};
  program.add("spv", "check that a block contains a transaction",
              "verify-proof spv --chain main < deposit.proof.json", app::verify_proof::spv_command);
  program.add("headers", "check headers: links, work, targets and times",
              "verify-proof headers --chain main --first-height 832000 < headers.bin",
              app::verify_proof::headers_command);
  program.add("groth16", "check a Groth16 proof over BN254 of snarkjs or gnark",
              "verify-proof groth16 --vk verification_key.json --public public.json < proof.json",
              app::verify_proof::groth16_command);
  program.add("plonk", "check a PLONK proof over BN254 of snarkjs or gnark",
              "verify-proof plonk --vk verification_key.json --public public.json < proof.json",
              app::verify_proof::plonk_command);
  program.add("fflonk", "check an fflonk proof over BN254 of snarkjs",
              "verify-proof fflonk --vk verification_key.json --public public.json < proof.json",
              app::verify_proof::fflonk_command);
  program.add("ziren", "check a zkVM proof that Ziren published",
              "verify-proof ziren --vk groth16_vk.bin proof.json", app::verify_proof::ziren_command);
  return program.run(argc, argv);
}
