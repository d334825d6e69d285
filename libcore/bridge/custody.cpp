#include "bridge/custody.hpp"

#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "bitcoin/script.hpp"
#include "bridge/custody_tree.hpp"
#include "crypto/musig.hpp"

namespace pegkit::bridge {
namespace {

using crypto::PublicKey;

void check_distinct(const std::vector<PublicKey>& keys, const char* field) {
  std::vector<std::pair<crypto::XOnlyKey, std::size_t>> sorted;
  for (std::size_t i = 0; i < keys.size(); ++i) sorted.emplace_back(crypto::xonly(keys[i]), i);
  std::ranges::sort(sorted);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    auto [a, b] = std::minmax(sorted[i - 1].second, sorted[i].second);
    if (sorted[i - 1].first == sorted[i].first)
      throw input_error("custody.keys", fmt::format("keys {} and {} have the same x coordinate", a, b))
          .field(fmt::format("{}[{}]", field, b));
  }
}

[[noreturn]] void fail(const char* code, const char* field, std::string message) {
  throw input_error(code, std::move(message)).field(field);
}

/// Keys of which `threshold` must sign: `<k1> CHECKSIG <k2> CHECKSIGADD … <threshold>`, up to the comparison.
bitcoin::ScriptBuilder multi_a(const std::vector<PublicKey>& keys, std::uint32_t threshold) {
  bitcoin::ScriptBuilder out;
  for (std::size_t i = 0; i < keys.size(); ++i)
    out.push(crypto::xonly(keys[i])).op(i == 0 ? bitcoin::OP_CHECKSIG : bitcoin::OP_CHECKSIGADD);
  out.number(threshold);
  return out;
}

std::vector<PublicKey> chosen(const std::vector<PublicKey>& keys, const std::vector<std::uint32_t>& indexes) {
  std::vector<PublicKey> out;
  for (auto i : indexes) out.push_back(keys[i]);
  return out;
}

void check_indexes(const std::vector<std::uint32_t>& signers, std::uint32_t threshold, std::size_t keys) {
  if (signers.size() != threshold)
    throw input_error("custody.signers",
                      fmt::format("{} signers where the threshold is {}", signers.size(), threshold));
  for (std::size_t i = 0; i < signers.size(); ++i) {
    if (signers[i] >= keys)
      throw input_error("custody.signers",
                        fmt::format("there is no signer {}: indexes go from 0 to {}", signers[i], keys - 1));
    if (i > 0 && signers[i] <= signers[i - 1])
      throw input_error("custody.signers", "signers must stand in ascending order, each once");
  }
}

}  // namespace

const char* policy_name(Policy policy) {
  switch (policy) {
    case Policy::musig:
      return "musig";
    case Policy::subsets:
      return "subsets";
    case Policy::checksigadd:
      return "checksigadd";
  }
  return "";
}

std::uint64_t combinations(std::uint64_t n, std::uint64_t k, std::uint64_t limit) {
  if (k > n) return 0;
  k = std::min(k, n - k);
  std::uint64_t out = 1;
  for (std::uint64_t i = 1; i <= k; ++i) {
    // C(n-k+i, i) is whole at every step and never falls, so the first excess decides.
    unsigned __int128 next = static_cast<unsigned __int128>(out) * (n - k + i) / i;
    if (next > limit) return limit + 1;
    out = static_cast<std::uint64_t>(next);
  }
  return out;
}

bitcoin::Script Recovery::script() const {
  return multi_a(keys, threshold)
      .op(bitcoin::OP_NUMEQUALVERIFY)
      .number(blocks)
      .op(bitcoin::OP_CHECKSEQUENCEVERIFY)
      .take();
}

Custody Custody::make(Policy policy, std::uint32_t threshold, std::vector<PublicKey> keys, bool key_path,
                      std::optional<Recovery> recovery) {
  Custody out;
  out.policy_ = policy;
  out.threshold_ = threshold;
  out.keys_ = std::move(keys);
  out.key_path_ = policy != Policy::checksigadd || key_path;
  out.recovery_ = std::move(recovery);
  out.check();
  out.tree_ = std::make_shared<Tree>();
  return out;
}

void Custody::check() const {
  std::size_t limit = policy_ == Policy::checksigadd ? max_multi_a_keys : max_keys;
  if (keys_.empty()) fail("custody.keys", "keys", "there is no custodian");
  if (keys_.size() > limit) fail("custody.keys", "keys", fmt::format("more than {} custodians", limit));
  if (threshold_ == 0 || threshold_ > keys_.size())
    fail("custody.threshold", "threshold",
         fmt::format("a threshold from 1 to {} was expected", keys_.size()));
  check_distinct(keys_, "keys");
  if (policy_ == Policy::musig && threshold_ != keys_.size())
    fail("custody.threshold", "threshold",
         "with musig all custodians sign: the threshold is the number of keys");
  if (policy_ == Policy::subsets) {
    if (threshold_ == keys_.size())
      fail("custody.threshold", "threshold", "a subset of all repeats the key path: use the policy musig");
    if (combinations(keys_.size(), threshold_, max_leaves) > max_leaves)
      fail("custody.leaves", "threshold",
           fmt::format("more than {} subsets: use the policy checksigadd", max_leaves));
  }
  if (!recovery_) return;
  const Recovery& r = *recovery_;
  if (r.keys.empty() || r.keys.size() > max_multi_a_keys)
    fail("custody.keys", "recovery.keys",
         fmt::format("1 to {} recovery keys were expected", max_multi_a_keys));
  if (r.threshold == 0 || r.threshold > r.keys.size())
    fail("custody.threshold", "recovery.threshold",
         fmt::format("a threshold from 1 to {} was expected", r.keys.size()));
  if (r.blocks == 0 || r.blocks > 65'535)
    fail("custody.recovery", "recovery.blocks", "a timelock of 1 to 65535 blocks was expected");
  check_distinct(r.keys, "recovery.keys");
}

bitcoin::TaprootOutput Custody::output() const {
  auto root = merkle_root();
  return bitcoin::taproot_output(internal_key(), root ? ByteView(*root) : ByteView());
}

bitcoin::Script Custody::script_pubkey() const {
  return bitcoin::p2tr_script(output().key);
}

std::string Custody::address(bitcoin::Chain chain) const {
  return bitcoin::script_address(script_pubkey(), chain).value();
}

std::uint64_t Custody::leaf_count() const {
  switch (policy_) {
    case Policy::musig:
      return 0;
    case Policy::subsets:
      return combinations(keys_.size(), threshold_, max_leaves);
    case Policy::checksigadd:
      return 1;
  }
  return 0;
}

void Custody::check_signers(const std::vector<std::uint32_t>& signers) const {
  check_indexes(signers, threshold_, keys_.size());
}

std::uint64_t Custody::index_of(const std::vector<std::uint32_t>& signers) const {
  check_signers(signers);
  if (policy_ == Policy::musig) throw input_error("custody.path", "the policy musig has no custody leaves");
  if (policy_ == Policy::checksigadd) return 0;
  std::uint64_t index = 0, n = keys_.size(), m = threshold_;
  std::uint32_t next = 0;
  for (std::size_t place = 0; place < m; ++place) {
    for (; next < signers[place]; ++next) index += combinations(n - next - 1, m - place - 1, max_leaves);
    ++next;
  }
  return index;
}

std::vector<std::uint32_t> Custody::signers_of(std::uint64_t index) const {
  if (index >= leaf_count())
    throw input_error("custody.index", fmt::format("there is no leaf {}: the tree has {} custody leaves",
                                                   index, leaf_count()));
  std::vector<std::uint32_t> out;
  if (policy_ == Policy::checksigadd) {
    for (std::uint32_t i = 0; i < keys_.size(); ++i) out.push_back(i);
    return out;
  }
  std::uint32_t next = 0;
  for (std::uint64_t left = threshold_; left > 0; ++next) {
    std::uint64_t with_next = combinations(keys_.size() - next - 1, left - 1, max_leaves);
    if (index < with_next) {
      out.push_back(next);
      --left;
    } else {
      index -= with_next;
    }
  }
  return out;
}

crypto::XOnlyKey Custody::subset_key(const std::vector<std::uint32_t>& signers) const {
  check_signers(signers);
  std::vector<PublicKey> keys = chosen(keys_, signers);
  crypto::key_sort(keys);
  return crypto::KeyAgg(keys).xonly();
}

bitcoin::Script Custody::multi_leaf() const {
  return multi_a(keys_, threshold_).op(bitcoin::OP_NUMEQUAL).take();
}

CustodyLeaf Custody::leaf(std::uint64_t index) const {
  CustodyLeaf out{index, signers_of(index), {}};
  out.script = policy_ == Policy::subsets ? subset_leaf_script(subset_key(out.signers)) : multi_leaf();
  return out;
}

Spend Custody::spend(const SpendPath& path) const {
  return make_spend(path, nullptr);
}

Spend Custody::spend_beside(const SpendPath& path, const bitcoin::TapNode& sibling) const {
  return make_spend(path, &sibling);
}

Spend Custody::make_spend(const SpendPath& path, const bitcoin::TapNode* sibling) const {
  Spend out;
  out.path = path;
  out.internal_key = internal_key();
  out.merkle_root = merkle_root();
  std::vector<bitcoin::TapNode> control;
  switch (path.kind) {
    case SpendPath::Kind::key:
      if (!key_path_)
        throw input_error("custody.path", "this custody has no key path: its internal key is unspendable");
      if (!path.signers.empty())
        throw input_error("custody.signers", "over the key path all custodians sign: name no signers");
      out.keys = keys_;
      break;
    case SpendPath::Kind::leaf: {
      std::uint64_t index = index_of(path.signers);
      out.keys = chosen(keys_, path.signers);
      out.aggregate = policy_ == Policy::subsets;
      out.leaf_keys = out.aggregate ? 1 : keys_.size();
      out.leaf_script = leaf(index).script;
      control = leaf_path(index);
      break;
    }
    case SpendPath::Kind::recovery:
      if (!recovery_) throw input_error("custody.path", "this custody has no recovery path");
      check_indexes(path.signers, recovery_->threshold, recovery_->keys.size());
      out.keys = chosen(recovery_->keys, path.signers);
      out.aggregate = false;
      out.leaf_keys = recovery_->keys.size();
      out.leaf_script = recovery_->script();
      out.sequence = recovery_->blocks;
      control = recovery_path();
      break;
  }
  if (sibling) {
    if (out.merkle_root) control.push_back(*sibling);
    out.merkle_root = out.merkle_root ? bitcoin::tapbranch_hash(*out.merkle_root, *sibling) : *sibling;
  }
  ByteView root = out.merkle_root ? ByteView(*out.merkle_root) : ByteView();
  bitcoin::TaprootOutput output = bitcoin::taproot_output(out.internal_key, root);
  out.key = output.key;
  if (out.script_path()) {
    out.control_block = bitcoin::control_block(out.internal_key, output.odd, control);
  } else {
    out.tweaks.push_back(bitcoin::taptweak_hash(out.internal_key, root));
  }
  if (out.aggregate) {
    crypto::key_sort(out.keys);
    if (out.script_path()) out.key = crypto::KeyAgg(out.keys).xonly();
  }
  return out;
}

}  // namespace pegkit::bridge
