#include "store/nonce_store.hpp"

#include <doctest/doctest.h>
#include <fstream>

#include "base/files.hpp"
#include "store/store_support.hpp"

using namespace pegkit;
using namespace pegkit::store;
using pegkit::test::error_code;

namespace {

namespace fs = std::filesystem;

ByteArray<32> digest(std::uint8_t n) {
  ByteArray<32> out;
  out.fill(n);
  return out;
}

crypto::PublicKey signer() {
  crypto::PublicKey out;
  out.bytes[0] = 2;
  return out;
}

std::vector<crypto::PartialSignature> signatures(std::uint8_t n) {
  std::vector<crypto::PartialSignature> out(2);
  out[0].bytes.fill(n);
  return out;
}

const Bytes sealed = {1, 2, 3};

/// A store and its counter file, as a program opens them.
struct Opened {
  explicit Opened(const test::TemporaryFolder& folder)
      : database(folder / "db"), nonces(database, folder / "nonce-counter") {}
  void open(const std::string& id) { nonces.open(id, signer(), digest(9), sealed); }
  Database database;
  NonceStore nonces;
};

void put_file(const fs::path& from, const fs::path& to) {
  fs::copy_file(from, to, fs::copy_options::overwrite_existing);
}

}  // namespace

TEST_CASE("a nonce is taken once, and the same inputs give the recorded result") {
  test::TemporaryFolder folder;
  {
    Opened store(folder);
    store.open("s");
    CHECK(error_code([&] { store.open("s"); }) == "nonce.exists");
    CHECK(store.nonces.find("s")->is_open);
    auto taken = store.nonces.take("s", digest(1));
    CHECK(taken.sealed == sealed);
    CHECK(!taken.result);
    store.nonces.record_result("s", signatures(5));
    store.nonces.record_result("s", signatures(5));
    CHECK(error_code([&] { store.nonces.record_result("s", signatures(6)); }) == "nonce.used");
  }
  Opened store(folder);
  auto again = store.nonces.take("s", digest(1));
  CHECK(again.sealed.empty());
  CHECK(again.result == signatures(5));
  CHECK(error_code([&] { store.nonces.take("s", digest(2)); }) == "nonce.used");
  CHECK(error_code([&] { store.open("s"); }) == "nonce.exists");
  CHECK(error_code([&] { store.nonces.take("none", digest(1)); }) == "nonce.unknown");
  CHECK(store.nonces.sessions().size() == 1);
  CHECK(store.nonces.warning().empty());
}

TEST_CASE("a run killed after it took the nonce has used it") {
  test::TemporaryFolder folder;
  test::run_and_die([&] {
    auto* store = new Opened(folder);
    store->open("s");
    store->open("t");
    store->nonces.take("s", digest(1));
  });
  Opened store(folder);
  CHECK(store.nonces.warning().empty());
  CHECK(error_code([&] { store.nonces.take("s", digest(1)); }) == "nonce.used");
  CHECK(error_code([&] { store.nonces.take("s", digest(2)); }) == "nonce.used");
  CHECK(store.nonces.take("t", digest(1)).sealed == sealed);
}

TEST_CASE("randomness that was taken is not in the database file") {
  test::TemporaryFolder folder;
  Bytes secret(64, 0xa7);
  {
    Opened store(folder);
    store.nonces.open("s", signer(), digest(9), secret);
    store.nonces.take("s", digest(1));
  }
  Bytes file = read_file(folder / "db");
  CHECK(std::ranges::search(file, secret).empty());
}

TEST_CASE("a run killed between counter file and database loses no other nonce") {
  test::TemporaryFolder folder;
  {
    Opened store(folder);
    store.open("s");
    store.open("t");
  }
  put_file(folder / "db", folder / "before");
  {
    Opened store(folder);
    store.nonces.take("s", digest(1));
  }
  // The database as it was before the commit; the counter file was written already.
  put_file(folder / "before", folder / "db");
  Opened store(folder);
  CHECK(store.nonces.warning().empty());
  CHECK(error_code([&] { store.nonces.take("s", digest(1)); }) == "nonce.void");
  CHECK(error_code([&] { store.nonces.take("s", digest(2)); }) == "nonce.void");
  CHECK(store.nonces.take("t", digest(1)).sealed == sealed);
}

TEST_CASE("a database put back from a backup has no open nonce") {
  test::TemporaryFolder folder;
  {
    Opened store(folder);
    store.open("s");
    store.open("t");
  }
  put_file(folder / "db", folder / "backup");
  {
    Opened store(folder);
    store.nonces.take("s", digest(1));
    store.nonces.record_result("s", signatures(1));
    store.open("u");
  }
  put_file(folder / "backup", folder / "db");
  {
    Opened store(folder);
    CHECK(store.nonces.warning().find("2 open signing sessions are void") != std::string::npos);
    CHECK(error_code([&] { store.nonces.take("s", digest(2)); }) == "nonce.void");
    CHECK(error_code([&] { store.nonces.take("t", digest(2)); }) == "nonce.void");
    store.open("v");
    CHECK(store.nonces.take("v", digest(3)).sealed == sealed);
  }
  // And put back a second time, or a database of an earlier epoch.
  put_file(folder / "backup", folder / "db");
  Opened store(folder);
  CHECK(!store.nonces.warning().empty());
  CHECK(error_code([&] { store.nonces.take("t", digest(2)); }) == "nonce.void");
}

TEST_CASE("every earlier state of the database is recognised") {
  // A history of operations, with a copy of the database after each; then every copy is put back against the
  // last counter file, and no nonce that was taken is ever given again.
  test::TemporaryFolder folder;
  std::vector<std::string> taken;
  int copies = 0;
  auto keep = [&] { put_file(folder / "db", folder / ("copy" + std::to_string(copies++))); };
  for (int i = 0; i < 4; ++i) {
    std::string id = "s" + std::to_string(i);
    {
      Opened store(folder);
      store.open(id);
    }
    keep();
    if (i % 2 == 0) {
      Opened store(folder);
      store.nonces.take(id, digest(1));
      taken.push_back(id);
    }
    keep();
  }
  put_file(folder / "nonce-counter", folder / "last-counter");
  for (int i = 0; i < copies; ++i) {
    CAPTURE(i);
    put_file(folder / ("copy" + std::to_string(i)), folder / "db");
    put_file(folder / "last-counter", folder / "nonce-counter");
    Opened store(folder);
    for (const std::string& id : taken) CHECK(!error_code([&] { store.nonces.take(id, digest(2)); }).empty());
  }
}

TEST_CASE("a lost, older or damaged counter file") {
  test::TemporaryFolder folder;
  {
    Opened store(folder);
    store.open("s");
  }
  SUBCASE("lost") {
    fs::remove(folder / "nonce-counter");
    Opened store(folder);
    CHECK(store.nonces.warning().find("1 open signing session is void") != std::string::npos);
    CHECK(error_code([&] { store.nonces.take("s", digest(1)); }) == "nonce.void");
  }
  SUBCASE("older") {
    put_file(folder / "nonce-counter", folder / "old");
    {
      Opened store(folder);
      store.open("t");
    }
    put_file(folder / "old", folder / "nonce-counter");
    Opened store(folder);
    CHECK(!store.nonces.warning().empty());
  }
  SUBCASE("damaged") {
    for (std::string text :
         {"", "\n", "pegkit-nonce-counter 1 ", "pegkit-nonce-counter 1 00 1 s\n",
          "pegkit-nonce-counter 1 00000000000000000000000000000000 x s\n",
          "pegkit-nonce-counter 1 00000000000000000000000000000000 99999999999999999999 s\n",
          "pegkit-nonce-counter 1 00000000000000000000000000000000 -1 s\n"}) {
      CAPTURE(text);
      { std::ofstream(folder / "nonce-counter") << text; }
      CHECK(error_code([&] { Opened store(folder); }) == "store.corrupt");
    }
  }
  SUBCASE("put back while a program runs") {
    Opened store(folder);
    fs::remove(folder / "nonce-counter");
    CHECK(error_code([&] { store.nonces.take("s", digest(1)); }) == "nonce.void");
    CHECK(!store.nonces.warning().empty());
  }
}

TEST_CASE("a nonce is not taken inside a transaction, discarded ones are void") {
  test::TemporaryFolder folder;
  Opened store(folder);
  store.open("s");
  {
    Transaction outer(store.database);
    CHECK(error_code([&] { store.nonces.take("s", digest(1)); }) == "store.failed");
  }
  store.nonces.discard("s");
  CHECK(error_code([&] { store.nonces.take("s", digest(1)); }) == "nonce.void");
  for (std::string id : {std::string(""), std::string(129, 'a'), std::string("a b"), std::string("a\n")}) {
    CHECK(error_code([&] { store.open(id); }) == "nonce.session");
  }
}
