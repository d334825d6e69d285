#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// What the sequencer's one-time keys are, and what they were seen to sign. A signature seen once is kept for
/// good, whatever becomes of the block that showed it: it proves what it proves.
class RootStore {
 public:
  explicit RootStore(Database& database) : database_(database) {}

  /// The key of one epoch: its public hashes of 20 bytes, one after the other. A key that is there stays.
  void add_key(std::uint32_t epoch, ByteView key);
  std::size_t keys();
  struct Key {
    std::uint32_t epoch;
    Bytes key;
  };
  std::optional<Key> key_of(std::uint32_t epoch);
  /// The key whose public hashes begin with this one.
  std::optional<Key> key_beginning(ByteView hash20);

  struct Signature {
    std::uint32_t epoch;
    ByteArray<32> root;
    bitcoin::Txid txid;  ///< that showed it first
    Bytes signature;     ///< as the caller writes it
  };
  /// Keeps the first signature of a root for an epoch.
  void add_signature(const Signature& signature);
  /// In the order in which they were seen.
  std::vector<Signature> signatures_of(std::uint32_t epoch);
  /// The epochs for which more than one root was signed, ascending.
  std::vector<std::uint32_t> equivocated();

  /// Remembers that the commitment of an event was compared with the layer 2.
  void set_checked(std::int64_t seq);
  bool is_checked(std::int64_t seq);

 private:
  Database& database_;
};

}  // namespace pegkit::store
