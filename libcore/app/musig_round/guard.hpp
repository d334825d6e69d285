#pragma once

#include <optional>

#include "app/command.hpp"
#include "base/amount.hpp"
#include "signing/request.hpp"

namespace pegkit::app::musig_round {

/// What a signer asks of a transaction or a graph before signing it; plain messages pass.
class SigningGuard {
 public:
  /// Of a fee, when neither --fee-cap nor --params say otherwise.
  static constexpr Sat default_fee_cap{1'000'000};

  void declare(Options& options);
  /// Says what is about to be signed. Throws Error `fee.cap` (exit 7), `chain.mismatch` (exit 7),
  /// `record.invalid` (exit 7) for an OP_RETURN of the bridge that is none of its records, and a usage error
  /// for a record without --params, with which alone a payout is recognised.
  void inspect(Ports& ports, const signing::RoundRequest& request);
  /// Records a payout or a graph durably, before it is signed; throws Error `withdrawal.signed`,
  /// `graph.signed` (exit 7).
  void record(Ports& ports, const signing::RoundRequest& request) const;

 private:
  std::optional<std::int64_t> fee_cap_;
};

}  // namespace pegkit::app::musig_round
