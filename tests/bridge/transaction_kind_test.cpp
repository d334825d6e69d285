#include "bridge/transaction_kind.hpp"

#include <doctest/doctest.h>
#include <set>
#include <string>

#include "base/enum_names.hpp"
#include "bridge/psbt_document.hpp"
#include "support/errors.hpp"

using namespace pegkit;
using namespace pegkit::bridge;

TEST_CASE("transaction kinds have the names that documents and databases hold") {
  // As doc/documents.md lists them, and the two that stand in databases alone.
  const std::set<std::string> documented = {
      "deposit", "refund",    "payout", "rotation", "commitment",     "split",
      "stake",   "unstake",   "lock",   "kickoff",  "challenge",      "assert",
      "reclaim", "take-fast", "slash",  "disprove", "assert-timeout", "take-final"};
  auto kinds = all_values(transaction_kind_name);
  CHECK(kinds.size() == documented.size() + 2);
  for (TransactionKind kind : kinds) {
    std::string name = transaction_kind_name(kind);
    CAPTURE(name);
    CHECK(value_named(name, transaction_kind_name) == kind);

    bitcoin::Transaction tx;
    tx.inputs.emplace_back();
    tx.outputs.push_back({Sat(1000), {0x51}});
    Json document =
        TransactionDocument{tx, {.kind = kind, .fee = {}, .vsize = {}, .withdrawals = {}}}.to_json();
    CHECK(document.contains("kind") == (kind != TransactionKind::unnamed));
    document["kind"] = name;
    std::string code = pegkit::test::error_code([&] {
      auto parsed = TransactionDocument::parse(document);
      CHECK(parsed.notes.kind == kind);
    });
    CHECK(code == (documented.contains(name) ? "" : "document.kind"));
  }
}
