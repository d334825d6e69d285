#include "store/event_store.hpp"

#include "store/stored_json.hpp"
#include "store/stored_name.hpp"

namespace pegkit::store {
namespace {

Event read_row(const Statement& row) {
  Event out;
  out.seq = row.integer(0);
  out.kind = stored_name(row, 1, event_kind_name, "kind of an event");
  out.block = row.fixed<bitcoin::BlockHash>(2);
  out.height = static_cast<std::uint32_t>(row.integer(3));
  out.data = json_from(row, 4);
  if (!row.is_null(5)) out.undoes = row.integer(5);
  return out;
}

std::vector<Event> read_all(Statement& statement) {
  std::vector<Event> out;
  while (statement.step()) out.push_back(read_row(statement));
  return out;
}

std::int64_t insert(Database& database, const Event& event) {
  database.prepare("INSERT INTO events (kind, block, height, data, undoes) VALUES (?, ?, ?, ?, ?)")
      .bind(event_kind_name(event.kind))
      .bind(event.block)
      .bind(event.height)
      .bind(json_text(event.data))
      .bind(event.undoes)
      .run();
  return database.last_insert_id();
}

}  // namespace

const char* event_kind_name(EventKind kind) {
  switch (kind) {
    case EventKind::deposit:
      return "deposit";
    case EventKind::payout:
      return "payout";
    case EventKind::commitment:
      return "commitment";
    case EventKind::graph:
      return "graph";
    case EventKind::spend:
      return "spend";
    case EventKind::record:
      return "record";
    case EventKind::equivocation:
      return "equivocation";
    case EventKind::difference:
      return "difference";
  }
  return "";
}

std::int64_t EventStore::append(EventKind kind, const bitcoin::BlockHash& block, std::uint32_t height,
                                const Json& data) {
  return insert(database_, {0, kind, block, height, data, std::nullopt});
}

std::vector<Event> EventStore::since(std::int64_t seq, std::size_t limit) {
  Statement statement = database_.prepare(
      "SELECT seq, kind, block, height, data, undoes FROM events WHERE seq > ? ORDER BY seq LIMIT ?");
  statement.bind(seq).bind(static_cast<std::int64_t>(limit));
  return read_all(statement);
}

std::vector<Event> EventStore::live(std::optional<EventKind> kind) {
  Statement statement = database_.prepare(
      "SELECT seq, kind, block, height, data, undoes FROM events e WHERE undoes IS NULL AND (?1 = '' OR kind "
      "= ?1) "
      "AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.seq) ORDER BY seq");
  statement.bind(kind ? event_kind_name(*kind) : "");
  return read_all(statement);
}

std::vector<Event> EventStore::undo_above(std::uint32_t height) {
  Transaction transaction(database_);
  Statement statement = database_.prepare(
      "SELECT seq, kind, block, height, data, undoes FROM events e WHERE height > ? AND undoes IS NULL AND "
      "NOT "
      "EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.seq) ORDER BY seq DESC");
  statement.bind(height);
  std::vector<Event> events = read_all(statement);
  for (Event& event : events) event = undo(event);
  transaction.commit();
  return events;
}

Event EventStore::undo(const Event& event) {
  Event out = event;
  out.undoes = event.seq;
  out.seq = insert(database_, out);
  return out;
}

std::vector<Event> EventStore::live_at(const bitcoin::BlockHash& block) {
  Statement statement = database_.prepare(
      "SELECT seq, kind, block, height, data, undoes FROM events e WHERE block = ? AND undoes IS NULL AND "
      "NOT "
      "EXISTS (SELECT 1 FROM events u WHERE u.undoes = e.seq) ORDER BY seq");
  statement.bind(block);
  return read_all(statement);
}

std::int64_t EventStore::last_seq() {
  Statement statement = database_.prepare("SELECT coalesce(max(seq), 0) FROM events");
  statement.step();
  return statement.integer(0);
}

}  // namespace pegkit::store
