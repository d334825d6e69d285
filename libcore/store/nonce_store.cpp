#include "store/nonce_store.hpp"

#include <charconv>
#include <fmt/format.h>

#include "base/files.hpp"
#include "crypto/secret.hpp"

namespace pegkit::store {
namespace {

constexpr std::string_view file_magic = "pegkit-nonce-counter 1 ";
constexpr std::size_t max_id = 128;

Bytes joined(const std::vector<crypto::PartialSignature>& signatures) {
  Bytes out;
  for (const auto& signature : signatures) append(out, signature);
  return out;
}

std::vector<crypto::PartialSignature> split(ByteView data) {
  constexpr std::size_t size = crypto::PartialSignature::size;
  if (data.size() % size != 0) Statement::throw_corrupt();
  std::vector<crypto::PartialSignature> out;
  for (std::size_t at = 0; at < data.size(); at += size) {
    out.push_back(crypto::PartialSignature::from(data.subspan(at, size)));
  }
  return out;
}

/// Letters, digits and -_.: so that it fits in a line of the counter file.
void check_id(const std::string& id) {
  auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-_.:").find(c) != std::string_view::npos;
  };
  if (id.empty() || id.size() > max_id || !std::ranges::all_of(id, allowed)) {
    throw input_error("nonce.session", "a session id has 1 to 128 letters, digits, or -_.:");
  }
}

NonceStore::Session read_row(const Statement& row) {
  NonceStore::Session out;
  out.id = row.text(0);
  out.signer = row.fixed<crypto::PublicKey>(1);
  out.messages = row.array<32>(2);
  out.is_open = !row.is_null(3);
  if (!row.is_null(4)) out.inputs = row.array<32>(4);
  if (!row.is_null(5)) out.result = split(row.blob(5));
  return out;
}

Error unknown(const std::string& id) {
  return input_error("nonce.unknown", "no signing session " + id + " is kept");
}

Error used(const std::string& message) {
  return refused("nonce.used", message).hint("start a new session: make a new nonce and repeat both rounds");
}

}  // namespace

NonceStore::NonceStore(Database& database, std::filesystem::path counter_file)
    : database_(database), counter_file_(std::move(counter_file)) {
  database_.require_no_transaction();
  Transaction transaction(database_);
  reconcile();
  transaction.commit();
}

// --- The counter

std::optional<NonceStore::Counter> NonceStore::counter_in_file() const {
  if (!std::filesystem::exists(std::filesystem::symlink_status(counter_file_))) return std::nullopt;
  Bytes data = read_file(counter_file_, 4096);
  std::string_view text = as_text(data);
  auto damaged = [] { return input_error("store.corrupt", "the nonce counter's file is damaged"); };
  auto word = [&](char end) {
    std::size_t length = text.find(end);
    if (length == std::string_view::npos) throw damaged();
    std::string_view out = text.substr(0, length);
    text.remove_prefix(length + 1);
    return out;
  };
  if (!text.starts_with(file_magic)) throw damaged();
  text.remove_prefix(file_magic.size());
  Counter out;
  try {
    out.epoch = from_hex_array<16>(word(' '));
  } catch (const Error&) {
    throw damaged();
  }
  std::string_view digits = word(' ');
  auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), out.count);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size() || out.count < 0)
    throw damaged();
  out.session = word('\n');
  return out;
}

void NonceStore::write_file(const Counter& counter) const {
  std::string line =
      fmt::format("{}{} {} {}\n", file_magic, to_hex(counter.epoch), counter.count, counter.session);
  write_file_atomic(counter_file_, as_bytes(line), 0600);
}

NonceStore::Counter NonceStore::counter_in_database() {
  Statement statement = database_.prepare("SELECT epoch, counter FROM nonce_counter");
  if (!statement.step()) return {};
  return {statement.array<16>(0), statement.integer(1), ""};
}

void NonceStore::write_database(const Counter& counter) {
  database_.prepare("INSERT OR REPLACE INTO nonce_counter (one, epoch, counter) VALUES (1, ?, ?)")
      .bind(counter.epoch)
      .bind(counter.count)
      .run();
}

NonceStore::Counter NonceStore::start_epoch(std::int64_t count) {
  Counter fresh{crypto::random_array<16>(), count, ""};
  write_file(fresh);
  database_.prepare("UPDATE nonce_sessions SET sealed = NULL WHERE sealed IS NOT NULL").run();
  std::int64_t voided = database_.changes();
  if (voided > 0) {
    warning_ = fmt::format(
        "the nonce store was put back from a backup, or its counter file was lost: {} open signing session{} "
        "void",
        voided, voided == 1 ? " is" : "s are");
  }
  write_database(fresh);
  return fresh;
}

/// Makes file and database agree, inside a transaction (NonceStore, Restored stores).
NonceStore::Counter NonceStore::reconcile() {
  Counter kept = counter_in_database();
  std::optional<Counter> outside = counter_in_file();
  bool same_epoch = outside && outside->epoch == kept.epoch;
  if (same_epoch && outside->count == kept.count) return kept;
  if (same_epoch && outside->count == kept.count + 1) {
    forget(outside->session);
    write_database(*outside);
    return *outside;
  }
  return start_epoch(std::max(kept.count, outside ? outside->count : 0) + 1);
}

void NonceStore::forget(const std::string& id) {
  database_.prepare("UPDATE nonce_sessions SET sealed = NULL WHERE id = ?").bind(id).run();
}

/// Runs `change` in a transaction and counts it. `change` returns false when it wrote nothing, which is not
/// counted.
template <class F>
void NonceStore::operate(const std::string& id, F&& change) {
  check_id(id);
  database_.require_no_transaction();
  {
    // In a transaction of its own: randomness that was made void stays void even when the change fails.
    Transaction transaction(database_);
    reconcile();
    transaction.commit();
  }
  Transaction transaction(database_);
  Counter next = counter_in_database();
  if (!change()) return;
  ++next.count;
  next.session = id;
  write_file(next);
  write_database(next);
  transaction.commit();
}

// --- Sessions

void NonceStore::open(const std::string& id, const crypto::PublicKey& signer, const ByteArray<32>& messages,
                      ByteView sealed) {
  operate(id, [&] {
    if (find(id)) {
      throw refused("nonce.exists", "the signing session " + id + " was there before")
          .hint("start a session with another id");
    }
    database_.prepare("INSERT INTO nonce_sessions (id, signer, messages, sealed) VALUES (?, ?, ?, ?)")
        .bind(id)
        .bind(signer)
        .bind(messages)
        .bind(sealed)
        .run();
    return true;
  });
}

NonceStore::Taken NonceStore::take(const std::string& id, const ByteArray<32>& inputs) {
  Taken out;
  operate(id, [&] {
    auto session = find(id);
    if (!session) throw unknown(id);
    if (!session->inputs && !session->is_open) {
      throw refused("nonce.void", "the nonce of the signing session " + id + " is void")
          .hint("start a new session: make a new nonce and repeat both rounds");
    }
    if (session->inputs && *session->inputs != inputs) {
      throw used("the nonce of the signing session " + id + " was used for something else");
    }
    if (session->inputs && !session->result) {
      throw used("the nonce of the signing session " + id + " was used by a run that did not finish");
    }
    if (session->result) {
      out.result = session->result;
      return false;
    }
    Statement row = database_.prepare("SELECT sealed FROM nonce_sessions WHERE id = ?");
    row.bind(id).step();
    out.sealed = row.blob(0);
    row.run();
    database_.prepare("UPDATE nonce_sessions SET sealed = NULL, inputs = ? WHERE id = ?")
        .bind(inputs)
        .bind(id)
        .run();
    return true;
  });
  return out;
}

void NonceStore::record_result(const std::string& id,
                               const std::vector<crypto::PartialSignature>& signatures) {
  database_.require_no_transaction();
  Transaction transaction(database_);
  auto session = find(id);
  if (!session) throw unknown(id);
  if (!session->inputs) throw Error(Exit::bug, "nonce.order", "a result came before its nonce was taken");
  if (session->result && *session->result != signatures) {
    throw used("the signing session " + id + " has given other signatures");
  }
  database_.prepare("UPDATE nonce_sessions SET result = ? WHERE id = ?")
      .bind(ByteView(joined(signatures)))
      .bind(id)
      .run();
  transaction.commit();
}

void NonceStore::discard(const std::string& id) {
  operate(id, [&] {
    auto session = find(id);
    if (!session) throw unknown(id);
    if (!session->is_open) return false;
    forget(id);
    return true;
  });
}

std::optional<NonceStore::Session> NonceStore::find(const std::string& id) {
  Statement statement = database_.prepare(
      "SELECT id, signer, messages, sealed IS NOT NULL OR NULL, inputs, result FROM nonce_sessions WHERE id "
      "= ?");
  if (!statement.bind(id).step()) return std::nullopt;
  return read_row(statement);
}

std::vector<NonceStore::Session> NonceStore::sessions() {
  Statement statement = database_.prepare(
      "SELECT id, signer, messages, sealed IS NOT NULL OR NULL, inputs, result FROM nonce_sessions ORDER BY "
      "rowid");
  std::vector<Session> out;
  while (statement.step()) out.push_back(read_row(statement));
  return out;
}

}  // namespace pegkit::store
