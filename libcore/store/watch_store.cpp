#include "store/watch_store.hpp"

#include "store/stored_json.hpp"
#include "store/stored_name.hpp"

namespace pegkit::store {
namespace {

WatchKind kind_from(const Statement& row, int column) {
  return stored_name(row, column, watch_kind_name, "kind of a watch");
}

Watch read_watch(const Statement& row) {
  return {row.blob(0), kind_from(row, 1), row.text(2), json_from(row, 3)};
}

WatchedCoin read_coin(const Statement& row) {
  WatchedCoin out;
  out.outpoint = {row.fixed<bitcoin::Txid>(0), static_cast<std::uint32_t>(row.integer(1))};
  out.output = {Sat{row.integer(2)}, row.blob(3)};
  out.height = static_cast<std::uint32_t>(row.integer(4));
  if (!row.is_null(5)) {
    out.spent = {row.fixed<bitcoin::Txid>(5), static_cast<std::uint32_t>(row.integer(6))};
  }
  return out;
}

std::vector<WatchedCoin> read_coins(Statement statement) {
  std::vector<WatchedCoin> out;
  while (statement.step()) out.push_back(read_coin(statement));
  return out;
}

}  // namespace

const char* watch_kind_name(WatchKind kind) {
  switch (kind) {
    case WatchKind::custody:
      return "custody";
    case WatchKind::deposit:
      return "deposit";
    case WatchKind::thread:
      return "thread";
    case WatchKind::stake:
      return "stake";
    case WatchKind::graph:
      return "graph";
  }
  return "";
}

bool WatchStore::add(const Watch& watch) {
  Transaction transaction(database_);
  bool is_new = !find(watch.script);
  database_
      .prepare(
          "INSERT INTO watches (script, kind, label, data) VALUES (?, ?, ?, ?) ON CONFLICT (script) DO "
          "UPDATE SET "
          "kind = excluded.kind, label = excluded.label, data = excluded.data")
      .bind(ByteView(watch.script))
      .bind(watch_kind_name(watch.kind))
      .bind(watch.label)
      .bind(json_text(watch.data))
      .run();
  transaction.commit();
  return is_new;
}

bool WatchStore::remove(const bitcoin::Script& script) {
  database_.prepare("DELETE FROM watches WHERE script = ?").bind(ByteView(script)).run();
  return database_.changes() > 0;
}

std::optional<Watch> WatchStore::find(const bitcoin::Script& script) {
  Statement statement = database_.prepare("SELECT script, kind, label, data FROM watches WHERE script = ?");
  if (!statement.bind(ByteView(script)).step()) return std::nullopt;
  return read_watch(statement);
}

std::vector<Watch> WatchStore::all() {
  Statement statement =
      database_.prepare("SELECT script, kind, label, data FROM watches ORDER BY kind, label, script");
  std::vector<Watch> out;
  while (statement.step()) out.push_back(read_watch(statement));
  return out;
}

std::vector<Watch> WatchStore::list() {
  Statement statement =
      database_.prepare("SELECT script, kind, label FROM watches ORDER BY kind, label, script");
  std::vector<Watch> out;
  while (statement.step()) {
    out.push_back({statement.blob(0), kind_from(statement, 1), statement.text(2), Json::object()});
  }
  return out;
}

void WatchStore::rescan_from(const bitcoin::Script& script, std::uint32_t height) {
  database_.prepare("UPDATE watches SET behind = min(?, coalesce(behind, ?)) WHERE script = ?")
      .bind(height)
      .bind(height)
      .bind(ByteView(script))
      .run();
}

std::vector<WatchStore::Behind> WatchStore::behind() {
  Statement statement = database_.prepare("SELECT script, behind FROM watches WHERE behind IS NOT NULL");
  std::vector<Behind> out;
  while (statement.step())
    out.push_back({statement.blob(0), static_cast<std::uint32_t>(statement.integer(1))});
  return out;
}

void WatchStore::rescanned(std::uint32_t height) {
  database_.prepare("UPDATE watches SET behind = max(behind, ?) WHERE behind IS NOT NULL")
      .bind(std::int64_t{height} + 1)
      .run();
}

void WatchStore::caught_up() {
  database_.prepare("UPDATE watches SET behind = NULL WHERE behind IS NOT NULL").run();
}

void WatchStore::add_coin(const bitcoin::OutPoint& outpoint, const bitcoin::TxOut& output,
                          std::uint32_t height) {
  database_
      .prepare(
          "INSERT INTO outpoints (txid, vout, value, script, height) VALUES (?, ?, ?, ?, ?) ON CONFLICT "
          "(txid, vout) "
          "DO UPDATE SET height = excluded.height")
      .bind(outpoint.txid)
      .bind(outpoint.vout)
      .bind(output.value.value())
      .bind(ByteView(output.script_pubkey))
      .bind(height)
      .run();
}

bool WatchStore::spend_coin(const bitcoin::OutPoint& outpoint, const bitcoin::Txid& by,
                            std::uint32_t height) {
  database_.prepare("UPDATE outpoints SET spent_by = ?, spent_height = ? WHERE txid = ? AND vout = ?")
      .bind(by)
      .bind(height)
      .bind(outpoint.txid)
      .bind(outpoint.vout)
      .run();
  return database_.changes() > 0;
}

std::optional<WatchedCoin> WatchStore::coin(const bitcoin::OutPoint& outpoint) {
  Statement statement = database_.prepare(
      "SELECT txid, vout, value, script, height, spent_by, spent_height FROM outpoints WHERE txid = ? AND "
      "vout = ?");
  if (!statement.bind(outpoint.txid).bind(outpoint.vout).step()) return std::nullopt;
  return read_coin(statement);
}

std::vector<WatchedCoin> WatchStore::unspent(const bitcoin::Script& script) {
  if (script.empty()) {
    return read_coins(
        database_.prepare("SELECT txid, vout, value, script, height, spent_by, spent_height FROM outpoints "
                          "WHERE spent_by IS NULL ORDER "
                          "BY height, txid, vout"));
  }
  Statement statement = database_.prepare(
      "SELECT txid, vout, value, script, height, spent_by, spent_height FROM outpoints WHERE spent_by IS "
      "NULL AND "
      "script = ? ORDER BY height, txid, vout");
  statement.bind(ByteView(script));
  return read_coins(std::move(statement));
}

std::vector<WatchedCoin> WatchStore::coins() {
  return read_coins(
      database_.prepare("SELECT txid, vout, value, script, height, spent_by, spent_height FROM outpoints "
                        "ORDER BY height, txid, vout"));
}

void WatchStore::undo_above(std::uint32_t height, const bitcoin::BlockHash& hash) {
  Transaction transaction(database_);
  database_.prepare("DELETE FROM outpoints WHERE height > ?").bind(height).run();
  database_.prepare("UPDATE outpoints SET spent_by = NULL, spent_height = NULL WHERE spent_height > ?")
      .bind(height)
      .run();
  database_.prepare("UPDATE watches SET behind = min(behind, ?) WHERE behind IS NOT NULL")
      .bind(std::int64_t{height} + 1)
      .run();
  auto at = position();
  if (at && at->height > height) set_position({height, hash});
  transaction.commit();
}

std::optional<ScanPosition> WatchStore::position() {
  Statement statement = database_.prepare("SELECT height, hash FROM scan_position");
  if (!statement.step()) return std::nullopt;
  return ScanPosition{static_cast<std::uint32_t>(statement.integer(0)),
                      statement.fixed<bitcoin::BlockHash>(1)};
}

void WatchStore::set_position(const ScanPosition& position) {
  database_.prepare("INSERT OR REPLACE INTO scan_position (one, height, hash) VALUES (1, ?, ?)")
      .bind(position.height)
      .bind(position.hash)
      .run();
}

}  // namespace pegkit::store
