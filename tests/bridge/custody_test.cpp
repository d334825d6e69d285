#include "bridge/custody.hpp"

#include <doctest/doctest.h>

#include "bitcoin/address.hpp"
#include "bridge/deposit.hpp"
#include "crypto/keyagg_sets.hpp"
#include "support/bridge_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::bridge::test;

namespace {

Custody subsets(std::uint32_t m, std::uint32_t n, std::optional<Recovery> r = std::nullopt) {
  return Custody::make(Policy::subsets, m, public_keys(1, n), false, std::move(r));
}

bool in_output(const bitcoin::TaprootOutput& output, const bitcoin::Script& script, const Bytes& control) {
  auto parsed = bitcoin::ControlBlock::parse(control);
  return parsed && parsed->odd == output.odd &&
         bitcoin::verify_taproot_commitment(*parsed, output.key, bitcoin::tapleaf_hash(script));
}

const char* example = R"({"type":"pegkit/custody","version":1,"policy":"subsets","threshold":2,
 "keys":["0283f579dd2380bd31355d066086e1b4d46b518987c1f8a64d4c0101560280eae2",
         "027a0868a14bd18e2e45ff3ad960f892df8d0edd1a5685f0a1dc63c7986d4ad55d",
         "02c9929543dfa1e0bb84891acd47bfa6546b05e26b7a04af8eb6765fcc969d565f"]})";

}  // namespace

TEST_CASE("subsets are ranked in lexicographic order") {
  Custody custody = subsets(3, 7);
  std::vector<std::uint32_t> last;
  std::uint64_t count = 0;
  custody.for_each_leaf([&](const CustodyLeaf& leaf) {
    CHECK(leaf.index == count++);
    CHECK(last < leaf.signers);
    CHECK(custody.index_of(leaf.signers) == leaf.index);
    CHECK(custody.signers_of(leaf.index) == leaf.signers);
    CHECK(custody.leaf(leaf.index).script == leaf.script);
    last = leaf.signers;
  });
  CHECK(count == 35);
  CHECK(custody.signers_of(0) == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(custody.signers_of(34) == std::vector<std::uint32_t>{4, 5, 6});
  CHECK(error_code([&] { custody.signers_of(35); }) == "custody.index");
  for (auto signers :
       std::vector<std::vector<std::uint32_t>>{{0, 1}, {0, 1, 7}, {1, 0, 2}, {1, 1, 2}, {0, 1, 2, 3}})
    CHECK(error_code([&] { custody.index_of(signers); }) == "custody.signers");
}

TEST_CASE("the quick aggregates of many subsets are BIP327's") {
  auto keys = public_keys(1, 12);
  std::swap(keys[2], keys[9]);
  crypto::SubsetAggregator tabled(keys), plain(keys, 1);
  for (std::vector<std::uint32_t> members : std::vector<std::vector<std::uint32_t>>{
           {0}, {3, 7}, {7, 3}, {0, 1, 2}, {2, 5, 9, 11}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}) {
    std::vector<crypto::PublicKey> chosen;
    for (auto i : members) chosen.push_back(keys[i]);
    crypto::key_sort(chosen);
    CHECK(tabled.xonly(members) == crypto::KeyAgg(chosen).xonly());
    CHECK(plain.xonly(members) == tabled.xonly(members));
  }
}

TEST_CASE("the order of the document does not change an aggregate") {
  auto keys = public_keys(1, 4);
  Custody one = Custody::make(Policy::musig, 4, keys);
  std::ranges::reverse(keys);
  CHECK(one.internal_key() == Custody::make(Policy::musig, 4, keys).internal_key());
}

TEST_CASE("every leaf is shown by its control block, with and without recovery, and beside a refund leaf") {
  for (bool with_recovery : {false, true}) {
    auto extra = with_recovery ? std::optional(recovery()) : std::nullopt;
    std::vector<Custody> all = {subsets(2, 3, extra),
                                subsets(3, 5, extra),
                                subsets(1, 4, extra),
                                Custody::make(Policy::checksigadd, 3, public_keys(1, 5), false, extra),
                                Custody::make(Policy::checksigadd, 3, public_keys(1, 5), true, extra),
                                Custody::make(Policy::musig, 3, public_keys(1, 3), false, extra)};
    for (const Custody& custody : all) {
      for (std::uint64_t i = 0; i < custody.leaf_count(); ++i)
        CHECK(in_output(custody.output(), custody.leaf(i).script, custody.leaf_control_block(i)));
      if (with_recovery) {
        CHECK(in_output(custody.output(), extra->script(), custody.recovery_control_block()));
      } else {
        CHECK(error_code([&] { custody.recovery_control_block(); }) == "custody.recovery");
      }
      Deposit deposit = Deposit::make(custody, recipient(), crypto::xonly(secret(90).public_key()), 144);
      CHECK(in_output(deposit.output(), deposit.refund_script(), deposit.refund_control_block()));
      std::vector<SpendPath> paths;
      if (custody.leaf_count() > 1)
        paths.push_back(SpendPath::leaf(custody.signers_of(custody.leaf_count() - 1)));
      if (custody.leaf_count() == 1) paths.push_back(SpendPath::leaf({0, 2, 4}));
      if (with_recovery) paths.push_back(SpendPath::recovery({0, 2}));
      for (const SpendPath& path : paths) {
        Spend plain = custody.spend(path), beside = deposit.spend(path);
        CHECK(in_output(custody.output(), plain.leaf_script, plain.control_block));
        CHECK(in_output(deposit.output(), beside.leaf_script, beside.control_block));
        CHECK(plain.leaf_script == beside.leaf_script);
      }
      if (custody.key_path()) CHECK(deposit.spend(SpendPath::key()).key == deposit.output().key);
    }
  }
}

TEST_CASE("another recipient is another deposit address") {
  Custody custody = subsets(2, 3);
  auto key = crypto::xonly(secret(90).public_key());
  Deposit one = Deposit::make(custody, recipient(1), key, 144);
  CHECK(one.script_pubkey() != Deposit::make(custody, recipient(2), key, 144).script_pubkey());
  CHECK(one.script_pubkey() != Deposit::make(custody, recipient(1), key, 145).script_pubkey());
  CHECK(bitcoin::script_asm(one.refund_script()) ==
        "aa00000000000000000000000000000000000001 OP_DROP 144 OP_CHECKSEQUENCEVERIFY OP_DROP " + to_hex(key) +
            " OP_CHECKSIG");
}

TEST_CASE("documents: derived fields come out, are checked when read, and change nothing") {
  Custody custody = Custody::parse(parse_json(example));
  Json full = custody.to_json(bitcoin::Chain::regtest);
  for (const char* name :
       {"address", "script_pubkey", "internal_key", "output_key", "merkle_root", "leaf_count", "descriptor"})
    CHECK(full.contains(name));
  CHECK(Custody::parse(full) == custody);
  CHECK(Custody::parse(full).to_json(bitcoin::Chain::regtest) == full);
  for (const char* name :
       {"address", "script_pubkey", "internal_key", "output_key", "merkle_root", "descriptor"}) {
    Json wrong = full;
    std::string text = wrong[name];
    text.back() = text.back() == '0' ? '1' : '0';
    wrong[name] = text;
    CHECK(error_code([&] { Custody::parse(wrong); }) == "document.derived");
  }
  full["leaf_count"] = 4;
  CHECK(error_code([&] { Custody::parse(full); }) == "document.derived");
  Json unknown = parse_json(example);
  unknown["colour"] = "green";
  CHECK(error_code([&] { Custody::parse(unknown); }) == "json.unknown");
}

TEST_CASE("a stated merkle root is believed only until the tree is made") {
  Custody real = Custody::parse(parse_json(example));
  Json stated = parse_json(example);
  stated["merkle_root"] = to_hex(*real.merkle_root());
  Custody believed = Custody::parse(stated, Derive::stated);
  CHECK(believed.script_pubkey() == real.script_pubkey());
  CHECK(believed.leaf_path(1) == real.leaf_path(1));
  stated["merkle_root"] = std::string(64, '7');
  Custody deceived = Custody::parse(stated, Derive::stated);
  CHECK(deceived.script_pubkey() != real.script_pubkey());
  CHECK(error_code([&] { deceived.spend(SpendPath::leaf({0, 1})); }) == "document.derived");
}

TEST_CASE("what no custody can be is refused") {
  auto keys = public_keys(1, 3);
  auto refused = [&](Policy policy, std::uint32_t m, std::vector<crypto::PublicKey> k,
                     std::optional<Recovery> r = std::nullopt) {
    return error_code([&] { Custody::make(policy, m, std::move(k), false, std::move(r)); });
  };
  CHECK(refused(Policy::subsets, 2, {keys[0], keys[1], keys[0]}) == "custody.keys");
  crypto::PublicKey negated = keys[0];
  negated.bytes[0] ^= 1;
  CHECK(refused(Policy::subsets, 2, {keys[0], keys[1], negated}) == "custody.keys");
  CHECK(refused(Policy::musig, 0, {}) == "custody.keys");
  CHECK(refused(Policy::musig, 2, keys) == "custody.threshold");
  CHECK(refused(Policy::subsets, 3, keys) == "custody.threshold");
  CHECK(refused(Policy::subsets, 0, keys) == "custody.threshold");
  CHECK(refused(Policy::checksigadd, 4, keys) == "custody.threshold");
  CHECK(refused(Policy::subsets, 12, public_keys(1, 24)) == "custody.leaves");
  CHECK(refused(Policy::subsets, 2, keys, Recovery{keys, 4, 10}) == "custody.threshold");
  CHECK(refused(Policy::subsets, 2, keys, Recovery{keys, 2, 65'536}) == "custody.recovery");
  CHECK(refused(Policy::subsets, 2, keys, Recovery{keys, 2, 0}) == "custody.recovery");
  CHECK(refused(Policy::subsets, 2, keys, Recovery{{}, 2, 10}) == "custody.keys");
  Custody unspendable = Custody::make(Policy::checksigadd, 2, keys);
  CHECK(error_code([&] { unspendable.spend(SpendPath::key()); }) == "custody.path");
  CHECK(error_code([&] { unspendable.spend(SpendPath::recovery({0})); }) == "custody.path");
  CHECK(error_code([&] {
          Custody::make(Policy::musig, 3, keys).spend(SpendPath::leaf({0, 1, 2}));
        }) == "custody.path");
}

TEST_CASE("errors in a document name their field") {
  Json document = parse_json(example);
  document["keys"][1] = "02" + std::string(64, 'f');
  CHECK(error_and_field([&] { Custody::parse(document, Derive::full, "deposit.custody"); }) ==
        "key.invalid deposit.custody.keys[1]");
  document["keys"][1] = document["keys"][0];
  CHECK(error_field([&] { Custody::parse(document, Derive::full, "custody"); }) == "custody.keys[1]");
}

TEST_CASE("deposit documents round trip and bind what they derive") {
  Deposit deposit = Deposit::make(Custody::parse(parse_json(example)), recipient(),
                                  crypto::xonly(secret(90).public_key()), 144);
  deposit.funding = Deposit::Funding{{bitcoin::Txid{}, 3}, Sat(5000)};
  Json json = deposit.to_json(bitcoin::Chain::signet);
  Deposit again = Deposit::parse(json);
  CHECK(again.to_json(bitcoin::Chain::signet) == json);
  CHECK(again.funding == deposit.funding);
  CHECK(Deposit::parse(json, Derive::stated).script_pubkey() == deposit.script_pubkey());
  for (const char* name :
       {"address", "script_pubkey", "merkle_root", "refund_script", "refund_control_block"}) {
    Json wrong = json;
    std::string text = wrong[name];
    text.back() = text.back() == '0' ? '1' : '0';
    wrong[name] = text;
    CHECK(error_code([&] { Deposit::parse(wrong); }) == "document.derived");
  }
  json.erase("amount_sat");
  CHECK(error_code([&] { Deposit::parse(json); }) == "deposit.funding");
  CHECK(error_code([&] {
          Deposit::make(subsets(2, 3), recipient(), crypto::xonly(secret(90).public_key()), 0);
        }) == "deposit.refund_blocks");
}
