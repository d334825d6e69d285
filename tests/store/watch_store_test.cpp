#include "store/watch_store.hpp"

#include <doctest/doctest.h>

#include "base/enum_names.hpp"
#include "store/store_support.hpp"

using namespace pegkit;
using namespace pegkit::store;
using pegkit::test::block_of;
using pegkit::test::txid_of;

TEST_CASE("watches are kept once") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  WatchStore store(database);
  bitcoin::Script script = {0x51};
  CHECK(store.add({script, WatchKind::custody, "old set", {{"epoch", 1}}}));
  CHECK(!store.add({script, WatchKind::custody, "new label", {{"epoch", 2}}}));
  CHECK(store.add({{0x52}, WatchKind::deposit, "", Json::object()}));
  CHECK(store.all().size() == 2);
  CHECK(store.find(script)->label == "new label");
  CHECK(store.find(script)->data["epoch"] == 2);
  CHECK(!store.find({0x53}));
  CHECK(store.remove(script));
  CHECK(!store.remove(script));
}

TEST_CASE("every kind of watch is kept under its own name") {
  // As databases hold them and `pegkit/watch` prints them.
  const std::vector<std::string> names = {"custody", "deposit", "thread", "stake", "graph"};
  test::TemporaryFolder folder;
  Database database(folder / "db");
  WatchStore store(database);
  auto kinds = all_values(watch_kind_name);
  REQUIRE(kinds.size() == names.size());
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    CHECK(watch_kind_name(kinds[i]) == names[i]);
    bitcoin::Script script = {static_cast<std::uint8_t>(i)};
    store.add({script, kinds[i], "", Json::object()});
    CHECK(store.find(script)->kind == kinds[i]);
  }
  CHECK(store.list().size() == kinds.size());
  database.execute("UPDATE watches SET kind = 'sequencer' WHERE kind = 'stake'");
  CHECK(test::error_code([&] { store.list(); }) == "store.corrupt");
  CHECK(test::error_code([&] { store.all(); }) == "store.corrupt");
}

TEST_CASE("coins appear, are spent, and a reorganisation takes both back") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  WatchStore store(database);
  bitcoin::Script script = {0x51}, other = {0x52};
  bitcoin::OutPoint a{txid_of(1), 0}, b{txid_of(2), 1}, c{txid_of(3), 0xffffffff};
  store.add_coin(a, {Sat{1000}, script}, 10);
  store.add_coin(b, {Sat{2000}, script}, 11);
  store.add_coin(c, {Sat{3000}, other}, 12);
  store.set_position({12, block_of(12)});
  CHECK(store.unspent().size() == 3);
  CHECK(store.unspent(script).size() == 2);
  CHECK(store.unspent()[2].outpoint == c);

  CHECK(store.spend_coin(a, txid_of(9), 12));
  CHECK(!store.spend_coin({txid_of(8), 0}, txid_of(9), 12));
  CHECK(store.unspent(script).size() == 1);
  CHECK(store.coin(a)->spent->by == txid_of(9));
  CHECK(store.coin(a)->spent->height == 12);

  store.undo_above(11, block_of(11));
  CHECK(!store.coin(a)->spent);
  CHECK(!store.coin(c));
  CHECK(store.coin(b)->output == bitcoin::TxOut{Sat{2000}, script});
  CHECK(store.coins().size() == 2);
  CHECK(store.position()->height == 11);
  CHECK(store.position()->hash == block_of(11));
  store.undo_above(11, block_of(77));
  CHECK(store.position()->hash == block_of(11));
}

TEST_CASE("the position survives") {
  test::TemporaryFolder folder;
  test::run_and_die([&] {
    auto* database = new Database(folder / "db");
    WatchStore(*database).set_position({7, block_of(7)});
  });
  Database database(folder / "db");
  CHECK(WatchStore(database).position()->height == 7);
}
