#pragma once

#include <cstdint>
#include <vector>

#include "optimistic/claim_keys.hpp"

namespace pegkit::optimistic {

/// The values that each witness of a claim shows. They follow from the program alone.
///
/// The transaction of an assert part spends its output of the kickoff by the leaf, and one P2TR coin by the
/// key path for the fee; it has one P2TR change output. It weighs at most max_weight, and the leaf's witness
/// has at most max_elements.
class ClaimLayout {
 public:
  static constexpr std::size_t max_weight = 40'000;  ///< of a version 3 transaction
  static constexpr std::size_t max_elements = 1'000;

  explicit ClaimLayout(const ClaimProgram& program);

  /// The values of the kickoff, ascending.
  const std::vector<std::size_t>& kickoff() const { return kickoff_; }
  /// Number of assert parts, and the values of each, ascending. Part 0 begins with root_epoch and root.
  std::size_t parts() const { return parts_.size(); }
  const std::vector<std::size_t>& part(std::size_t part) const;  ///< throws `claim.part` (exit 3)

 private:
  std::vector<std::size_t> kickoff_;
  std::vector<std::vector<std::size_t>> parts_;
};

}  // namespace pegkit::optimistic
