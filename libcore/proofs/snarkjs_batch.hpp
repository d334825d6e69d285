#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "proofs/groth16.hpp"

namespace pegkit::proofs {

/// The result of a batch: how many proofs there were, which are false, and why the first false one is.
struct Groth16BatchResult {
  std::size_t proofs = 0;
  std::vector<std::size_t> invalid;  ///< ascending, from 0
  std::string first_reason;

  Verdict verdict() const;
};

/// Verifies proofs of snarkjs, one object `{"proof":{…},"public":[…]}` per line; empty lines are skipped.
/// Some hundreds are checked at once by a random linear combination; a group with a false proof is then
/// checked one by one. `next_line` gives nullopt at the end. Throws Error (exit 3) with a path such as
/// "[3].proof.pi_a" for a line of another form, `input.empty` when there is no line.
Groth16BatchResult verify_groth16_batch(const proofs::Groth16Verifier& verifier,
                                        const std::function<std::optional<std::string>()>& next_line);

}  // namespace pegkit::proofs
