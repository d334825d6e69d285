#include <doctest/doctest.h>
#include <sys/stat.h>

#include "app/keygen/commands.hpp"
#include "crypto/keyfile.hpp"
#include "services/key.hpp"
#include "support/fake_ports.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

constexpr const char* one_hex = "0000000000000000000000000000000000000000000000000000000000000001";
constexpr const char* generator = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";

struct World {
  TempDirectory folder;
  FakePorts ports;

  std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  std::string content(const std::string& name) const {
    Bytes data = read_secret_file(path(name));
    return {data.begin(), data.end()};
  }
  std::string secret_file(const std::string& name, const std::string& text) const {
    create_secret_file(path(name), as_bytes(text));
    return path(name);
  }
  unsigned mode(const std::string& name) const {
    struct stat status {};
    ::stat(path(name).c_str(), &status);
    return status.st_mode & 0777;
  }
  /// The key in a file, opened as other programs do.
  crypto::SecretKey open(const std::string& name, const std::string& passphrase = "") {
    FakePorts other;
    other.key = content(name);
    if (!passphrase.empty()) other.passphrases = {passphrase};
    return services::load_key(other);
  }
};

}  // namespace

TEST_CASE("new makes a private file and prints the public key alone") {
  World w;
  REQUIRE(run(app::keygen::new_command, w.ports, {{"--out", w.path("a.key")}}) == Exit::ok);
  CHECK(w.mode("a.key") == 0600);
  const Json& printed = w.ports.last();
  CHECK(printed["type"] == "pegkit/public-key");
  CHECK(printed["public_key"] == to_hex(w.open("a.key").public_key()));
  CHECK_FALSE(printed.contains("address"));
  std::string secret = parse_json(w.content("a.key"))["secret"];
  CHECK(printed.dump().find(secret) == std::string::npos);

  SUBCASE("never over another file") {
    std::string before = w.content("a.key");
    CHECK(error_code([&] {
            run(app::keygen::new_command, w.ports, {{"--out", w.path("a.key")}});
          }) == "file.exists");
    CHECK(w.content("a.key") == before);
  }
  SUBCASE("each a key of its own") {
    run(app::keygen::new_command, w.ports, {{"--out", w.path("b.key")}});
    CHECK(w.content("a.key") != w.content("b.key"));
  }
}

TEST_CASE("import reads hex and WIF from stdin") {
  World w;
  w.ports.input = std::string(one_hex) + "\n";
  run(app::keygen::import_command, w.ports, {{"--out", w.path("one.key")}});
  CHECK(w.ports.last()["public_key"] == generator);
  CHECK(w.ports.last()["evm_address"] == "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
  CHECK(w.open("one.key").public_key() == crypto::SecretKey::from(from_hex(one_hex)).public_key());

  // The key 1 in wallet import format.
  w.ports.input = "KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn\n";
  run(app::keygen::import_command, w.ports, {{"--out", w.path("wif.key")}, {"--chain", "main"}});
  CHECK(w.content("wif.key") == w.content("one.key"));
  CHECK(w.ports.last()["address"] == "bc1pmfr3p9j00pfxjh0zmgp99y8zftmd3s5pmedqhyptwy6lm87hf5sspknck9");

  auto code = [&](const std::string& input, FakeOptions::Values more = {}) {
    w.ports.input = input;
    more.emplace_back("--out", w.path("bad.key"));
    std::string found = error_code([&] { run(app::keygen::import_command, w.ports, more); });
    CHECK_FALSE(std::filesystem::exists(w.path("bad.key")));
    return found;
  };
  CHECK(code("") == "key.invalid");
  CHECK(code(std::string(64, '0')) == "key.invalid");
  CHECK(code(std::string(64, 'f')) == "key.invalid");
  CHECK(code(std::string(64, 'g')) == "key.invalid");
  CHECK(code("KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn") == "usage");
  CHECK(code("KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn", {{"--chain", "regtest"}}) == "key.wif");
  CHECK(code("KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWm", {{"--chain", "main"}}) == "key.wif");
  // The same key in the form for uncompressed public keys.
  CHECK(code("5HpHagT65TZzG1PH3CSu63k8DbpvD8s5ip4nEB3kEsreAnchuDf", {{"--chain", "main"}}) == "key.wif");
}

TEST_CASE("pub needs no passphrase") {
  World w;
  w.ports.key = std::string(R"({"type":"pegkit/key","version":1,"public_key":")") + generator +
                R"(","secret":")" + one_hex + "\"}";
  REQUIRE(run(app::keygen::pub_command, w.ports, {{"--chain", "regtest"}}) == Exit::ok);
  CHECK(w.ports.last()["xonly"] == std::string(generator).substr(2));
  CHECK(w.ports.last()["address"].get<std::string>().starts_with("bcrt1p"));

  w.secret_file("pass", "correct horse\n");
  run(app::keygen::new_command, w.ports,
      {{"--out", w.path("a.key")}, {"--encrypt", ""}, {"--passphrase-file", w.path("pass")}});
  Json made = w.ports.last();
  w.ports.key = w.content("a.key");
  run(app::keygen::pub_command, w.ports);
  CHECK(w.ports.last() == made);
  CHECK(error_code([&] { services::load_key(w.ports); }) == "passphrase.needed");
  CHECK(to_hex(w.open("a.key", "correct horse").public_key()) == made["public_key"]);
  CHECK(error_code([&] { w.open("a.key", "wrong horse"); }) == "secret.decrypt");
}

TEST_CASE("a typed passphrase is typed twice") {
  World w;
  w.ports.passphrases = {"one", "other"};
  CHECK(error_code([&] {
          run(app::keygen::new_command, w.ports, {{"--out", w.path("a.key")}, {"--encrypt", ""}});
        }) == "usage");
  CHECK_FALSE(std::filesystem::exists(w.path("a.key")));
  w.ports.passphrases = {"", ""};
  CHECK(error_code([&] {
          run(app::keygen::new_command, w.ports, {{"--out", w.path("a.key")}, {"--encrypt", ""}});
        }) == "usage");
}

TEST_CASE("passwd sets, changes and removes the passphrase") {
  World w;
  w.ports.input = one_hex;
  run(app::keygen::import_command, w.ports, {{"--out", w.path("a.key")}});
  const std::string plain = w.content("a.key");
  w.secret_file("first", "first\n");
  w.secret_file("second", "second\r\n");
  FakeOptions::Values file{{"--key-file", w.path("a.key")}};
  auto passwd = [&](FakeOptions::Values more) {
    more.insert(more.end(), file.begin(), file.end());
    return run(app::keygen::passwd_command, w.ports, more);
  };

  REQUIRE(passwd({{"--new-passphrase-file", w.path("first")}}) == Exit::ok);
  CHECK(w.content("a.key").find(one_hex) == std::string::npos);
  CHECK(w.mode("a.key") == 0600);
  CHECK(to_hex(w.open("a.key", "first").public_key()) == generator);

  std::string before = w.content("a.key");
  CHECK(error_code([&] {
          passwd({{"--passphrase-file", w.path("second")}, {"--new-passphrase-file", w.path("second")}});
        }) == "secret.decrypt");
  CHECK(w.content("a.key") == before);

  passwd({{"--passphrase-file", w.path("first")}, {"--new-passphrase-file", w.path("second")}});
  CHECK(to_hex(w.open("a.key", "second").public_key()) == generator);

  w.ports.passphrases = {"second"};
  passwd({{"--decrypt", ""}});
  CHECK(w.content("a.key") == plain);
  CHECK(error_code([&] {
          passwd({{"--decrypt", ""}, {"--new-passphrase-file", w.path("first")}});
        }) == "usage");
}
