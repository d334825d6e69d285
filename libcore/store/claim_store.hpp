#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// What an operator says with a kickoff, and every value that it may assert afterwards.
struct StoredClaim {
  bitcoin::Txid kickoff;
  std::uint32_t epoch = 0, withdrawal = 0;
  bitcoin::Txid payout;
  std::vector<Bytes> trace;  ///< the claim program's values by number
  Bytes root_signature;      ///< the sequencer's of the epoch's root, as the caller encodes it
  bool asserting = false;    ///< a value of an assert part may have been signed
};

/// An operator's claims, one for each kickoff, on the disk before anything of them is signed.
class ClaimStore {
 public:
  explicit ClaimStore(Database& database) : database_(database) {}

  /// On the disk when it returns. A claim that says the same (epoch, withdrawal, payout) is left as it was;
  /// one that says something else throws Error `claim.exists` (exit 7).
  void put(const StoredClaim& claim);
  std::optional<StoredClaim> find(const bitcoin::Txid& kickoff);
  /// Other values for what the kickoff says, after a reorganisation moved the payout. Throws Error
  /// `claim.asserted` (exit 7) when values may have been signed and these differ, `claim.unrecorded` (exit
  /// 3).
  void retrace(const bitcoin::Txid& kickoff, const std::vector<Bytes>& trace);
  /// From now on the trace stays as it is. On the disk when it returns; throws `claim.unrecorded`.
  void begin_asserts(const bitcoin::Txid& kickoff);

 private:
  Database& database_;
};

}  // namespace pegkit::store
