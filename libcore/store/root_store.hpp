#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// The sequencer's one-time keys, and the signatures of roots that transactions showed. A signature is kept
/// even when a reorganisation removes the block that showed it: it still proves what the sequencer signed.
class RootStore {
 public:
  explicit RootStore(Database& database) : database_(database) {}

  /// Adds the key of one epoch: its public hashes of 20 bytes, one after the other. A stored key stays as it
  /// is.
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
    bitcoin::Txid txid;  ///< the transaction that showed it first
    Bytes signature;     ///< in the caller's encoding
  };
  /// Adds a signature, unless one of the same root for the same epoch is stored.
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
