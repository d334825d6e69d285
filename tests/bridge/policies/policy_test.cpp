// Checks that every policy is consistent: its signers, scripts, control blocks, sizes and messages. A new
// policy needs an example in the table.
#include "bridge/policies/policy.hpp"

#include <doctest/doctest.h>
#include <map>

#include "bitcoin/interpreter.hpp"
#include "bridge/custody.hpp"
#include "bridge/deposit.hpp"
#include "bridge/draft.hpp"
#include "bridge/mint.hpp"
#include "bridge/policies/combinations.hpp"
#include "support/bridge_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::bridge::test;
using pegkit::test::thrown;

namespace {

using Indexes = std::vector<std::uint32_t>;

struct Example {
  Policy policy;
  std::uint32_t threshold, keys;
  bool key_path;
  std::uint64_t leaves;
};

const Example examples[] = {
    {Policy::musig, 3, 3, true, 0},        {Policy::musig, 1, 1, true, 0},
    {Policy::subsets, 2, 3, true, 3},      {Policy::subsets, 3, 5, true, 10},
    {Policy::subsets, 1, 4, true, 4},      {Policy::checksigadd, 3, 5, false, 1},
    {Policy::checksigadd, 3, 5, true, 1},  {Policy::checksigadd, 2, 2, false, 1},
    {Policy::checksigadd, 1, 1, false, 1},
};

Custody made(const Example& e, bool with_recovery = false) {
  return Custody::make(e.policy, e.threshold, public_keys(1, e.keys), e.key_path,
                       with_recovery ? std::optional(recovery(2, 3, 10)) : std::nullopt);
}

/// Every custody of the table, without and with a recovery.
template <class F>
void for_each_custody(const F& check) {
  for (const Example& e : examples)
    for (bool with_recovery : {false, true}) {
      Custody custody = made(e, with_recovery);
      CAPTURE(custody.to_json_bare().dump());
      check(custody, e);
    }
}

/// All sets of `threshold` custodians.
std::vector<Indexes> quorums(const Custody& custody) {
  std::vector<Indexes> out;
  Indexes signers = first_indexes(custody.threshold());
  do out.push_back(signers);
  while (next_combination(signers, static_cast<std::uint32_t>(custody.keys().size())));
  return out;
}

/// Every way to spend that the policy has.
std::vector<SpendPath> paths_of(const Custody& custody) {
  std::vector<SpendPath> out;
  if (custody.key_path()) out.push_back(SpendPath::key());
  if (custody.leaf_count() > 0)
    for (Indexes& signers : quorums(custody)) out.push_back(SpendPath::leaf(std::move(signers)));
  return out;
}

bool shown(const bitcoin::TaprootOutput& output, const bitcoin::Script& script, const Bytes& control) {
  auto parsed = bitcoin::ControlBlock::parse(control);
  return parsed && parsed->odd == output.odd &&
         bitcoin::verify_taproot_commitment(*parsed, output.key, bitcoin::tapleaf_hash(script));
}

}  // namespace

TEST_CASE("policies: each has an example here and a name of its own, by which a document is read") {
  std::map<std::string, const PolicyType*> names;
  for (const PolicyType* type : all_policies()) {
    CHECK(names.emplace(type->name, type).second);
    CHECK(std::ranges::find(examples, type->id, &Example::policy) != std::end(examples));
    Json name = type->name;
    CHECK(read_policy(JsonField(name, "policy")) == type->id);
  }
  for_each_custody([&](const Custody& custody, const Example& e) {
    CHECK(names.at(custody.policy().name())->id == e.policy);
    Json document = custody.to_json(bitcoin::Chain::regtest);
    CHECK(Custody::parse(document) == custody);
    CHECK(Custody::parse(document).to_json(bitcoin::Chain::regtest) == document);
  });
  Json unknown = made(examples[0]).to_json_bare();
  unknown["policy"] = "anarchy";
  Error error = thrown([&] { Custody::parse(unknown); }).value();
  CHECK(error.code() == "custody.policy");
  CHECK(error.message() == "one of musig, subsets and checksigadd was expected");
  CHECK(error.field() == "policy");
}

TEST_CASE("policies: the key path is by all custodians, or there is none") {
  for_each_custody([](const Custody& custody, const Example& e) {
    CHECK(custody.key_path() == e.key_path);
    if (!e.key_path) {
      CHECK(error_code([&] { custody.signers(SpendPath::key()); }) == "custody.path");
      CHECK(error_code([&] { custody.spend(SpendPath::key()); }) == "custody.path");
      return;
    }
    Signers signers = custody.signers(SpendPath::key());
    CHECK(signers.index == first_indexes(e.keys));
    CHECK(signers.needed == e.keys);
    Spend spend = custody.spend(SpendPath::key());
    CHECK(spend.aggregate == signers.aggregate);
    CHECK(spend.keys.size() == e.keys);
    CHECK(spend.key == custody.output().key);
    CHECK(!spend.script_path());
    CHECK(error_code([&] { custody.spend({SpendPath::Kind::key, {0}}); }) == "custody.signers");
  });
}

TEST_CASE("policies: leaves one by one, all at once, and their hashes are the same, and in the output") {
  for_each_custody([](const Custody& custody, const Example& e) {
    REQUIRE(custody.leaf_count() == e.leaves);
    std::vector<bitcoin::TapNode> hashes = custody.policy().leaf_hashes();
    REQUIRE(hashes.size() == e.leaves);
    std::uint64_t count = 0;
    custody.for_each_leaf([&](const CustodyLeaf& visited) {
      CHECK(visited.index == count);
      CustodyLeaf leaf = custody.leaf(count);
      CHECK(leaf.index == count);
      CHECK(leaf.signers == visited.signers);
      CHECK(leaf.script == visited.script);
      CHECK(custody.signers_of(count) == leaf.signers);
      CHECK(bitcoin::tapleaf_hash(leaf.script) == hashes[count]);
      CHECK(shown(custody.output(), leaf.script, custody.leaf_control_block(count)));
      ++count;
    });
    CHECK(count == e.leaves);
    CHECK(error_code([&] { custody.leaf(e.leaves); }) == "custody.index");
    CHECK(error_code([&] { custody.leaf_path(e.leaves); }) == "custody.index");
  });
}

TEST_CASE("policies: every quorum has its leaf, whose signers they are") {
  for_each_custody([](const Custody& custody, const Example& e) {
    for (const Indexes& quorum : quorums(custody)) {
      SpendPath path = SpendPath::leaf(quorum);
      if (e.leaves == 0) {
        CHECK(error_code([&] { custody.index_of(quorum); }) == "custody.path");
        CHECK(error_code([&] { custody.signers(path); }) == "custody.path");
        CHECK(error_code([&] { custody.spend(path); }) == "custody.path");
        continue;
      }
      std::uint64_t index = custody.index_of(quorum);
      CustodyLeaf leaf = custody.leaf(index);
      Signers signers = custody.signers(path);
      CHECK(signers.index == leaf.signers);
      CHECK(signers.needed == e.threshold);
      CHECK(std::ranges::includes(leaf.signers, quorum));
      Spend spend = custody.spend(path);
      CHECK(spend.aggregate == signers.aggregate);
      CHECK(spend.leaf_keys == (signers.aggregate ? 1 : signers.index.size()));
      CHECK(spend.leaf_script == leaf.script);
      CHECK(spend.control_block == custody.leaf_control_block(index));
      CHECK(spend.merkle_root == custody.merkle_root());
    }
    Indexes too_many = first_indexes(e.threshold + 1), unknown = first_indexes(e.threshold);
    unknown.back() = e.keys;
    for (const Indexes& wrong : {too_many, unknown}) {
      CHECK(error_code([&] { custody.index_of(wrong); }) == "custody.signers");
      CHECK(error_code([&] { custody.signers(SpendPath::leaf(wrong)); }) == "custody.signers");
      CHECK(error_code([&] { custody.spend(SpendPath::leaf(wrong)); }) == "custody.signers");
    }
  });
}

TEST_CASE("policies: a spend by each path is valid, and as large as it says") {
  for_each_custody([](const Custody& custody, const Example&) {
    auto to = std::make_shared<Deposit>(
        Deposit::make(custody, recipient(), crypto::xonly(secret(90).public_key()), 144));
    for (const SpendPath& path : paths_of(custody)) {
      Draft draft(custody, path);
      draft.add(coin(custody.script_pubkey(), 100'000, 110, 1));
      draft.add(coin(to->script_pubkey(), 100'000, 110, 2, to));
      std::vector<bitcoin::TxOut> outputs{{Sat(150'000), custody.script_pubkey()}}, spent;
      for (const CustodyCoin& one : draft.spent()) spent.push_back(one.output);
      bitcoin::Transaction tx = sign_all(custody, path, draft.psbt(outputs));
      CHECK(tx.weight() == draft.weight(outputs));
      bitcoin::SighashCache cache(tx, spent);
      for (std::size_t i = 0; i < tx.inputs.size(); ++i)
        CHECK(bitcoin::verify_input(cache, i) == bitcoin::ScriptError::OK);
    }
  });
}

TEST_CASE("policies: the contract takes what the policy says, and finds the key in the custody") {
  for_each_custody([](const Custody& custody, const Example&) {
    ByteArray<32> message{7};
    for (const SpendPath& path : paths_of(custody)) {
      bool by_key = path.kind == SpendPath::Kind::key;
      if (!by_key && !custody.policy().contract_takes_leaves()) {
        CHECK(error_code([&] { message_keys(custody, path); }) == "custody.path");
        continue;
      }
      auto signature = quorum_signature(custody, path, musig_sign(message_keys(custody, path), {}, message));
      CHECK(signature.merkle_path.empty() == by_key);
      CHECK(signature.verify(custody, message));
      if (!by_key) CHECK(signature.signing_key == custody.spend(path).key);
    }
  });
}

TEST_CASE("policies: unanimous are those that no part of the custodians can spend") {
  for_each_custody([](const Custody& custody, const Example& e) {
    if (custody.policy().unanimous()) {
      CHECK(custody.key_path());
      CHECK(custody.threshold() == e.keys);
      CHECK(custody.leaf_count() == 0);
    }
  });
}

TEST_CASE("policies: the descriptor has the internal key and every leaf") {
  for_each_custody([](const Custody& custody, const Example& e) {
    std::string text = custody.descriptor().value();
    CHECK(text.starts_with("tr(" + custody.policy().internal_key_text()));
    for (std::uint64_t i = 0; i < e.leaves; ++i) CHECK(text.find(custody.policy().leaf_text(i)) != text.npos);
  });
}

TEST_CASE("policies: key_path stands in documents of checksigadd alone") {
  for_each_custody([](const Custody& custody, const Example& e) {
    Json document = custody.to_json_bare();
    CHECK(document.contains("key_path") == (e.policy == Policy::checksigadd && e.key_path));
    document["key_path"] = true;
    if (e.policy == Policy::checksigadd)
      CHECK(Custody::parse(document).key_path());
    else
      CHECK(error_code([&] { Custody::parse(document); }) == "custody.key_path");
  });
}
