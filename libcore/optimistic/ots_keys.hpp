#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "crypto/winternitz.hpp"

namespace pegkit::optimistic {

struct OtsNamedKey {
  std::string name;  ///< 1 to 64 of a-z, 0-9 and _
  crypto::OtsPublicKey key;
  friend bool operator==(const OtsNamedKey&, const OtsNamedKey&) = default;
};

/// The public one-time keys of one party (doc/documents.md, ots-keys): the sequencer's of consecutive epochs,
/// or an operator's of one graph, one for each value of the claim program.
class OtsKeySet {
 public:
  static constexpr std::size_t max_keys = 16'384, max_name = 64;
  static constexpr std::size_t root_bytes = 32;  ///< length of a withdrawals root, which the sequencer signs

  /// Keys of the epochs from `first_epoch` on, named by their numbers. This, for_operator() and parse() throw
  /// Error `ots.keys` (exit 3) for no keys or too many, epochs above 2^32 - 1, wrong lengths or names, a name
  /// twice; `ots.duplicate` (exit 3) when a public hash occurs twice.
  static OtsKeySet for_sequencer(std::uint32_t first_epoch, std::vector<crypto::OtsPublicKey> keys);
  static OtsKeySet for_operator(const ByteArray<32>& graph, std::vector<OtsNamedKey> keys);
  /// `path` is where the document stands in another, for errors.
  static OtsKeySet parse(const Json& document, const std::string& path = "");
  Json to_json() const;

  /// Tagged hash `pegkit/ots-keys` of: 0 ‖ first epoch (4 bytes little-endian) for a sequencer, 1 ‖ graph for
  /// an operator; number of keys (4 bytes little-endian); for each its name's length (1 byte), name, message
  /// bytes (1 byte), public hashes.
  crypto::Hash256 hash() const;

  bool is_sequencer() const { return !graph_; }
  std::uint32_t first_epoch() const { return first_epoch_; }            ///< 0 for an operator
  const std::optional<ByteArray<32>>& graph() const { return graph_; }  ///< an operator's
  const std::vector<OtsNamedKey>& keys() const { return keys_; }
  /// nullptr when the set has no such key.
  const crypto::OtsPublicKey* find(std::string_view name) const;
  const crypto::OtsPublicKey* find_epoch(std::uint32_t epoch) const;

  friend bool operator==(const OtsKeySet& a, const OtsKeySet& b) {
    return a.graph_ == b.graph_ && a.first_epoch_ == b.first_epoch_ && a.keys_ == b.keys_;
  }

 private:
  OtsKeySet(std::optional<ByteArray<32>> graph, std::uint32_t first_epoch, std::vector<OtsNamedKey> keys);

  std::optional<ByteArray<32>> graph_;
  std::uint32_t first_epoch_ = 0;
  std::vector<OtsNamedKey> keys_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
};

/// The secret of an epoch: OtsSecret::derive with context "sequencer" and the epoch as index. Use one seed
/// for one bridge only: two bridges would have the same keys for their epochs.
crypto::OtsSecret sequencer_ots_secret(const crypto::SecretKey& seed, std::uint32_t epoch);
/// The secret of a value of a graph: context "operator/<graph in hex>/<name>", index 0.
crypto::OtsSecret operator_ots_secret(const crypto::SecretKey& seed, const ByteArray<32>& graph,
                                      std::string_view name);

}  // namespace pegkit::optimistic
