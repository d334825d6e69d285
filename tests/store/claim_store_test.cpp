#include "store/claim_store.hpp"

#include <doctest/doctest.h>

#include "store/store_support.hpp"

using namespace pegkit;
using namespace pegkit::store;
using pegkit::test::error_code;
using pegkit::test::txid_of;

namespace {

StoredClaim claim_of(std::uint32_t id) {
  return {txid_of(1), 4'000'000'000u, id, txid_of(9), {{1, 2}, {}, {3}}, {7, 7}, false};
}

}  // namespace

TEST_CASE("a kickoff has one claim for good, and its values until the first assert") {
  test::TemporaryFolder folder;
  {
    Database database(folder / "db");
    ClaimStore store(database);
    CHECK_FALSE(store.find(txid_of(1)));
    CHECK(error_code([&] { store.begin_asserts(txid_of(1)); }) == "claim.unrecorded");
    CHECK(error_code([&] { store.retrace(txid_of(1), {}); }) == "claim.unrecorded");
    store.put(claim_of(5));
    store.put(claim_of(5));
    CHECK(error_code([&] { store.put(claim_of(6)); }) == "claim.exists");
    StoredClaim other = claim_of(5);
    other.payout = txid_of(10);
    CHECK(error_code([&] { store.put(other); }) == "claim.exists");
    store.retrace(txid_of(1), {{9}});
  }
  Database database(folder / "db");
  ClaimStore store(database);
  auto found = store.find(txid_of(1));
  REQUIRE(found);
  CHECK(found->epoch == 4'000'000'000u);
  CHECK(found->withdrawal == 5);
  CHECK(found->payout == txid_of(9));
  CHECK(found->trace == std::vector<Bytes>{{9}});
  CHECK(found->root_signature == Bytes{7, 7});
  CHECK_FALSE(found->asserting);
  store.begin_asserts(txid_of(1));
  CHECK(store.find(txid_of(1))->asserting);
  store.retrace(txid_of(1), {{9}});
  CHECK(error_code([&] { store.retrace(txid_of(1), {{8}}); }) == "claim.asserted");
  CHECK(store.find(txid_of(1))->trace == std::vector<Bytes>{{9}});
}
