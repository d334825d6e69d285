#include "bridge/policies/policy.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "bridge/policies/leaf_script.hpp"

namespace pegkit::bridge {
namespace {

/// "one of a, b and c was expected".
std::string expected_names() {
  std::string out = "one of ";
  auto all = all_policies();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) out += i + 1 < all.size() ? ", " : " and ";
    out += all[i]->name;
  }
  return out + " was expected";
}

}  // namespace

std::span<const PolicyType* const> all_policies() {
  static const PolicyType* const all[] = {&musig_policy, &subsets_policy, &checksigadd_policy};
  return all;
}

std::unique_ptr<CustodyPolicy> make_policy(Policy policy, Quorum quorum) {
  auto all = all_policies();
  auto found = std::ranges::find(all, policy, &PolicyType::id);
  if (found == all.end())
    throw Error(Exit::bug, "custody.unhandled", "a policy is not in the list of policies");
  return (*found)->make(std::move(quorum));
}

Policy read_policy(const JsonField& field) {
  std::string name = field.text(32);
  for (const PolicyType* type : all_policies())
    if (name == type->name) return type->id;
  field.fail("custody.policy", expected_names());
}

void CustodyPolicy::check() const {
  auto fail = [](std::string message) {
    throw input_error("custody.keys", std::move(message)).field("keys");
  };
  if (keys().empty()) fail("there is no custodian");
  if (keys().size() > key_limit()) fail(fmt::format("more than {} custodians", key_limit()));
  check_threshold(threshold(), keys().size(), "threshold");
  check_distinct(keys(), "keys");
  check_limits();
}

void CustodyPolicy::read_fields(JsonObject& document) {
  if (auto field = document.optional("key_path"))
    field->fail("custody.key_path", "key_path is a choice of the policy checksigadd alone");
}

void CustodyPolicy::write_fields(Json&) const {}

crypto::XOnlyKey CustodyPolicy::internal_key() const {
  return musig_key(keys());
}

std::string CustodyPolicy::internal_key_text() const {
  return musig_text(keys());
}

Signers CustodyPolicy::key_signers() const {
  if (!key_path())
    throw input_error("custody.path", "this custody has no key path: its internal key is unspendable");
  return {first_indexes(keys().size()), keys().size(), true};
}

CustodyLeaf CustodyPolicy::leaf(std::uint64_t index) const {
  CustodyLeaf out{index, signers_of(index), {}};
  out.script = script_of(out.signers);
  return out;
}

std::vector<std::uint32_t> CustodyPolicy::signers_of(std::uint64_t index) const {
  if (index >= leaf_count())
    throw input_error("custody.index", fmt::format("there is no leaf {}: the tree has {} custody leaves",
                                                   index, leaf_count()));
  return signers_at(index);
}

std::uint64_t CustodyPolicy::index_of(const std::vector<std::uint32_t>& signers) const {
  check_signers(signers, threshold(), keys().size());
  return place_of(signers);
}

Signers CustodyPolicy::leaf_signers(const std::vector<std::uint32_t>& named) const {
  index_of(named);  // checks them
  return {named, named.size(), true};
}

void CustodyPolicy::for_each_leaf(const std::function<void(const CustodyLeaf&)>& visit) const {
  for (std::uint64_t i = 0; i < leaf_count(); ++i) visit(leaf(i));
}

std::vector<bitcoin::TapNode> CustodyPolicy::leaf_hashes() const {
  std::vector<bitcoin::TapNode> out;
  for_each_leaf([&](const CustodyLeaf& leaf) { out.push_back(bitcoin::tapleaf_hash(leaf.script)); });
  return out;
}

std::string CustodyPolicy::leaf_text(std::uint64_t) const {
  no_leaves();
}

std::uint64_t CustodyPolicy::place_of(const std::vector<std::uint32_t>&) const {
  no_leaves();
}

std::vector<std::uint32_t> CustodyPolicy::signers_at(std::uint64_t) const {
  no_leaves();
}

bitcoin::Script CustodyPolicy::script_of(const std::vector<std::uint32_t>&) const {
  no_leaves();
}

void CustodyPolicy::no_leaves() const {
  throw input_error("custody.path", fmt::format("the policy {} has no custody leaves", name()));
}

}  // namespace pegkit::bridge
