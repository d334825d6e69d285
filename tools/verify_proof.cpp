#include "app/verify_proof/commands.hpp"
#include "app/verify_proof/groth16.hpp"
#include "app/verify_proof/plonk.hpp"
#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"verify-proof", "Check proofs about the chain and the layer 2."};
  program.add<app::VerifySpv>("spv", "a transaction stands in a block",
                              "verify-proof spv --chain main < deposit.proof.json");
  program.add<app::VerifyHeaders>("headers", "headers with their work, targets and times",
                                  "verify-proof headers --chain main --first-height 832000 < headers.bin");
  program.add<app::VerifyGroth16>(
      "groth16", "a Groth16 proof over BN254, of snarkjs or gnark",
      "verify-proof groth16 --vk verification_key.json --public public.json < proof.json");
  program.add<app::VerifyPlonk>(
      "plonk", "a PLONK proof over BN254, of snarkjs or gnark",
      "verify-proof plonk --vk verification_key.json --public public.json < proof.json");
  program.add<app::VerifyFflonk>(
      "fflonk", "an fflonk proof over BN254, of snarkjs",
      "verify-proof fflonk --vk verification_key.json --public public.json < proof.json");
  program.add<app::VerifyZiren>("ziren", "a zkVM proof as Ziren publishes it",
                                "verify-proof ziren --vk groth16_vk.bin proof.json");
  return program.run(argc, argv);
}
