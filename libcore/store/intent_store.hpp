#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/transaction.hpp"
#include "store/database.hpp"

namespace pegkit::store {

enum class IntentState {
  planned,    ///< on disk, perhaps broadcast
  sent,       ///< a node took it
  confirmed,  ///< buried deep enough
  replaced,   ///< another intent took its place (RBF)
  abandoned,  ///< can no longer confirm
};
const char* intent_state_name(IntentState state);

/// A transaction that we mean to broadcast, kept before the network sees it.
struct Intent {
  std::string id;
  std::string kind;  ///< "payout", "rotate", "commitment", …
  bitcoin::Txid txid;
  Bytes raw;  ///< the signed transaction; for a layer-2 transaction its raw bytes, `txid` its hash
  IntentState state = IntentState::planned;
  std::int64_t created = 0;  ///< seconds since 1970
  Json details = Json::object();
  std::vector<std::string> keys;           ///< what it is found by, "withdrawal:<contract>:<id>"
  std::optional<std::string> replaced_by;  ///< id of the intent that bumped it
};

class IntentStore {
 public:
  explicit IntentStore(Database& database) : database_(database) {}

  /// On the disk when it returns, so not to be called inside a transaction. The same id with the same raw
  /// bytes is taken as done already; with others throws Error `intent.exists` (exit 7).
  void put(const Intent& intent);
  /// Puts `next` and marks `old_id` as replaced by it, in one durable transaction. Throws `intent.unknown`,
  /// or `intent.closed` (exit 7) when the old one is no longer planned or sent.
  void replace(const std::string& old_id, const Intent& next);
  /// Keeps the signed bytes of an intent as sent and, when there is one, marks the intent that it replaces;
  /// durable as put() is. Throws `intent.unknown`.
  void mark_sent(const std::string& id, ByteView raw,
                 const std::optional<std::string>& replaces = std::nullopt);
  /// Throws `intent.unknown` (exit 3).
  void set_state(const std::string& id, IntentState state);

  std::optional<Intent> find(const std::string& id);
  std::optional<Intent> find_txid(const bitcoin::Txid& txid);
  /// Planned and sent ones, oldest first.
  std::vector<Intent> open();
  /// Of one kind in every state, oldest first; all when empty.
  std::vector<Intent> list(const std::string& kind = "");
  /// Every intent with this key, in every state, oldest first.
  std::vector<Intent> by_key(const std::string& key);

 private:
  void insert(const Intent& intent);
  std::vector<Intent> read_all(Statement& statement);
  Database& database_;
};

}  // namespace pegkit::store
