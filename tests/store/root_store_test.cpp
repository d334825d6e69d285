#include "store/root_store.hpp"

#include <doctest/doctest.h>

#include "store/store_support.hpp"

using namespace pegkit;
using namespace pegkit::store;

TEST_CASE("root keys are found by their epoch and by their first hash") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  RootStore roots(database);
  Bytes one(67 * 20, 1), two(67 * 20, 2);
  roots.add_key(7, one);
  roots.add_key(8, two);
  roots.add_key(7, two);  // a key that is there stays
  CHECK(roots.keys() == 2);
  CHECK(roots.key_of(7)->key == one);
  CHECK(roots.key_of(8)->key == two);
  CHECK_FALSE(roots.key_of(9));
  CHECK(roots.key_beginning(ByteView(two).first(20))->epoch == 8);
  CHECK_FALSE(roots.key_beginning(Bytes(20, 3)));
}

TEST_CASE("signatures are kept once for a root, in the order they were seen") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  RootStore roots(database);
  auto seen = [&](std::uint32_t epoch, std::uint8_t root, std::uint8_t txid) {
    RootStore::Signature out{epoch, {}, {}, Bytes{txid}};
    out.root.fill(root);
    out.txid.bytes.fill(txid);
    roots.add_signature(out);
  };
  seen(3, 9, 1);
  seen(3, 9, 2);
  seen(4, 5, 3);
  CHECK(roots.signatures_of(3).size() == 1);
  CHECK(roots.signatures_of(3)[0].signature == Bytes{1});
  CHECK(roots.equivocated().empty());
  seen(3, 1, 4);
  seen(3, 2, 5);
  auto all = roots.signatures_of(3);
  REQUIRE(all.size() == 3);
  CHECK(all[0].signature == Bytes{1});
  CHECK(all[1].signature == Bytes{4});
  CHECK(roots.equivocated() == std::vector<std::uint32_t>{3});
}
