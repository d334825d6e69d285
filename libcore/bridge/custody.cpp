#include "bridge/custody.hpp"

#include "bitcoin/address.hpp"
#include "bitcoin/script.hpp"
#include "bridge/custody_tree.hpp"
#include "bridge/policies/leaf_script.hpp"
#include "crypto/musig.hpp"

namespace pegkit::bridge {

Custody::Custody(std::unique_ptr<CustodyPolicy> policy, std::optional<Recovery> recovery)
    : policy_(std::move(policy)), recovery_(std::move(recovery)) {
  policy_->check();
  if (recovery_) recovery_->check();
  tree_ = std::make_shared<Tree>();
}

Custody Custody::make(Policy policy, std::uint32_t threshold, std::vector<crypto::PublicKey> keys,
                      bool key_path, std::optional<Recovery> recovery) {
  return {make_policy(policy, {std::move(keys), threshold, key_path}), std::move(recovery)};
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

const Recovery& Custody::require_recovery() const {
  if (!recovery_) throw input_error("custody.path", "this custody has no recovery path");
  return *recovery_;
}

Signers Custody::signers(const SpendPath& path) const {
  switch (path.kind) {
    case SpendPath::Kind::key:
      return policy_->key_signers();
    case SpendPath::Kind::leaf:
      return policy_->leaf_signers(path.signers);
    case SpendPath::Kind::recovery:
      return require_recovery().signers();
  }
  throw Error(Exit::bug, "custody.unhandled", "a spend by no known path");
}

const std::vector<crypto::PublicKey>& Custody::keys_of(const SpendPath& path) const {
  return path.kind == SpendPath::Kind::recovery ? require_recovery().keys : keys();
}

Spend Custody::spend(const SpendPath& path) const {
  return make_spend(path, nullptr);
}

Spend Custody::spend_beside(const SpendPath& path, const bitcoin::TapNode& sibling) const {
  return make_spend(path, &sibling);
}

std::vector<bitcoin::TapNode> Custody::take_path(Spend& spend) const {
  const SpendPath& path = spend.path;
  Signers who = signers(path);
  spend.aggregate = who.aggregate;
  if (!who.aggregate) spend.leaf_keys = who.index.size();
  std::vector<bitcoin::TapNode> siblings;
  switch (path.kind) {
    case SpendPath::Kind::key:
      if (!path.signers.empty())
        throw input_error("custody.signers", "over the key path all custodians sign: name no signers");
      spend.keys = chosen_keys(keys(), who.index);
      return {};
    case SpendPath::Kind::leaf: {
      std::uint64_t index = index_of(path.signers);
      spend.leaf_script = leaf(index).script;
      siblings = leaf_path(index);
      break;
    }
    case SpendPath::Kind::recovery:
      check_signers(path.signers, recovery_->threshold, recovery_->keys.size());
      spend.leaf_script = recovery_->script();
      spend.sequence = recovery_->blocks;
      siblings = recovery_path();
      break;
  }
  spend.keys = chosen_keys(keys_of(path), path.signers);
  return siblings;
}

Spend Custody::make_spend(const SpendPath& path, const bitcoin::TapNode* sibling) const {
  Spend out;
  out.path = path;
  out.internal_key = internal_key();
  out.merkle_root = merkle_root();
  std::vector<bitcoin::TapNode> siblings = take_path(out);
  if (sibling) {
    if (out.merkle_root) siblings.push_back(*sibling);
    out.merkle_root = out.merkle_root ? bitcoin::tapbranch_hash(*out.merkle_root, *sibling) : *sibling;
  }
  ByteView root = out.merkle_root ? ByteView(*out.merkle_root) : ByteView();
  bitcoin::TaprootOutput output = bitcoin::taproot_output(out.internal_key, root);
  out.key = output.key;
  if (out.aggregate) crypto::key_sort(out.keys);
  if (out.script_path()) {
    if (out.aggregate) out.key = musig_key(out.keys);
    out.control_block = bitcoin::control_block(out.internal_key, output.odd, siblings);
  } else {
    out.tweaks.push_back(bitcoin::taptweak_hash(out.internal_key, root));
  }
  return out;
}

}  // namespace pegkit::bridge
