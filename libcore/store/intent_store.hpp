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
  planned,    ///< an unsigned plan, which holds its coins and withdrawals; not broadcast from this directory
  sent,       ///< signed and handed to the node, or about to be: kept before the node is asked
  confirmed,  ///< in the best chain, with the parameters' payout_confirmations
  replaced,   ///< another intent took its place (RBF), or the plan was given up; not to be sent again
  abandoned,  ///< another transaction spent one of its inputs, with payout_confirmations
};
const char* intent_state_name(IntentState state);
bool is_open(IntentState state);      ///< planned or sent: it may still confirm
bool is_given_up(IntentState state);  ///< replaced or abandoned

/// A transaction that we mean to broadcast, kept before the network sees it. `kind` and `details` are kept as
/// they are; services/send/intents.hpp reads and writes them.
struct Intent {
  std::string id;
  std::string kind;  ///< the name of a bridge::TransactionKind
  bitcoin::Txid txid;
  Bytes raw;  ///< the transaction: without signatures while planned, signed from sent on
  IntentState state = IntentState::planned;
  std::int64_t created = 0;  ///< seconds since 1970
  Json details = Json::object();
  std::vector<std::string> keys;           ///< for by_key: "withdrawal:<contract>:<id>", "coin:<outpoint>"
  std::optional<std::string> replaced_by;  ///< id of the intent that bumped it
};

class IntentStore {
 public:
  explicit IntentStore(Database& database) : database_(database) {}

  /// Durable when it returns, so it may not be called inside a transaction. An intent that is stored with the
  /// same raw bytes stays as it is; with other bytes throws Error `intent.exists` (exit 7).
  void put(const Intent& intent);
  /// Puts `next` and marks `old_id` as replaced by it, in one durable transaction. Throws `intent.unknown`,
  /// or `intent.closed` (exit 7) when the old one is no longer open.
  void replace(const std::string& old_id, const Intent& next);
  /// Stores the signed bytes of an intent, sets its state to sent, and marks the intent `replaces`, if it is
  /// open, as replaced by it. Durable when it returns, as put() is. Throws `intent.unknown`.
  void mark_sent(const std::string& id, ByteView raw,
                 const std::optional<std::string>& replaces = std::nullopt);
  /// Throws `intent.unknown` (exit 3).
  void set_state(const std::string& id, IntentState state);

  std::optional<Intent> find(const std::string& id);
  std::optional<Intent> find_txid(const bitcoin::Txid& txid);
  /// The planned and sent ones, oldest first.
  std::vector<Intent> open();
  /// Intents of one kind in every state, oldest first; of every kind when it is empty.
  std::vector<Intent> list(const std::string& kind = "");
  /// Every intent with this key, in every state, oldest first.
  std::vector<Intent> by_key(const std::string& key);

 private:
  void insert(const Intent& intent);
  std::vector<Intent> read_all(Statement& statement);
  Database& database_;
};

}  // namespace pegkit::store
