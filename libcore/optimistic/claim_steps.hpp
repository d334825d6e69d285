#pragma once

#include <vector>

#include "optimistic/claim_program.hpp"

namespace pegkit::optimistic {

/// The values and steps of a claim, as doc/challenge.md has them ("The claim").
struct ClaimDraft {
  std::vector<ClaimValue> values;
  std::vector<ClaimStep> steps;
};
ClaimDraft draft_claim(const ClaimConstants& constants);

}  // namespace pegkit::optimistic
