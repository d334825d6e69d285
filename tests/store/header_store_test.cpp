#include "store/header_store.hpp"

#include <doctest/doctest.h>

#include "store/store_support.hpp"

using namespace pegkit;
using namespace pegkit::store;
using pegkit::test::error_code;

namespace {

bitcoin::U256 work(std::uint32_t n) {
  bitcoin::U256 out;
  out.bytes[30] = static_cast<std::uint8_t>(n >> 8);
  out.bytes[31] = static_cast<std::uint8_t>(n);
  return out;
}

StoredHeader make(const StoredHeader* parent, std::uint32_t branch) {
  StoredHeader out;
  out.header.nonce = branch;
  if (parent) {
    out.header.previous = parent->hash;
    out.height = parent->height + 1;
  }
  out.hash = out.header.hash();
  out.work = work(out.height + 1);
  return out;
}

std::vector<StoredHeader> extend(HeaderStore& store, const StoredHeader* parent, int count,
                                 std::uint32_t branch) {
  std::vector<StoredHeader> out;
  for (int i = 0; i < count; ++i) {
    out.push_back(make(out.empty() ? parent : &out.back(), branch));
    store.append(out.back());
  }
  return out;
}

}  // namespace

TEST_CASE("headers, branches and the best chain") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  HeaderStore store(database);
  CHECK(!store.best_tip());
  CHECK(!store.most_work());

  auto trunk = extend(store, nullptr, 10, 1);
  CHECK(!store.set_best(trunk[9].hash));
  CHECK(store.best_tip()->hash == trunk[9].hash);
  CHECK(store.best_at(3)->hash == trunk[3].hash);
  CHECK(store.best_at(3)->header == trunk[3].header);
  CHECK(store.best_at(3)->work == trunk[3].work);
  CHECK(!store.best_at(10));

  auto branch = extend(store, &trunk[5], 6, 2);  // heights 6 to 11
  CHECK(store.most_work()->hash == branch[5].hash);
  CHECK(store.best_tip()->hash == trunk[9].hash);
  CHECK(store.ancestor(branch[5], 7).hash == branch[1].hash);
  CHECK(store.ancestor(branch[5], 5).hash == trunk[5].hash);
  CHECK(store.ancestor(branch[5], 0).hash == trunk[0].hash);
  CHECK(error_code([&] { store.ancestor(branch[5], 12); }) == "header.orphan");

  CHECK(store.set_best(branch[5].hash) == 5);
  CHECK(store.best_tip()->hash == branch[5].hash);
  CHECK(store.best_at(6)->hash == branch[0].hash);
  CHECK(!store.in_best_chain(trunk[9]));
  CHECK(store.find(trunk[9].hash)->height == 9);

  CHECK(store.set_best(trunk[7].hash) == 5);  // shorter than before
  CHECK(store.best_tip()->hash == trunk[7].hash);
  CHECK(!store.best_at(8));
  CHECK(store.set_best(trunk[7].hash) == 7);
}

TEST_CASE("of equal work the best chain's header comes first") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  HeaderStore store(database);
  auto trunk = extend(store, nullptr, 3, 1);
  auto other = extend(store, &trunk[0], 2, 2);
  store.set_best(trunk[2].hash);
  CHECK(store.most_work()->hash == trunk[2].hash);
  store.set_best(other[1].hash);
  CHECK(store.most_work()->hash == other[1].hash);
}

TEST_CASE("headers without a parent are refused, known ones pass") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  HeaderStore store(database);
  auto trunk = extend(store, nullptr, 2, 1);
  store.append(trunk[1]);
  StoredHeader stranger = make(nullptr, 9);
  CHECK(error_code([&] { store.append(stranger); }) == "header.orphan");
  StoredHeader wrong_height = make(&trunk[1], 1);
  wrong_height.height = 7;
  CHECK(error_code([&] { store.append(wrong_height); }) == "header.orphan");
  CHECK(error_code([&] { store.set_best(stranger.hash); }) == "header.orphan");
}
