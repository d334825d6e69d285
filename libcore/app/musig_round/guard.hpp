#pragma once

#include <optional>

#include "app/command.hpp"
#include "base/amount.hpp"
#include "signing/request.hpp"

namespace pegkit::app::musig_round {

/// The checks a signer makes before it signs a transaction, graph or mint; plain messages pass.
class SigningGuard {
 public:
  /// The highest fee when neither --fee-cap nor --params gives one.
  static constexpr Sat default_fee_cap{1'000'000};

  void declare(Options& options);
  /// Shows on stderr the transaction, graph or mint to be signed, and checks it. Throws Error `fee.cap`,
  /// `chain.mismatch` or, for an OP_RETURN with the bridge's magic that is not a valid record,
  /// `record.invalid` (all exit 7); and a usage error for a record without --params, which are needed to
  /// recognise a payout.
  void inspect(Ports& ports, const signing::RoundRequest& request);
  /// Records a payout or a graph durably, before it is signed. Throws Error `withdrawal.signed` or
  /// `graph.signed` (exit 7) when a conflicting one was signed before.
  void record(Ports& ports, const signing::RoundRequest& request) const;

 private:
  std::optional<std::int64_t> fee_cap_;
};

}  // namespace pegkit::app::musig_round
