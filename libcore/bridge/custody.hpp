#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/psbt.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/spend.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bridge {

enum class Policy { musig, subsets, checksigadd };

/// The emergency council: `threshold` of `keys` after `blocks` without a move.
struct Recovery {
  std::vector<crypto::PublicKey> keys;
  std::uint32_t threshold = 0;
  std::uint32_t blocks = 0;  ///< 1 to 65535
  /// Miniscript and_v(v:multi_a(k,…),older(n)).
  bitcoin::Script script() const;
  friend bool operator==(const Recovery&, const Recovery&) = default;
};

/// One leaf of the custody tree (without the recovery leaf).
struct CustodyLeaf {
  std::uint64_t index;
  std::vector<std::uint32_t> signers;  ///< indexes into keys; all of them for checksigadd
  bitcoin::Script script;
};

/// How much of a document's derived fields is computed again when it is read.
enum class Derive {
  full,   ///< everything; 9 of 18 subsets take a second or two
  stated  ///< a subsets tree's merkle root is believed when the document states it; all else is checked
};

/// N custodians, their policy, and every way to spend what they hold (DESIGN §5, doc/protocol.md).
///
/// Immutable once made, cheap to copy; the tree is computed at the first use and shared by copies. Not to be
/// used by two threads at once before its merkle_root() was called.
class Custody {
 public:
  static constexpr std::uint64_t max_leaves = 1u << 20;
  static constexpr std::size_t max_keys = 1000;
  static constexpr std::size_t max_multi_a_keys = 998;
  static constexpr std::size_t max_descriptor = 10'000;  ///< characters

  /// Throws Error `custody.*` (exit 3): keys twice, equal x, a threshold that is out of range, too many
  /// leaves.
  static Custody make(Policy policy, std::uint32_t threshold, std::vector<crypto::PublicKey> keys,
                      bool key_path = false, std::optional<Recovery> recovery = std::nullopt);
  /// A `pegkit/custody` document. Derived fields that stand in it must follow from the others
  /// (`document.derived`, exit 3). With Derive::stated the merkle root is the document's word: only for who
  /// loses nothing by a wrong one (a look at an address, a watch), never before signing or paying.
  static Custody parse(const Json& document, Derive derive = Derive::full, std::string path = "");
  /// The document with its derived fields (`address` when a chain is given).
  Json to_json(std::optional<bitcoin::Chain> chain = std::nullopt) const;
  /// The document's own fields alone.
  Json to_json_bare() const;

  Policy policy() const { return policy_; }
  std::uint32_t threshold() const { return threshold_; }
  const std::vector<crypto::PublicKey>& keys() const { return keys_; }
  bool key_path() const { return key_path_; }  ///< the internal key is the aggregate of all
  const std::optional<Recovery>& recovery() const { return recovery_; }

  crypto::XOnlyKey internal_key() const;
  std::optional<bitcoin::TapNode> merkle_root() const;  ///< of the whole tree, recovery included
  bitcoin::TaprootOutput output() const;
  bitcoin::Script script_pubkey() const;
  std::string address(bitcoin::Chain chain) const;
  /// With its checksum; nullopt when it would be longer than max_descriptor.
  std::optional<std::string> descriptor() const;

  /// Leaves without the recovery leaf: C(N,M), 1 or 0.
  std::uint64_t leaf_count() const;
  /// Throws `custody.index` (exit 3) beyond leaf_count().
  CustodyLeaf leaf(std::uint64_t index) const;
  /// Lexicographic rank of an M-combination of 0…N-1 and back. Throws `custody.signers`, `custody.index`.
  std::uint64_t index_of(const std::vector<std::uint32_t>& signers) const;
  std::vector<std::uint32_t> signers_of(std::uint64_t index) const;
  /// The x-only aggregate in a subset's leaf.
  crypto::XOnlyKey subset_key(const std::vector<std::uint32_t>& signers) const;
  /// All leaves in order, made one at a time.
  void for_each_leaf(const std::function<void(const CustodyLeaf&)>& visit) const;

  /// Siblings from the leaf to merkle_root().
  std::vector<bitcoin::TapNode> leaf_path(std::uint64_t index) const;
  std::vector<bitcoin::TapNode> recovery_path() const;
  Bytes leaf_control_block(std::uint64_t index) const;
  Bytes recovery_control_block() const;  ///< throws `custody.recovery` (exit 3) without one

  /// How to spend an output of this custody. Throws `custody.path` (exit 3) when the policy has no such path,
  /// `custody.signers` for signers that are not ascending, unknown, or not of the threshold's number.
  Spend spend(const SpendPath& path) const;
  /// The same for an output of the custody's internal key whose tree is TapBranch(merkle_root(), `sibling`),
  /// or `sibling` alone where custody has no tree: a deposit.
  Spend spend_beside(const SpendPath& path, const bitcoin::TapNode& sibling) const;

  /// Documents are equal when what they say themselves is.
  friend bool operator==(const Custody& a, const Custody& b) {
    return a.policy_ == b.policy_ && a.threshold_ == b.threshold_ && a.keys_ == b.keys_ &&
           a.key_path_ == b.key_path_ && a.recovery_ == b.recovery_;
  }

 private:
  struct Tree;
  Custody() = default;
  void check() const;
  const Tree& tree() const;
  void check_signers(const std::vector<std::uint32_t>& signers) const;
  const std::vector<bitcoin::TapNode>& leaf_hashes() const;
  std::optional<bitcoin::TapNode> custody_root() const;
  std::vector<bitcoin::TapNode> compute_leaf_hashes() const;
  bitcoin::Script multi_leaf() const;
  Spend make_spend(const SpendPath& path, const bitcoin::TapNode* sibling) const;
  void check_derived(JsonObject& document, Derive derive);

  Policy policy_ = Policy::musig;
  std::uint32_t threshold_ = 0;
  std::vector<crypto::PublicKey> keys_;
  bool key_path_ = true;
  std::optional<Recovery> recovery_;
  std::shared_ptr<Tree> tree_;
};

const char* policy_name(Policy policy);

/// C(n, k), or `limit` + 1 when it is more than `limit`.
std::uint64_t combinations(std::uint64_t n, std::uint64_t k, std::uint64_t limit);

/// `pegkit/leaf`: a custody leaf, with its control block when given.
Json leaf_document(const CustodyLeaf& leaf, const Bytes* control_block);
/// The recovery leaf's, likewise.
Json recovery_leaf_document(const Recovery& recovery, const Bytes* control_block);

}  // namespace pegkit::bridge
