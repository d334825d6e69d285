#include "optimistic/ots_keys.hpp"

#include <doctest/doctest.h>

#include "support/errors.hpp"

using namespace pegkit;
using namespace pegkit::optimistic;
using crypto::OtsPublicKey;
using pegkit::test::error_code;
using pegkit::test::thrown;

namespace {

crypto::SecretKey seed() {
  return crypto::SecretKey::from(from_hex(std::string(63, '0') + "1"));
}

ByteArray<32> graph_of(std::uint8_t fill) {
  ByteArray<32> out;
  out.fill(fill);
  return out;
}

OtsKeySet sequencer(std::uint32_t first, std::size_t count) {
  std::vector<OtsPublicKey> keys;
  for (std::size_t i = 0; i < count; ++i)
    keys.push_back(
        crypto::ots_public_key(sequencer_ots_secret(seed(), first + static_cast<std::uint32_t>(i)), 32));
  return OtsKeySet::for_sequencer(first, std::move(keys));
}

OtsNamedKey value_key(const std::string& name, std::size_t bytes) {
  return {name, crypto::ots_public_key(operator_ots_secret(seed(), graph_of(7), name), bytes)};
}

OtsKeySet claim() {
  return OtsKeySet::for_operator(graph_of(7),
                                 {value_key("epoch", 4), value_key("root", 32), value_key("node_0", 32)});
}

}  // namespace

TEST_CASE("sets go to documents and back") {
  for (const OtsKeySet& set : {sequencer(5, 3), claim()}) {
    Json document = set.to_json();
    CHECK(document.at("type") == "pegkit/ots-keys");
    OtsKeySet read = OtsKeySet::parse(document);
    CHECK(read == set);
    CHECK(read.hash() == set.hash());
    CHECK(read.to_json() == document);
  }
}

TEST_CASE("keys are found by name and by epoch") {
  OtsKeySet set = sequencer(5, 3);
  CHECK(set.is_sequencer());
  CHECK(set.first_epoch() == 5);
  CHECK(set.find("6") == &set.keys()[1].key);
  CHECK(set.find_epoch(7) == &set.keys()[2].key);
  CHECK(!set.find_epoch(4));
  CHECK(!set.find_epoch(8));
  CHECK(!set.find("06"));
  OtsKeySet values = claim();
  CHECK(!values.is_sequencer());
  CHECK(values.graph() == graph_of(7));
  CHECK(values.find("root")->message_bytes() == 32);
  CHECK(!values.find("other"));
  CHECK(!values.find_epoch(0));
}

TEST_CASE("the hash is of all that is in a set") {
  // The canonical form, written out.
  OtsKeySet values = OtsKeySet::for_operator(graph_of(7), {value_key("epoch", 4)});
  Bytes canonical = from_hex("01" + to_hex(graph_of(7)) + "0100000005");
  append(canonical, as_bytes("epoch"));
  canonical.push_back(4);
  append(canonical, values.keys()[0].key.bytes());
  CHECK(values.hash() == crypto::tagged_hash("pegkit/ots-keys", canonical));

  auto hash = sequencer(0, 2).hash();
  CHECK(hash != sequencer(0, 3).hash());
  CHECK(hash != sequencer(1, 2).hash());
  auto keys = claim().keys();
  CHECK(claim().hash() != OtsKeySet::for_operator(graph_of(8), keys).hash());
  std::swap(keys[1], keys[2]);
  CHECK(claim().hash() != OtsKeySet::for_operator(graph_of(7), keys).hash());
  keys = claim().keys();
  keys[2].name = "node_1";
  CHECK(claim().hash() != OtsKeySet::for_operator(graph_of(7), keys).hash());
}

TEST_CASE("secrets differ by party, epoch, graph and name") {
  std::vector<Bytes> all;
  auto add = [&](const crypto::OtsSecret& secret) { all.push_back(to_bytes(secret.view())); };
  add(sequencer_ots_secret(seed(), 0));
  add(sequencer_ots_secret(seed(), 1));
  add(operator_ots_secret(seed(), graph_of(1), "root"));
  add(operator_ots_secret(seed(), graph_of(2), "root"));
  add(operator_ots_secret(seed(), graph_of(1), "epoch"));
  std::ranges::sort(all);
  CHECK(std::ranges::adjacent_find(all) == all.end());
}

TEST_CASE("sets that cannot be") {
  auto key = [](std::size_t bytes) { return value_key("x", bytes).key; };
  CHECK(error_code([&] { OtsKeySet::for_sequencer(0, {}); }) == "ots.keys");
  CHECK(error_code([&] { OtsKeySet::for_sequencer(0, {key(4)}); }) == "ots.keys");
  CHECK(error_code([&] { OtsKeySet::for_sequencer(0, {key(32), key(32)}); }) == "ots.duplicate");
  CHECK(error_code([&] { OtsKeySet::for_sequencer(0xffffffff, {key(32), key(32)}); }) == "ots.keys");
  CHECK(error_code([&] {
          OtsKeySet::for_operator(graph_of(1), {{"a", key(4)}, {"a", key(8)}});
        }) == "ots.keys");
  CHECK(error_code([&] { OtsKeySet::for_operator(graph_of(1), {{"a", {}}}); }) == "ots.length");
  for (std::string name : {"", "A", "a b", "a-b", "a\n"})
    CHECK(error_code([&] { OtsKeySet::for_operator(graph_of(1), {{name, key(4)}}); }) == "ots.keys");
  CHECK(error_code([&] {
          OtsKeySet::for_operator(graph_of(1), {{std::string(65, 'a'), key(4)}});
        }) == "ots.keys");
}

TEST_CASE("documents that are refused name the field") {
  auto refused = [](Json document, auto&& change) {
    change(document);
    return thrown([&] { OtsKeySet::parse(document); }).value();
  };
  Json seq = sequencer(5, 2).to_json(), op = claim().to_json();
  auto failure = refused(op, [](Json& d) { d["keys"][1]["key"] = "00"; });
  CHECK(failure.code() == "ots.length");
  CHECK(failure.field() == "keys[1].key");
  failure = refused(op, [](Json& d) { d["keys"][0]["bytes"] = 8; });
  CHECK(failure.code() == "ots.keys");
  CHECK(failure.field() == "keys[0].bytes");
  CHECK(refused(op, [](Json& d) { d["keys"][0]["bytes"] = 65; }).code() == "json.range");
  CHECK(refused(op, [](Json& d) { d["keys"][0]["secret"] = "00"; }).code() == "json.unknown");
  CHECK(refused(op, [](Json& d) { d["first_epoch"] = 0; }).code() == "json.unknown");
  CHECK(refused(op, [](Json& d) { d["graph"] = "00"; }).code() == "hex.length");
  CHECK(refused(op, [](Json& d) { d.erase("graph"); }).code() == "json.missing");
  CHECK(refused(op, [](Json& d) { d["keys"] = Json::array(); }).field() == "keys");
  CHECK(refused(op, [](Json& d) { d["hash"] = std::string(64, '0'); }).code() == "document.derived");
  CHECK(refused(op, [](Json& d) { d["purpose"] = "signer"; }).field() == "purpose");
  CHECK(refused(seq, [](Json& d) { d["keys"][1]["name"] = "7"; }).code() == "ots.keys");
  CHECK(refused(seq, [](Json& d) { d["keys"][1]["name"] = "06"; }).code() == "ots.keys");
  CHECK(refused(seq, [](Json& d) { d["first_epoch"] = 6; }).code() == "ots.keys");
  CHECK(refused(seq, [](Json& d) { d["first_epoch"] = -1; }).code() == "json.range");
  CHECK(refused(seq, [](Json& d) { d["keys"][1]["key"] = d["keys"][0]["key"]; }).code() == "ots.duplicate");
  CHECK(error_code([&] {
          OtsKeySet::parse(Json{{"type", "pegkit/ots-keys"}, {"version", 2}});
        }) == "document.version");
}
