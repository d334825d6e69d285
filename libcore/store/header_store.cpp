#include "store/header_store.hpp"

#include <fmt/format.h>

namespace pegkit::store {
namespace {

StoredHeader read_row(const Statement& row) {
  StoredHeader out;
  out.hash = row.fixed<bitcoin::BlockHash>(0);
  out.height = static_cast<std::uint32_t>(row.integer(1));
  out.work = row.fixed<bitcoin::U256>(2);
  out.header = bitcoin::Header::parse(row.array<80>(3));
  if (out.header.hash() != out.hash) Statement::throw_corrupt();
  return out;
}

std::optional<StoredHeader> read_one(Statement statement) {
  if (!statement.step()) return std::nullopt;
  return read_row(statement);
}

Error orphan(const std::string& message) {
  return input_error("header.orphan", message);
}

}  // namespace

void HeaderStore::append(const StoredHeader& header) {
  if (find(header.hash)) return;
  std::optional<StoredHeader> parent = find(header.header.previous);
  bool first = !parent && !most_work();
  bool follows = parent && parent->height + 1 == header.height;
  if (!first && !follows) throw orphan("the header " + header.hash.display() + " follows none that is known");
  database_.prepare("INSERT INTO headers (hash, height, work, header) VALUES (?, ?, ?, ?)")
      .bind(header.hash)
      .bind(header.height)
      .bind(header.work)
      .bind(header.header.serialize())
      .run();
}

std::optional<StoredHeader> HeaderStore::find(const bitcoin::BlockHash& hash) {
  Statement statement = database_.prepare("SELECT hash, height, work, header FROM headers WHERE hash = ?");
  statement.bind(hash);
  return read_one(std::move(statement));
}

std::optional<StoredHeader> HeaderStore::most_work() {
  return read_one(
      database_.prepare("SELECT h.hash, h.height, h.work, h.header FROM headers h LEFT JOIN best_chain b ON "
                        "b.hash = h.hash AND "
                        "b.height = h.height WHERE h.work = (SELECT max(work) FROM headers) ORDER BY b.hash "
                        "IS NULL, h.hash LIMIT 1"));
}

std::optional<StoredHeader> HeaderStore::best_tip() {
  return read_one(
      database_.prepare("SELECT h.hash, h.height, h.work, h.header FROM best_chain b JOIN headers h ON "
                        "h.hash = b.hash ORDER BY "
                        "b.height DESC LIMIT 1"));
}

std::uint64_t HeaderStore::count() {
  Statement statement = database_.prepare("SELECT count(*) FROM headers");
  statement.step();
  return static_cast<std::uint64_t>(statement.integer(0));
}

std::optional<StoredHeader> HeaderStore::best_at(std::uint32_t height) {
  Statement statement = database_.prepare(
      "SELECT h.hash, h.height, h.work, h.header FROM best_chain b JOIN headers h ON h.hash = b.hash WHERE "
      "b.height "
      "= ?");
  statement.bind(height);
  return read_one(std::move(statement));
}

bool HeaderStore::in_best_chain(const StoredHeader& header) {
  Statement statement = database_.prepare("SELECT 1 FROM best_chain WHERE height = ? AND hash = ?");
  return statement.bind(header.height).bind(header.hash).step();
}

StoredHeader HeaderStore::ancestor(const StoredHeader& of, std::uint32_t height) {
  StoredHeader at = of;
  while (at.height > height && !in_best_chain(at)) {
    auto parent = find(at.header.previous);
    if (!parent) throw orphan(fmt::format("no header is known at height {}", height));
    at = *parent;
  }
  if (at.height == height) return at;
  auto best = at.height > height ? best_at(height) : std::nullopt;
  if (!best) throw orphan(fmt::format("no header is known at height {}", height));
  return *best;
}

std::optional<std::uint32_t> HeaderStore::set_best(const bitcoin::BlockHash& tip) {
  Transaction transaction(database_);
  bool had_chain = best_tip().has_value();
  std::vector<StoredHeader> path;
  std::optional<StoredHeader> at = find(tip);
  if (!at) throw orphan("the header " + tip.display() + " is not known");
  while (at && !in_best_chain(*at)) {
    path.push_back(*at);
    at = find(at->header.previous);
  }
  if (!at && had_chain) throw orphan("the header " + tip.display() + " shares nothing with the chain so far");

  std::int64_t fork = at ? std::int64_t{at->height} : -1;
  database_.prepare("DELETE FROM best_chain WHERE height > ?").bind(fork).run();
  for (const StoredHeader& header : path) {
    database_.prepare("INSERT INTO best_chain (height, hash) VALUES (?, ?)")
        .bind(header.height)
        .bind(header.hash)
        .run();
  }
  transaction.commit();
  return at ? std::optional(at->height) : std::nullopt;
}

}  // namespace pegkit::store
