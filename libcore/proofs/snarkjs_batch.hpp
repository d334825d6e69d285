#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "proofs/groth16.hpp"

namespace pegkit::proofs {

/// What is known of a batch: how many proofs there were, which are false, and why the first of them is.
struct Groth16BatchResult {
  std::size_t proofs = 0;
  std::vector<std::size_t> invalid;  ///< ascending, from 0
  std::string first_reason;

  Verdict verdict() const;
};

/// Verifies proofs of snarkjs, `{"proof":{…},"public":[…]}` a line, empty lines left out: some hundreds at
/// once by a random linear combination, and one by one where such a group has a false one. `next_line` gives
/// nullopt at the end. Throws Error (exit 3) with a path like "[3].proof.pi_a" for a line that is no such
/// object, `input.empty` when there is none.
Groth16BatchResult verify_groth16_batch(const proofs::Groth16Verifier& verifier,
                                        const std::function<std::optional<std::string>()>& next_line);

}  // namespace pegkit::proofs
