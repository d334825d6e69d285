#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bitcoin/pow.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/params.hpp"
#include "optimistic/claim_relation.hpp"

namespace pegkit::optimistic {

/// The values that are the same in every claim of one graph.
struct ClaimConstants {
  static constexpr std::uint32_t max_headers = 12;

  bridge::Magic magic;
  bitcoin::OutPoint deposit;
  ByteArray<16> operator_tag{};  ///< of the operator's key (record.hpp), so that nobody claims with another
                                 ///< operator's payout
  bitcoin::U256 target;          ///< the largest hash of a block
  std::uint32_t headers = 0;     ///< k: headers on top of the payout's block, at most max_headers
};

/// One value of a claim, under a one-time key of its own.
struct ClaimValue {
  /// The witness in which it appears: the kickoff's, that of assert part 0, or that of the assert part that
  /// the layout says.
  enum class Where { kickoff, epoch, assert };
  std::string name;
  std::size_t bytes = 0;
  Where where = Where::assert;
};

struct ClaimStep {
  std::string name;
  ClaimRelation relation;
  std::string words;  ///< what must hold, for people
  ClaimUse use;
};

/// The claim "withdrawal W of an epoch was asked for against this deposit, and I paid it" (doc/challenge.md,
/// The claim): values, and steps that all hold exactly when the claim is true.
class ClaimProgram {
 public:
  static constexpr std::size_t max_script = 42;  ///< bytes of a withdrawal's script that a claim can show
  static constexpr std::size_t tree_depth = 32;  ///< of the withdrawals
  static constexpr std::size_t max_depth = 14;   ///< of a block's merkle tree
  static constexpr std::size_t tx_blocks = 3;    ///< SHA-256 blocks of a payout: 120 to 183 bytes

  /// Throws Error `claim.headers` (exit 3) above max_headers.
  explicit ClaimProgram(const ClaimConstants& constants);

  const ClaimConstants& constants() const { return constants_; }
  const std::vector<ClaimValue>& values() const { return values_; }
  const std::vector<ClaimStep>& steps() const { return steps_; }
  /// Throws Error `claim.value`, `claim.step` (exit 3) for an unknown name.
  std::size_t value(std::string_view name) const;
  std::size_t step(std::string_view name) const;

 private:
  ClaimConstants constants_;
  std::vector<ClaimValue> values_;
  std::vector<ClaimStep> steps_;
};

/// The first step that a trace shows to be false. Steps that need a missing (empty) value are passed over.
/// Throws Error `claim.trace` (exit 3) for a trace whose lengths are not those of the program's values.
std::optional<std::size_t> first_false_step(const ClaimProgram& program, const ClaimTrace& trace);

}  // namespace pegkit::optimistic
