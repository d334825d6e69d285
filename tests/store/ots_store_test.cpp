#include "store/ots_store.hpp"

#include <csignal>
#include <doctest/doctest.h>
#include <fstream>

#include "base/files.hpp"
#include "store/store_support.hpp"

using namespace pegkit;
using namespace pegkit::store;
using pegkit::test::error_code;

namespace {

namespace fs = std::filesystem;

crypto::OtsSecret secret(std::uint8_t n) {
  return crypto::OtsSecret::from(Bytes(20, n));
}

OtsStore::KeyId key(std::uint8_t n) {
  OtsStore::KeyId out;
  out.fill(n);
  return out;
}

const Bytes one = {1, 1}, two = {2, 2};

struct Opened {
  explicit Opened(const test::TemporaryFolder& folder)
      : database(folder / "db"), keys(database, folder / "ots-record") {}
  bool record(std::uint8_t n, const Bytes& message) {
    return keys.record(key(n), message, "k" + std::to_string(n));
  }
  Database database;
  OtsStore keys;
};

void put_file(const fs::path& from, const fs::path& to) {
  fs::copy_file(from, to, fs::copy_options::overwrite_existing);
}

}  // namespace

TEST_CASE("a one-time key signs one message, again and again") {
  test::TemporaryFolder folder;
  crypto::OtsSignature made;
  {
    Opened store(folder);
    made = store.keys.sign(secret(1), one, "sequencer/0");
    CHECK(crypto::ots_verify(crypto::ots_public_key(secret(1), 2), made) == one);
    CHECK(store.keys.sign(secret(1), one, "sequencer/0") == made);
    CHECK(error_code([&] { store.keys.sign(secret(1), two, "sequencer/0"); }) == "ots.used");
    CHECK(!store.keys.sign(secret(2), two, "sequencer/1").digits.empty());
  }
  Opened store(folder);
  CHECK(store.keys.warning().empty());
  CHECK(store.keys.sign(secret(1), one, "another-label") == made);
  CHECK(error_code([&] { store.keys.sign(secret(1), two, "sequencer/0"); }) == "ots.used");
  CHECK(error_code([&] { store.keys.sign(secret(1), two, ""); }) == "ots.label");
  store.record(1, one);
  Error again = test::thrown([&] { store.record(1, two); }).value();
  CHECK(again.exit() == Exit::refused);
  CHECK(again.message() == "the one-time key k1 has signed something else");
}

TEST_CASE("what was signed is listed in order and found") {
  test::TemporaryFolder folder;
  Opened store(folder);
  CHECK(store.keys.record(key(9), one, "operator/aa/root"));
  CHECK(store.keys.record(key(3), two, "sequencer/4"));
  CHECK(!store.keys.record(key(9), one, "operator/aa/root"));
  CHECK(store.keys.records() ==
        std::vector<OtsStore::Record>{{key(9), one, "operator/aa/root"}, {key(3), two, "sequencer/4"}});
  CHECK(store.keys.records("sequencer/").size() == 1);
  CHECK(store.keys.find(key(3))->message == two);
  CHECK(!store.keys.find(key(4)));
  CHECK(OtsStore::key_id(crypto::ots_public_key(secret(1), 2)) !=
        OtsStore::key_id(crypto::ots_public_key(secret(2), 2)));
}

TEST_CASE("two programs at once know of each other's records") {
  test::TemporaryFolder folder;
  Opened a(folder), b(folder);
  CHECK(a.record(1, one));
  CHECK(error_code([&] { b.record(1, two); }) == "ots.used");
  CHECK(!b.record(1, one));
  CHECK(b.record(2, two));
  CHECK(error_code([&] { a.record(2, one); }) == "ots.used");
  CHECK(a.keys.records() == b.keys.records());
  CHECK(a.keys.warning().empty());
  CHECK(b.keys.warning().empty());
}

TEST_CASE("a run killed between record file and database has recorded") {
  test::TemporaryFolder folder;
  {
    Opened store(folder);
    store.record(1, one);
  }
  put_file(folder / "db", folder / "before");
  {
    Opened store(folder);
    store.record(2, one);
  }
  put_file(folder / "before", folder / "db");
  Opened store(folder);
  CHECK(store.keys.warning().empty());
  CHECK(error_code([&] { store.record(2, two); }) == "ots.used");
  CHECK(!store.record(2, one));
  CHECK(store.keys.records().size() == 2);
}

TEST_CASE("every earlier state of the database, and every one of the file") {
  test::TemporaryFolder folder;
  { Opened store(folder); }
  constexpr std::uint8_t count = 5;
  for (std::uint8_t n = 0; n < count; ++n) {
    put_file(folder / "db", folder / ("db" + std::to_string(n)));
    if (n > 0) put_file(folder / "ots-record", folder / ("record" + std::to_string(n)));
    Opened store(folder);
    store.record(n, one);
  }
  put_file(folder / "db", folder / "last-db");
  put_file(folder / "ots-record", folder / "last-record");
  for (std::uint8_t n = 0; n < count; ++n) {
    for (bool database : {true, false}) {
      CAPTURE(n);
      CAPTURE(database);
      put_file(folder / (database ? "db" + std::to_string(n) : "last-db"), folder / "db");
      fs::remove(folder / "ots-record");
      if (database)
        put_file(folder / "last-record", folder / "ots-record");
      else if (n > 0)
        put_file(folder / ("record" + std::to_string(n)), folder / "ots-record");
      {
        Opened store(folder);
        CHECK(store.keys.warning().empty() == (database && n + 1 == count));
        for (std::uint8_t k = 0; k < count; ++k) {
          CHECK(error_code([&] { store.record(k, two); }) == "ots.used");
          CHECK(!store.record(k, one));
        }
      }
      // And both have everything again.
      CHECK(read_file(folder / "ots-record").size() == read_file(folder / "last-record").size());
      Opened again(folder);
      CHECK(again.keys.warning().empty());
    }
  }
}

TEST_CASE("a record file that is removed while a program runs") {
  test::TemporaryFolder folder;
  Opened store(folder);
  store.record(1, one);
  Bytes before = read_file(folder / "ots-record");
  fs::remove(folder / "ots-record");
  CHECK(error_code([&] { store.record(1, two); }) == "ots.used");
  CHECK(!store.record(1, one));
  CHECK(read_file(folder / "ots-record") == before);
}

TEST_CASE("an unfinished last line is cut off, other damage is an error") {
  test::TemporaryFolder folder;
  {
    Opened store(folder);
    store.record(1, one);
    store.record(2, one);
  }
  Bytes whole = read_file(folder / "ots-record");
  auto write = [&](ByteView data) {
    std::ofstream(folder / "ots-record", std::ios::binary)
        .write(reinterpret_cast<const char*>(data.data()), static_cast<std::streamsize>(data.size()));
  };
  SUBCASE("unfinished") {
    Bytes torn = whole;
    append(torn, ByteView(whole).first(40));
    write(torn);
    Opened store(folder);
    CHECK(store.keys.warning().empty());
    CHECK(store.record(3, one));
    CHECK(read_file(folder / "ots-record").size() == whole.size() / 2 * 3);
    CHECK(error_code([&] { store.record(3, two); }) == "ots.used");
  }
  SUBCASE("changed") {
    for (std::size_t at = 0; at < whole.size(); ++at) {
      CAPTURE(at);
      Bytes bad = whole;
      bad[at] = bad[at] == '0' ? '1' : '0';
      write(bad);
      // The newline of the last line alone: that line is then unfinished, and the database has it.
      std::string code = error_code([&] { Opened store(folder); });
      CHECK(code == (at + 1 == whole.size() ? "" : "store.corrupt"));
    }
  }
  SUBCASE("two messages of one key") {
    test::TemporaryFolder other;
    {
      Opened store(other);
      store.record(1, two);
    }
    write(read_file(other / "ots-record"));
    CHECK(error_code([&] { Opened store(folder); }) == "ots.used");
  }
}

TEST_CASE("what is not recorded") {
  test::TemporaryFolder folder;
  Opened store(folder);
  for (std::string label : {std::string(), std::string("a b"), std::string("a\n"), std::string(129, 'a')})
    CHECK(error_code([&] { store.keys.record(key(1), one, label); }) == "ots.label");
  CHECK(error_code([&] { store.record(1, {}); }) == "ots.length");
  CHECK(error_code([&] { store.record(1, Bytes(65)); }) == "ots.length");
  {
    Transaction outer(store.database);
    CHECK(error_code([&] { store.record(1, one); }) == "store.failed");
  }
  CHECK(store.record(1, one));
}

TEST_CASE("killed at any instant, every signature that was shown is recorded") {
  // Another process signs as fast as it can and says which keys; it is killed at some moment.
  test::TemporaryFolder folder;
  { Opened store(folder); }
  std::uint8_t next = 0;
  for (int round = 0; round < 12; ++round) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    pid_t child = ::fork();
    if (child == 0) {
      Opened store(folder);
      for (std::uint8_t n = next; n < 250; ++n) {
        store.record(n, {n, static_cast<std::uint8_t>(round)});
        if (::write(ends[1], &n, 1) != 1) break;
      }
      ::_exit(0);
    }
    ::close(ends[1]);
    std::vector<std::uint8_t> shown;
    std::uint8_t n;
    for (int i = 0; i <= round % 4 && ::read(ends[0], &n, 1) == 1; ++i) shown.push_back(n);
    ::usleep(static_cast<useconds_t>(700 * round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    while (::read(ends[0], &n, 1) == 1) shown.push_back(n);
    ::close(ends[0]);

    Opened store(folder);
    CHECK(store.keys.warning().empty());
    for (std::uint8_t k : shown) {
      Bytes message{k, static_cast<std::uint8_t>(round)};
      CHECK(error_code([&] { store.record(k, two); }) == "ots.used");
      CHECK(!store.record(k, message));
    }
    // At most one more than was shown.
    std::size_t total = store.keys.records().size();
    CHECK(total <= next + shown.size() + 1);
    next = static_cast<std::uint8_t>(total);
    if (next > 200) break;
  }
}
