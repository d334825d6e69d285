#include "store/event_store.hpp"

#include <doctest/doctest.h>

#include "base/enum_names.hpp"
#include "store/store_support.hpp"

using namespace pegkit;
using namespace pegkit::store;
using pegkit::test::block_of;

TEST_CASE("events are numbered, listed and undone without editing history") {
  test::TemporaryFolder folder;
  {
    Database database(folder / "db");
    EventStore events(database);
    CHECK(events.last_seq() == 0);
    CHECK(events.append(EventKind::deposit, block_of(1), 100, {{"amount_sat", 5}}) == 1);
    CHECK(events.append(EventKind::payout, block_of(2), 101, Json::object()) == 2);
    CHECK(events.append(EventKind::deposit, block_of(3), 102, {{"amount_sat", 7}}) == 3);

    auto undone = events.undo_above(100);
    REQUIRE(undone.size() == 2);
    CHECK(undone[0].undoes == 3);
    CHECK(undone[0].seq == 4);
    CHECK(undone[0].data["amount_sat"] == 7);
    CHECK(undone[1].undoes == 2);
    CHECK(undone[1].kind == EventKind::payout);
    CHECK(events.undo_above(100).empty());
    CHECK(events.append(EventKind::deposit, block_of(4), 101, {{"amount_sat", 7}}) == 6);
  }
  Database database(folder / "db");
  EventStore events(database);
  auto all = events.since(0, 100);
  REQUIRE(all.size() == 6);
  CHECK(all[0].block == block_of(1));
  CHECK(!all[2].undoes);
  CHECK(all[3].undoes == 3);
  CHECK(events.since(4, 1).at(0).seq == 5);
  auto live = events.live(EventKind::deposit);
  REQUIRE(live.size() == 2);
  CHECK(live[0].seq == 1);
  CHECK(live[1].seq == 6);
  CHECK(events.live().size() == 2);
  CHECK(events.undo_above(100).size() == 1);
  CHECK(events.last_seq() == 7);
}

TEST_CASE("events of a transaction that fails are gone with it") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  EventStore events(database);
  events.append(EventKind::deposit, block_of(1), 5, Json::object());
  {
    Transaction dropped(database);
    events.undo_above(0);
    events.append(EventKind::deposit, block_of(2), 5, Json::object());
  }
  CHECK(events.since(0, 100).size() == 1);
  CHECK(events.live().size() == 1);
}

TEST_CASE("every kind of event is kept under its own name") {
  // As databases hold them and `pegkit/event` prints them.
  const std::vector<std::string> names = {"deposit", "payout", "commitment",   "graph",
                                          "spend",   "record", "equivocation", "difference"};
  test::TemporaryFolder folder;
  Database database(folder / "db");
  EventStore events(database);
  auto kinds = all_values(event_kind_name);
  REQUIRE(kinds.size() == names.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    CHECK(event_kind_name(kinds[i]) == names[i]);
    std::int64_t seq = events.append(kinds[i], block_of(1), 5, Json::object());
    CHECK(events.live(kinds[i]).at(0).seq == seq);
    CHECK(events.since(seq - 1, 1).at(0).kind == kinds[i]);
  }
  database.execute("UPDATE events SET kind = 'Deposit' WHERE seq = 1");
  CHECK(test::error_code([&] { events.since(0, 1); }) == "store.corrupt");
}

TEST_CASE("damaged event data is reported") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  EventStore events(database);
  events.append(EventKind::deposit, block_of(1), 5, Json::object());
  database.execute("UPDATE events SET data = '{'");
  CHECK(test::error_code([&] { events.since(0, 1); }) == "store.corrupt");
}
