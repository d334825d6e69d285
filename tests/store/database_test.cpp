#include "store/database.hpp"

#include <doctest/doctest.h>
#include <fstream>
#include <sys/stat.h>

#include "store/store_support.hpp"

using namespace pegkit;
using namespace pegkit::store;
using pegkit::test::error_code;

namespace {

void make_table(Database& database) {
  database.execute("CREATE TABLE t (n INTEGER, s TEXT, b BLOB)");
}

std::int64_t rows(Database& database) {
  Statement statement = database.prepare("SELECT count(*) FROM t");
  statement.step();
  return statement.integer(0);
}

}  // namespace

TEST_CASE("values come back as they were bound") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  make_table(database);
  Bytes blob = {0, 1, 0xff, 0};
  std::string text("a\0b", 3);
  database.prepare("INSERT INTO t VALUES (?, ?, ?)").bind(-5).bind(text).bind(ByteView(blob)).run();
  database.prepare("INSERT INTO t VALUES (?, ?, ?)").bind_null().bind("").bind(ByteView()).run();

  Statement all = database.prepare("SELECT n, s, b FROM t ORDER BY rowid");
  REQUIRE(all.step());
  CHECK(all.integer(0) == -5);
  CHECK(all.text(1) == text);
  CHECK(all.blob(2) == blob);
  CHECK(error_code([&] { all.array<32>(2); }) == "store.corrupt");
  REQUIRE(all.step());
  CHECK(all.is_null(0));
  CHECK(!all.is_null(1));
  CHECK(all.text(1).empty());
  CHECK(!all.is_null(2));
  CHECK(!all.step());
}

TEST_CASE("the file is private and durable settings hold") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  struct stat info {};
  REQUIRE(::stat((folder / "db").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  auto pragma = [&](std::string_view sql) {
    Statement statement = database.prepare(sql);
    statement.step();
    return statement.text(0);
  };
  CHECK(pragma("PRAGMA journal_mode") == "wal");
  CHECK(pragma("PRAGMA synchronous") == "2");
  CHECK(pragma("PRAGMA foreign_keys") == "1");
  CHECK(pragma("PRAGMA busy_timeout") == "0");
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  test::TemporaryFolder folder;
  Database database(folder / "db");
  make_table(database);
  {
    Transaction dropped(database), inner(database);
    database.execute("INSERT INTO t VALUES (1, '', '')");
  }
  CHECK(rows(database) == 0);
  {
    Transaction outer(database);
    database.execute("INSERT INTO t VALUES (1, '', '')");
    {
      Transaction inner(database);
      database.execute("INSERT INTO t VALUES (2, '', '')");
    }
    {
      Transaction inner(database);
      database.execute("INSERT INTO t VALUES (3, '', '')");
      inner.commit();
    }
    CHECK(error_code([&] { database.require_no_transaction(); }) == "store.failed");
    outer.commit();
  }
  CHECK(rows(database) == 2);
  CHECK(!database.in_transaction());
}

TEST_CASE("what was committed outlives a killed process, and nothing else does") {
  test::TemporaryFolder folder;
  test::run_and_die([&] {
    auto* database = new Database(folder / "db");  // its destructor must not run
    make_table(*database);
    database->execute("INSERT INTO t VALUES (1, '', '')");
    new Transaction(*database);
    database->execute("INSERT INTO t VALUES (2, '', '')");
  });
  Database database(folder / "db");
  CHECK(rows(database) == 1);
}

TEST_CASE("two connections: one writes, the other is told at once") {
  test::TemporaryFolder folder;
  Database one(folder / "db"), two(folder / "db");
  make_table(one);
  {
    Transaction writing(one);
    CHECK(error_code([&] { Transaction also(two); }) == "store.busy");
    CHECK(test::error_and_exit([&] { two.execute("INSERT INTO t VALUES (1, '', '')"); }) == "store.busy 5");
    CHECK(rows(two) == 0);  // reading goes on
    one.execute("INSERT INTO t VALUES (1, '', '')");
    writing.commit();
  }
  CHECK(rows(two) == 1);
  Transaction now(two);
  now.commit();
}

TEST_CASE("databases that are not ours to open") {
  test::TemporaryFolder folder;
  { std::ofstream(folder / "text") << std::string(5000, 'x'); }
  CHECK(error_code([&] { Database database(folder / "text"); }) == "store.corrupt");
  CHECK(error_code([&] { Database database(folder / "no/such/folder"); }) == "store.open");
  {
    Database database(folder / "newer");
    database.execute("PRAGMA user_version = 1000");
  }
  CHECK(error_code([&] { Database database(folder / "newer"); }) == "store.newer");
  {
    Database database(folder / "foreign");
    database.execute("PRAGMA application_id = 1");
  }
  CHECK(error_code([&] { Database database(folder / "foreign"); }) == "store.foreign");
  { std::ofstream empty(folder / "empty"); }
  CHECK(error_code([&] { Database database(folder / "empty"); }).empty());
}

TEST_CASE("a damaged page is reported") {
  test::TemporaryFolder folder;
  {
    Database database(folder / "db");
    make_table(database);
    Transaction transaction(database);
    for (int i = 0; i < 2000; ++i)
      database.execute("INSERT INTO t VALUES (1, 'some text to fill pages', '')");
    transaction.commit();
  }
  auto size = std::filesystem::file_size(folder / "db");
  {
    std::fstream file(folder / "db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(4096));
    file << std::string(size - 4096, '\xee');
  }
  CHECK(error_code([&] {
          Database database(folder / "db");
          rows(database);
        }) == "store.corrupt");
}
