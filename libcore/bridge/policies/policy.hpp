#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/policies/signers.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bridge {

/// The rule by which custodians sign. Each has a file of its name in this folder, which answers everything
/// that differs between policies; all other code asks a CustodyPolicy.
enum class Policy { musig, subsets, checksigadd };

/// The custodians as a document names them.
struct Quorum {
  std::vector<crypto::PublicKey> keys;  ///< in the document's order, which all indexes of signers refer to
  std::uint32_t threshold = 0;
  bool key_path = false;  ///< the internal key can sign; a choice where the policy allows one
  friend bool operator==(const Quorum&, const Quorum&) = default;
};

/// One leaf of the custody tree (without the recovery leaf).
struct CustodyLeaf {
  std::uint64_t index;
  std::vector<std::uint32_t> signers;  ///< indexes into the custodians' keys; all who may sign
  bitcoin::Script script;
};

class CustodyPolicy;

/// One entry of the list of policies. `make` does not check the custodians; CustodyPolicy::check() does.
struct PolicyType {
  Policy id;
  const char* name;  ///< in documents
  std::unique_ptr<CustodyPolicy> (*make)(Quorum);

  /// The `make` of a policy whose class is P.
  template <class P>
  static std::unique_ptr<CustodyPolicy> maker(Quorum quorum) {
    return std::make_unique<P>(std::move(quorum));
  }
};

/// The policy of one custody: its custodians, what each of their ways to sign looks like, and who takes part.
/// It knows neither the recovery leaf nor the shape of the tree, which are the same for all policies
/// (Custody).
///
/// Immutable once made and read. A policy overrides what differs from the defaults here, which are those of
/// `musig`: a key path by MuSig2 of all custodians, and no leaves.
class CustodyPolicy {
 public:
  static constexpr std::uint64_t max_leaves = 1u << 20;
  static constexpr std::size_t max_keys = 1000;
  static constexpr std::size_t max_multi_a_keys = 998;  ///< more do not fit on the stack of 1,000 elements

  CustodyPolicy(const PolicyType& type, Quorum quorum) : type_(type), quorum_(std::move(quorum)) {}
  virtual ~CustodyPolicy() = default;
  CustodyPolicy(const CustodyPolicy&) = delete;
  CustodyPolicy& operator=(const CustodyPolicy&) = delete;

  // --- The document.

  const char* name() const { return type_.name; }
  const std::vector<crypto::PublicKey>& keys() const { return quorum_.keys; }
  std::uint32_t threshold() const { return quorum_.threshold; }
  /// Throws Error `custody.keys`, `custody.threshold`, `custody.leaves` (exit 3) for custodians that this
  /// policy cannot have.
  void check() const;
  /// Reads the document's fields that only this policy has, and refuses those of others.
  virtual void read_fields(JsonObject& document);
  virtual void write_fields(Json& document) const;
  friend bool operator==(const CustodyPolicy& a, const CustodyPolicy& b) {
    return a.type_.id == b.type_.id && a.quorum_ == b.quorum_;
  }

  // --- The key path.

  bool key_path() const { return quorum_.key_path; }  ///< false: nobody can sign for the internal key
  virtual crypto::XOnlyKey internal_key() const;
  virtual std::string internal_key_text() const;  ///< in a descriptor
  /// Throws Error `custody.path` (exit 3) without a key path.
  virtual Signers key_signers() const;

  // --- The leaves, counted from 0.

  virtual std::uint64_t leaf_count() const { return 0; }
  /// Throws Error `custody.index` (exit 3) beyond leaf_count().
  CustodyLeaf leaf(std::uint64_t index) const;
  std::vector<std::uint32_t> signers_of(std::uint64_t index) const;
  /// The leaf that these custodians can spend by. Throws Error `custody.signers` (exit 3) for signers that
  /// are not ascending, unknown, or not of the threshold's number, `custody.path` (exit 3) where the policy
  /// has no leaves.
  std::uint64_t index_of(const std::vector<std::uint32_t>& signers) const;
  /// Who can sign for the leaf of the custodians `named`. No names mean any of them where all share one leaf;
  /// otherwise the errors are those of index_of().
  virtual Signers leaf_signers(const std::vector<std::uint32_t>& named) const;
  /// Calls `visit` with all leaves in order, made one at a time.
  virtual void for_each_leaf(const std::function<void(const CustodyLeaf&)>& visit) const;
  /// The tapleaf hashes of all leaves in order.
  virtual std::vector<bitcoin::TapNode> leaf_hashes() const;
  virtual std::string leaf_text(std::uint64_t index) const;  ///< in a descriptor

  // --- Who believes these signatures beside Bitcoin.

  /// True when the layer-2 contract can check a leaf's signature: the leaf is `<MuSig2 aggregate of its
  /// signers> OP_CHECKSIG`, and its merkle path shows it in the tree.
  virtual bool contract_takes_leaves() const { return false; }
  /// True when custody coins move by the signatures of all custodians together and by nothing else, the
  /// recovery aside: what the signers of an optimistic graph need.
  virtual bool unanimous() const { return false; }

 protected:
  void set_key_path(bool value) { quorum_.key_path = value; }

 private:
  virtual std::size_t key_limit() const { return max_keys; }
  /// The limits of this policy beyond those of all: 1 to key_limit() different keys, a threshold from 1 to
  /// their number.
  virtual void check_limits() const {}

  // Asked only with an index below leaf_count() or with checked signers.
  virtual std::uint64_t place_of(const std::vector<std::uint32_t>& signers) const;
  virtual std::vector<std::uint32_t> signers_at(std::uint64_t index) const;
  virtual bitcoin::Script script_of(const std::vector<std::uint32_t>& signers) const;

  [[noreturn]] void no_leaves() const;

  const PolicyType& type_;
  Quorum quorum_;
};

// One for each policy, in the file of its name.
extern const PolicyType musig_policy, subsets_policy, checksigadd_policy;

/// All policies, in the order of the documentation.
std::span<const PolicyType* const> all_policies();

std::unique_ptr<CustodyPolicy> make_policy(Policy policy, Quorum quorum);
/// By the policy's name in a document. Throws Error `custody.policy` (exit 3).
Policy read_policy(const JsonField& field);

}  // namespace pegkit::bridge
