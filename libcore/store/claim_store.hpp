#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// The claim that an operator makes with a kickoff, and every value that it may assert afterwards.
struct StoredClaim {
  bitcoin::Txid kickoff;
  std::uint32_t epoch = 0, withdrawal = 0;
  bitcoin::Txid payout;
  std::vector<Bytes> trace;  ///< the claim program's values by number
  Bytes root_signature;      ///< the sequencer's signature of the epoch's root, in the caller's encoding
  bool asserting = false;    ///< a value of an assert part may have been signed
};

/// An operator's claims, one for each kickoff. A claim is on the disk before any part of it is signed.
class ClaimStore {
 public:
  explicit ClaimStore(Database& database) : database_(database) {}

  /// Durable when it returns. A recorded claim of the same epoch, withdrawal and payout stays as it is; where
  /// one of these differs, throws Error `claim.exists` (exit 7).
  void put(const StoredClaim& claim);
  std::optional<StoredClaim> find(const bitcoin::Txid& kickoff);
  /// Replaces the values of a claim, after a reorganisation moved its payout. Throws Error `claim.asserted`
  /// (exit 7) when a value may have been signed and these differ, `claim.unrecorded` (exit 3).
  void retrace(const bitcoin::Txid& kickoff, const std::vector<Bytes>& trace);
  /// Called before the first value is signed: from now on the trace cannot change. Durable when it returns.
  /// Throws `claim.unrecorded`.
  void begin_asserts(const bitcoin::Txid& kickoff);

 private:
  Database& database_;
};

}  // namespace pegkit::store
