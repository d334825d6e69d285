#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/transaction.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// What happened in a block. The names stand in the database and in `pegkit/event`; doc/documents.md (event)
/// says when each is written. `undo` is no kind of its own: an event with `undoes` has the kind of the event
/// that it takes back.
enum class EventKind { deposit, payout, commitment, graph, spend, record, equivocation, difference };
const char* event_kind_name(EventKind kind);

/// What a transaction did in a block, or the undoing of an earlier event.
struct Event {
  std::int64_t seq = 0;  ///< from 1, ascending, never reused
  EventKind kind = EventKind::deposit;
  bitcoin::BlockHash block;
  std::uint32_t height = 0;
  Json data;
  std::optional<std::int64_t> undoes;  ///< `seq` of the event that it takes back: same kind and data
};

/// A history that only grows: a reorganisation appends events that undo earlier ones, newest first.
class EventStore {
 public:
  explicit EventStore(Database& database) : database_(database) {}

  std::int64_t append(EventKind kind, const bitcoin::BlockHash& block, std::uint32_t height,
                      const Json& data);
  /// Events with a sequence number above `seq`, oldest first, at most `limit`.
  std::vector<Event> since(std::int64_t seq, std::size_t limit);
  /// Events of a kind that nothing has undone, oldest first; without a kind those of every kind.
  std::vector<Event> live(std::optional<EventKind> kind = std::nullopt);
  /// Appends an undo event for each live event of a block above `height`, newest first, and returns them.
  std::vector<Event> undo_above(std::uint32_t height);
  /// Appends the event that undoes a live event, and returns it.
  Event undo(const Event& event);
  /// Live events of one block, oldest first.
  std::vector<Event> live_at(const bitcoin::BlockHash& block);
  std::int64_t last_seq();  ///< 0 when there is none

 private:
  Database& database_;
};

}  // namespace pegkit::store
