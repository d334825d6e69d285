#include "store/intent_store.hpp"

#include <doctest/doctest.h>

#include "base/enum_names.hpp"
#include "store/store_support.hpp"

using namespace pegkit;
using namespace pegkit::store;
using pegkit::test::error_code;
using pegkit::test::txid_of;

namespace {

Intent make(const std::string& id, std::uint8_t n, std::vector<std::string> keys = {}) {
  Intent out;
  out.id = id;
  out.kind = "payout";
  out.txid = txid_of(n);
  out.raw = {n, n};
  out.created = 1'700'000'000;
  out.details = {{"fee_sat", n}};
  out.keys = std::move(keys);
  return out;
}

}  // namespace

TEST_CASE("an intent is found again by id, txid, state and key") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  IntentStore store(database);
  store.put(make("one", 1, {"withdrawal:c:1", "withdrawal:c:2"}));
  store.put(make("two", 2, {"withdrawal:c:3"}));
  store.put(make("one", 1));  // again
  CHECK(error_code([&] { store.put(make("one", 3)); }) == "intent.exists");

  CHECK(store.find("one")->keys == std::vector<std::string>{"withdrawal:c:1", "withdrawal:c:2"});
  CHECK(store.find("one")->details["fee_sat"] == 1);
  CHECK(store.find("one")->raw == Bytes{1, 1});
  CHECK(store.find_txid(txid_of(2))->id == "two");
  CHECK(!store.find("three"));
  CHECK(store.by_key("withdrawal:c:2").at(0).id == "one");
  CHECK(store.by_key("withdrawal:c:9").empty());
  CHECK(store.open().size() == 2);

  store.set_state("one", IntentState::sent);
  CHECK(store.open().size() == 2);
  store.set_state("one", IntentState::confirmed);
  CHECK(store.open().size() == 1);
  CHECK(store.list().size() == 2);
  CHECK(store.list("rotation").empty());
  CHECK(error_code([&] { store.set_state("three", IntentState::sent); }) == "intent.unknown");
}

TEST_CASE("every state of an intent is kept under its own name") {
  const std::vector<std::string> names = {"planned", "sent", "confirmed", "replaced", "abandoned"};
  test::TemporaryFolder folder;
  Database database(folder / "db");
  IntentStore store(database);
  store.put(make("one", 1));
  auto states = all_values(intent_state_name);
  REQUIRE(states.size() == names.size());
  for (std::size_t i = 0; i < states.size(); ++i) {
    CHECK(intent_state_name(states[i]) == names[i]);
    store.set_state("one", states[i]);
    CHECK(store.find("one")->state == states[i]);
    CHECK(store.open().size() == (is_open(states[i]) ? 1 : 0));
  }
}

TEST_CASE("a bump links old and new, or does nothing") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  IntentStore store(database);
  store.put(make("old", 1, {"k"}));
  store.replace("old", make("new", 2, {"k"}));
  store.replace("old", make("new", 2, {"k"}));  // a second run after a kill
  CHECK(store.find("old")->state == IntentState::replaced);
  CHECK(store.find("old")->replaced_by == "new");
  CHECK(store.open().at(0).id == "new");
  CHECK(store.by_key("k").size() == 2);
  CHECK(error_code([&] { store.replace("old", make("third", 3)); }) == "intent.closed");
  CHECK(!store.find("third"));
  CHECK(error_code([&] { store.replace("none", make("third", 3)); }) == "intent.unknown");
}

TEST_CASE("an intent that put has returned from survives a kill") {
  test::TemporaryFolder folder;
  test::run_and_die([&] {
    auto* database = new Database(folder / "db");
    IntentStore(*database).put(make("one", 1, {"k"}));
  });
  Database database(folder / "db");
  IntentStore store(database);
  CHECK(store.by_key("k").at(0).txid == txid_of(1));
  Transaction outer(database);
  CHECK(error_code([&] { store.put(make("two", 2)); }) == "store.failed");
}
