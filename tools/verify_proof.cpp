#include "app/verify_proof.hpp"

#include "cli/program.hpp"

using namespace pegkit;

int main(int argc, char** argv) {
  cli::Program program{"verify-proof", "Check proofs about the chain."};
  program.add<app::VerifySpv>("spv", "a transaction stands in a block",
                              "verify-proof spv --chain main < deposit.proof.json");
  program.add<app::VerifyHeaders>("headers", "headers with their work, targets and times",
                                  "verify-proof headers --chain main --first-height 832000 < headers.bin");
  return program.run(argc, argv);
}
