#include "store/payout_guard.hpp"

#include <doctest/doctest.h>

#include "store/store_support.hpp"

using namespace pegkit;
using namespace pegkit::store;
using pegkit::test::error_code;
using pegkit::test::txid_of;

TEST_CASE("two payouts of one withdrawal that could both confirm are never signed") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  PayoutGuard guard(database);
  bitcoin::OutPoint a{txid_of(100), 0}, b{txid_of(100), 1}, c{txid_of(101), 0};
  guard.guard("c", 7, txid_of(1), {a, b});
  guard.guard("c", 7, txid_of(1), {a, b});  // the same again
  CHECK(guard.common_inputs("c", 7) == std::vector{a, b});
  guard.guard("c", 7, txid_of(2), {b, c});  // shares b with the first
  CHECK(guard.common_inputs("c", 7) == std::vector{b});
  CHECK(guard.common_inputs("c", 8).empty());
  CHECK(error_code([&] { guard.guard("c", 7, txid_of(3), {a}); }) ==
        "withdrawal.signed");  // nothing with the second
  CHECK(error_code([&] { guard.guard("c", 7, txid_of(3), {c}); }) ==
        "withdrawal.signed");  // nothing with the first
  CHECK(error_code([&] { guard.guard("c", 7, txid_of(3), {}); }) == "withdrawal.signed");
  guard.guard("c", 7, txid_of(4), {b});
  guard.guard("c", 7, txid_of(5), {a, c, b});
  CHECK(guard.signed_for("c", 7).size() == 4);

  guard.guard("c", 8, txid_of(3), {c});  // another withdrawal
  guard.guard("d", 7, txid_of(3), {c});  // another contract
  guard.guard("c", 0xffffffffffffffff, txid_of(3), {c});
}

TEST_CASE("a batch is guarded as a whole") {
  test::TemporaryFolder folder;
  {
    Database database(folder / "db");
    PayoutGuard guard(database);
    guard.guard("c", 2, txid_of(1), {{txid_of(100), 0}});
    CHECK(error_code([&] {
            guard.guard("c", std::vector<std::uint64_t>{1, 2}, txid_of(2), {{txid_of(100), 1}});
          }) == "withdrawal.signed");
  }
  Database database(folder / "db");
  PayoutGuard guard(database);
  CHECK(guard.signed_for("c", 1).empty());
  CHECK(guard.signed_for("c", 2).size() == 1);
}
