#include "store/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "store/schema.hpp"

namespace pegkit::store {
namespace {

constexpr std::int64_t application_id = 0x7065676b;  // "pegk"

Error error_for(int code, const std::string& what) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
      return input_error("store.corrupt", "the database is damaged: " + what)
          .hint("set the file aside; what it held of the chain can be scanned again");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(Exit::locked, "store.busy", "another program is writing to the database");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return Error(Exit::usage, "store.open", "the database cannot be opened for writing: " + what);
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      return not_ready("store.io", "the database cannot be read or written: " + what)
          .hint("is the disk full?");
    default:
      return Error(Exit::bug, "store.failed", "the database refuses a statement: " + what);
  }
}

}  // namespace

Error damaged(const std::string& what) {
  return error_for(SQLITE_CORRUPT, what);
}

// --- Statement

Statement::~Statement() {
  if (statement_) database_->give_back(std::move(sql_), statement_);
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      sql_(std::move(other.sql_)),
      statement_(std::exchange(other.statement_, nullptr)),
      next_parameter_(other.next_parameter_) {}

void Statement::check(int code) {
  database_->check(code);
}

Statement& Statement::bind(std::int64_t value) {
  check(sqlite3_bind_int64(statement_, next_parameter_++, value));
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  check(sqlite3_bind_text64(statement_, next_parameter_++, text.data() ? text.data() : "", text.size(),
                            SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::bind(ByteView blob) {
  const void* data = blob.empty() ? static_cast<const void*>("") : blob.data();
  check(sqlite3_bind_blob64(statement_, next_parameter_++, data, blob.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind_null() {
  check(sqlite3_bind_null(statement_, next_parameter_++));
  return *this;
}

bool Statement::step() {
  int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) check(code);
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
  return std::string(as_text(blob(column)));
}

Bytes Statement::blob(int column) const {
  auto data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  if (!data) return {};
  return Bytes(data, data + sqlite3_column_bytes(statement_, column));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void Statement::throw_corrupt() {
  throw damaged("a value has the wrong form");
}

// --- Transaction

Transaction::Transaction(Database& database) : database_(database), depth_(database.depth_) {
  database_.execute(depth_ == 0 ? "BEGIN IMMEDIATE" : fmt::format("SAVEPOINT level{}", depth_));
  ++database_.depth_;
}

Transaction::~Transaction() {
  if (!open_) return;
  --database_.depth_;
  try {
    if (depth_ == 0) {
      // After some errors SQLite has rolled back already.
      if (!sqlite3_get_autocommit(database_.handle_)) database_.execute("ROLLBACK");
    } else {
      database_.execute(fmt::format("ROLLBACK TO level{0}; RELEASE level{0}", depth_));
    }
  } catch (const Error&) {
    // A destructor may not throw, and mostly an Error is being thrown already.
  }
}

void Transaction::commit() {
  database_.execute(depth_ == 0 ? "COMMIT" : fmt::format("RELEASE level{}", depth_));
  open_ = false;
  --database_.depth_;
}

// --- Database

Database::Database(const std::filesystem::path& path) {
  // SQLite would make the file readable to others; its -wal and -shm files take this one's mode.
  int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  int code = sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, nullptr);
  try {
    if (code != SQLITE_OK) throw error_for(code, fmt::format("{}: {}", path.string(), sqlite3_errstr(code)));
    configure();
    migrate();
  } catch (...) {
    for (auto& [sql, statement] : idle_) sqlite3_finalize(statement);
    sqlite3_close(handle_);
    throw;
  }
}

Database::~Database() {
  for (auto& [sql, statement] : idle_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

void Database::configure() {
  sqlite3_busy_timeout(handle_, 0);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  execute("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA synchronous = FULL");
}

void Database::migrate() {
  auto number = [this](std::string_view pragma) {
    Statement statement = prepare(pragma);
    statement.step();
    return statement.integer(0);
  };
  auto version = number("PRAGMA user_version");
  auto newest = static_cast<std::int64_t>(migrations().size());
  bool ours = number("PRAGMA application_id") == application_id;
  if (!ours && (version != 0 || number("SELECT count(*) FROM sqlite_schema") != 0)) {
    throw Error(Exit::usage, "store.foreign", "the database belongs to another program");
  }
  if (version < 0 || version > newest) {
    throw Error(Exit::usage, "store.newer",
                fmt::format("the database has version {}, this program knows {}", version, newest))
        .hint("use the newer pegkit that made it");
  }
  Statement mode = prepare("PRAGMA journal_mode = WAL");
  if (!mode.step() || mode.text(0) != "wal") {
    throw Error(Exit::usage, "store.open",
                "the database's file system has no shared memory for a write-ahead log");
  }
  mode.run();
  if (version < newest) migrate_from(version);
}

void Database::migrate_from(std::int64_t version) {
  Transaction transaction(*this);
  Statement statement = prepare("PRAGMA user_version");
  statement.step();
  std::int64_t now = statement.integer(0);
  statement.run();
  // Another process may have migrated it before we got the write lock.
  if (now == version) {
    auto newest = static_cast<std::int64_t>(migrations().size());
    for (std::int64_t i = version; i < newest; ++i) execute(migrations()[i]);
    execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", application_id, newest));
  }
  transaction.commit();
}

void Database::check(int code) const {
  if (code != SQLITE_OK) throw error_for(code, sqlite3_errmsg(handle_));
}

Statement Database::prepare(std::string_view sql) {
  if (auto found = idle_.find(sql); found != idle_.end()) {
    sqlite3_stmt* statement = found->second;
    idle_.erase(found);
    return Statement(*this, sql, statement);
  }
  sqlite3_stmt* statement = nullptr;
  check(sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement, nullptr));
  return Statement(*this, sql, statement);
}

void Database::give_back(std::string sql, sqlite3_stmt* statement) noexcept {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (!idle_.emplace(std::move(sql), statement).second) sqlite3_finalize(statement);
}

void Database::execute(const std::string& sql) {
  check(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
}

void Database::require_no_transaction() const {
  if (in_transaction())
    throw Error(Exit::bug, "store.failed", "a durable write was tried inside a transaction");
}

std::int64_t Database::last_insert_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}

}  // namespace pegkit::store
