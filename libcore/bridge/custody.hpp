#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/policies/policy.hpp"
#include "bridge/recovery.hpp"
#include "bridge/spend.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bridge {

/// How much of a document's derived fields is computed again when it is read.
enum class Derive {
  full,   ///< everything; 9 of 18 subsets take a second or two
  stated  ///< of several leaves, a merkle root that the document states is believed; all else is checked
};

/// N custodians, their policy, and every way to spend the coins they hold (doc/protocol.md, Custody).
///
/// Immutable once made, cheap to copy; the tree is computed at the first use and shared by copies. Call
/// merkle_root() before two threads use a custody at once.
class Custody {
 public:
  static constexpr std::uint64_t max_leaves = CustodyPolicy::max_leaves;
  static constexpr std::size_t max_keys = CustodyPolicy::max_keys;
  static constexpr std::size_t max_descriptor = 10'000;  ///< characters

  /// Throws Error `custody.*` (exit 3): keys twice, equal x, a threshold that is out of range, too many
  /// leaves.
  static Custody make(Policy policy, std::uint32_t threshold, std::vector<crypto::PublicKey> keys,
                      bool key_path = false, std::optional<Recovery> recovery = std::nullopt);
  /// A `pegkit/custody` document. The derived fields that it states must follow from the others
  /// (`document.derived`, exit 3). With Derive::stated the document's merkle root may be false: use that only
  /// where a false one does no harm (a look at an address, a watch), never before signing or paying.
  static Custody parse(const Json& document, Derive derive = Derive::full, std::string path = "");
  /// The document with its derived fields (`address` when a chain is given).
  Json to_json(std::optional<bitcoin::Chain> chain = std::nullopt) const;
  /// The document's own fields alone.
  Json to_json_bare() const;

  const CustodyPolicy& policy() const { return *policy_; }
  std::uint32_t threshold() const { return policy_->threshold(); }
  const std::vector<crypto::PublicKey>& keys() const { return policy_->keys(); }
  bool key_path() const { return policy_->key_path(); }  ///< false: nobody can sign for the internal key
  const std::optional<Recovery>& recovery() const { return recovery_; }

  crypto::XOnlyKey internal_key() const;
  std::optional<bitcoin::TapNode> merkle_root() const;  ///< of the whole tree, recovery included
  bitcoin::TaprootOutput output() const;
  bitcoin::Script script_pubkey() const;
  std::string address(bitcoin::Chain chain) const;
  /// With its checksum; nullopt when it would be longer than max_descriptor.
  std::optional<std::string> descriptor() const;

  // The policy's leaves, without the recovery leaf (CustodyPolicy).
  std::uint64_t leaf_count() const { return policy_->leaf_count(); }
  CustodyLeaf leaf(std::uint64_t index) const { return policy_->leaf(index); }
  std::uint64_t index_of(const std::vector<std::uint32_t>& signers) const {
    return policy_->index_of(signers);
  }
  std::vector<std::uint32_t> signers_of(std::uint64_t index) const { return policy_->signers_of(index); }
  void for_each_leaf(const std::function<void(const CustodyLeaf&)>& visit) const {
    policy_->for_each_leaf(visit);
  }

  /// Siblings from the leaf to merkle_root().
  std::vector<bitcoin::TapNode> leaf_path(std::uint64_t index) const;
  std::vector<bitcoin::TapNode> recovery_path() const;
  Bytes leaf_control_block(std::uint64_t index) const;
  Bytes recovery_control_block() const;  ///< throws `custody.recovery` (exit 3) without one

  /// Who can sign by a path, and their keys. Throws `custody.path` (exit 3) when the custody has no such
  /// path, `custody.signers` when the named signers of a leaf do not fit.
  Signers signers(const SpendPath& path) const;
  const std::vector<crypto::PublicKey>& keys_of(const SpendPath& path) const;

  /// How to spend an output of this custody. Throws `custody.path` (exit 3) when the policy has no such path,
  /// `custody.signers` for signers that are not ascending, unknown, or not of the threshold's number.
  Spend spend(const SpendPath& path) const;
  /// The same for an output of the custody's internal key whose tree is TapBranch(merkle_root(), `sibling`),
  /// or `sibling` alone where custody has no tree: a deposit.
  Spend spend_beside(const SpendPath& path, const bitcoin::TapNode& sibling) const;

  /// Custodies are equal when their documents without derived fields are.
  friend bool operator==(const Custody& a, const Custody& b) {
    return *a.policy_ == *b.policy_ && a.recovery_ == b.recovery_;
  }

 private:
  struct Tree;
  Custody(std::unique_ptr<CustodyPolicy> policy, std::optional<Recovery> recovery);
  const Recovery& require_recovery() const;
  const std::vector<bitcoin::TapNode>& leaf_hashes() const;
  std::optional<bitcoin::TapNode> custody_root() const;
  /// Fills in who signs by the spend's path and with which script; gives the leaf's siblings up to
  /// merkle_root().
  std::vector<bitcoin::TapNode> take_path(Spend& spend) const;
  Spend make_spend(const SpendPath& path, const bitcoin::TapNode* sibling) const;
  void check_derived(JsonObject& document, Derive derive);

  std::shared_ptr<const CustodyPolicy> policy_;
  std::optional<Recovery> recovery_;
  std::shared_ptr<Tree> tree_;
};

/// `pegkit/leaf`: a custody leaf, with its control block when given.
Json leaf_document(const CustodyLeaf& leaf, const Bytes* control_block);
/// The recovery leaf's, likewise.
Json recovery_leaf_document(const Recovery& recovery, const Bytes* control_block);

}  // namespace pegkit::bridge
