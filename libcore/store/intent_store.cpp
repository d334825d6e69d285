#include "store/intent_store.hpp"

#include "store/stored_json.hpp"
#include "store/stored_name.hpp"

namespace pegkit::store {
namespace {

Intent read_row(const Statement& row) {
  Intent out;
  out.id = row.text(0);
  out.kind = row.text(1);
  out.txid = row.fixed<bitcoin::Txid>(2);
  out.raw = row.blob(3);
  out.state = stored_name(row, 4, intent_state_name, "state of an intent");
  out.created = row.integer(5);
  out.details = json_from(row, 6);
  if (!row.is_null(7)) out.replaced_by = row.text(7);
  return out;
}

}  // namespace

bool is_open(IntentState state) {
  return state == IntentState::planned || state == IntentState::sent;
}

bool is_given_up(IntentState state) {
  return state == IntentState::replaced || state == IntentState::abandoned;
}

const char* intent_state_name(IntentState state) {
  switch (state) {
    case IntentState::planned:
      return "planned";
    case IntentState::sent:
      return "sent";
    case IntentState::confirmed:
      return "confirmed";
    case IntentState::replaced:
      return "replaced";
    case IntentState::abandoned:
      return "abandoned";
  }
  return "";
}

void IntentStore::insert(const Intent& intent) {
  if (auto known = find(intent.id)) {
    if (known->raw == intent.raw) return;
    throw refused("intent.exists", "another transaction is recorded as " + intent.id);
  }
  database_
      .prepare(
          "INSERT INTO intents (id, kind, txid, raw, state, created, details) VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(intent.id)
      .bind(intent.kind)
      .bind(intent.txid)
      .bind(ByteView(intent.raw))
      .bind(intent_state_name(intent.state))
      .bind(intent.created)
      .bind(json_text(intent.details))
      .run();
  for (const std::string& key : intent.keys) {
    database_.prepare("INSERT OR IGNORE INTO intent_keys (key, intent) VALUES (?, ?)")
        .bind(key)
        .bind(intent.id)
        .run();
  }
}

void IntentStore::put(const Intent& intent) {
  database_.require_no_transaction();
  Transaction transaction(database_);
  insert(intent);
  transaction.commit();
}

void IntentStore::replace(const std::string& old_id, const Intent& next) {
  database_.require_no_transaction();
  Transaction transaction(database_);
  auto old = find(old_id);
  if (!old) throw input_error("intent.unknown", "no transaction is recorded as " + old_id);
  if (old->replaced_by != next.id) {
    if (!is_open(old->state)) {
      throw refused("intent.closed",
                    "the transaction recorded as " + old_id + " is " + intent_state_name(old->state));
    }
    insert(next);
    database_.prepare("UPDATE intents SET state = 'replaced', replaced_by = ? WHERE id = ?")
        .bind(next.id)
        .bind(old_id)
        .run();
  }
  transaction.commit();
}

void IntentStore::mark_sent(const std::string& id, ByteView raw, const std::optional<std::string>& replaces) {
  database_.require_no_transaction();
  Transaction transaction(database_);
  database_.prepare("UPDATE intents SET raw = ?, state = 'sent' WHERE id = ?").bind(raw).bind(id).run();
  if (database_.changes() == 0) throw input_error("intent.unknown", "no transaction is recorded as " + id);
  if (replaces) {
    database_
        .prepare(
            "UPDATE intents SET state = 'replaced', replaced_by = ? WHERE id = ? AND state IN ('planned', "
            "'sent')")
        .bind(id)
        .bind(*replaces)
        .run();
  }
  transaction.commit();
}

void IntentStore::set_state(const std::string& id, IntentState state) {
  database_.prepare("UPDATE intents SET state = ? WHERE id = ?")
      .bind(intent_state_name(state))
      .bind(id)
      .run();
  if (database_.changes() == 0) throw input_error("intent.unknown", "no transaction is recorded as " + id);
}

std::vector<Intent> IntentStore::read_all(Statement& statement) {
  std::vector<Intent> out;
  while (statement.step()) out.push_back(read_row(statement));
  for (Intent& intent : out) {
    Statement keys = database_.prepare("SELECT key FROM intent_keys WHERE intent = ? ORDER BY key");
    keys.bind(intent.id);
    while (keys.step()) intent.keys.push_back(keys.text(0));
  }
  return out;
}

std::optional<Intent> IntentStore::find(const std::string& id) {
  Statement statement = database_.prepare(
      "SELECT id, kind, txid, raw, state, created, details, replaced_by FROM intents WHERE id = ?");
  statement.bind(id);
  auto found = read_all(statement);
  return found.empty() ? std::nullopt : std::optional(std::move(found[0]));
}

std::optional<Intent> IntentStore::find_txid(const bitcoin::Txid& txid) {
  Statement statement = database_.prepare(
      "SELECT id, kind, txid, raw, state, created, details, replaced_by FROM intents WHERE txid = ? ORDER BY "
      "rowid "
      "LIMIT 1");
  statement.bind(txid);
  auto found = read_all(statement);
  return found.empty() ? std::nullopt : std::optional(std::move(found[0]));
}

std::vector<Intent> IntentStore::open() {
  Statement statement = database_.prepare(
      "SELECT id, kind, txid, raw, state, created, details, replaced_by FROM intents WHERE state IN "
      "('planned', "
      "'sent') ORDER BY rowid");
  return read_all(statement);
}

std::vector<Intent> IntentStore::list(const std::string& kind) {
  Statement statement = database_.prepare(
      "SELECT id, kind, txid, raw, state, created, details, replaced_by FROM intents WHERE ?1 = '' OR kind = "
      "?1 ORDER "
      "BY rowid");
  statement.bind(kind);
  return read_all(statement);
}

std::vector<Intent> IntentStore::by_key(const std::string& key) {
  Statement statement = database_.prepare(
      "SELECT i.id, i.kind, i.txid, i.raw, i.state, i.created, i.details, i.replaced_by FROM intents i JOIN "
      "intent_keys k ON k.intent = i.id WHERE k.key = ? ORDER BY i.rowid");
  statement.bind(key);
  return read_all(statement);
}

}  // namespace pegkit::store
