#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace pegkit::store {

class Database;

/// Error `store.corrupt` (exit 3) for a database that holds what no program wrote; `what` says which value.
Error damaged(const std::string& what);

/// A prepared statement. Parameters are bound in order; columns of a row are numbered from 0.
class Statement {
 public:
  ~Statement();
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;

  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind(ByteView blob);
  Statement& bind_null();
  Statement& bind(const std::optional<std::int64_t>& value) { return value ? bind(*value) : bind_null(); }

  /// True when there is a row to read.
  bool step();
  /// Runs a statement that gives no rows.
  void run();

  std::int64_t integer(int column) const;
  std::string text(int column) const;
  Bytes blob(int column) const;
  bool is_null(int column) const;
  /// A blob of exactly N bytes; throws `store.corrupt` for another length.
  template <std::size_t N>
  ByteArray<N> array(int column) const {
    Bytes data = blob(column);
    if (data.size() != N) throw_corrupt();
    ByteArray<N> out;
    std::ranges::copy(data, out.begin());
    return out;
  }
  /// A FixedBytes type.
  template <class T>
  T fixed(int column) const {
    T out;
    out.bytes = array<T::size>(column);
    return out;
  }
  /// Throws damaged() for a column whose value has the wrong form.
  [[noreturn]] static void throw_corrupt();

 private:
  friend class Database;
  Statement(Database& database, std::string_view sql, sqlite3_stmt* statement)
      : database_(&database), sql_(sql), statement_(statement) {}
  void check(int code);

  Database* database_;
  std::string sql_;
  sqlite3_stmt* statement_;
  int next_parameter_ = 1;
};

/// A write transaction (BEGIN IMMEDIATE). Its destructor rolls it back unless commit() was called. Inside
/// another transaction it is a savepoint, and durable only when the outermost one commits.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Database& database_;
  int depth_;
  bool open_ = true;
};

/// One SQLite file: write-ahead log, synchronous=FULL (a commit is on the disk when it returns), foreign
/// keys, deleted content overwritten, no waiting for other connections. Created with mode 0600 and brought to
/// the schema of this program when opened.
///
/// Everything that touches it throws Error `store.corrupt` (exit 3), `store.busy` (exit 5), `store.newer`
/// (exit 2, made by a newer program), `store.foreign` (exit 2, another program's database), `store.open`
/// (exit 2) or `store.io` (exit 4). One thread uses it.
class Database {
 public:
  explicit Database(const std::filesystem::path& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Prepares one statement. Statements are cached by their text, so values are bound and never part of it.
  Statement prepare(std::string_view sql);
  void execute(const std::string& sql);
  bool in_transaction() const { return depth_ > 0; }
  /// Throws Error (exit 70) inside a transaction. Functions that promise to be durable call it first.
  void require_no_transaction() const;
  std::int64_t last_insert_id() const;
  std::int64_t changes() const;  ///< rows changed by the last statement

 private:
  friend class Statement;
  friend class Transaction;
  void configure();
  void migrate();
  void migrate_from(std::int64_t version);
  void check(int code) const;
  void give_back(std::string sql, sqlite3_stmt* statement) noexcept;

  sqlite3* handle_ = nullptr;
  std::map<std::string, sqlite3_stmt*, std::less<>> idle_;
  int depth_ = 0;
};

}  // namespace pegkit::store
