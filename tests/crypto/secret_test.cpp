#include "crypto/secret.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "support/errors.hpp"

using namespace pegkit;
using namespace pegkit::crypto;
using pegkit::test::error_code;

TEST_CASE("random bytes differ from call to call") {
  CHECK(random_array<32>() != random_array<32>());
  random_bytes({});
}

TEST_CASE("secret bytes move and are zero when new") {
  SecretBytes a(5);
  CHECK(equal(a.view(), Bytes(5, 0)));
  a.span()[0] = 9;
  SecretBytes b(std::move(a));
  CHECK(a.empty());
  CHECK(b.view()[0] == 9);
  SecretBytes c = SecretBytes::copy_of(as_bytes("xyz"));
  c = std::move(b);
  CHECK(c.size() == 5);
  CHECK(b.empty());
  SecretBytes& self = c;
  c = std::move(self);
  CHECK(c.size() == 5);
  CHECK(SecretBytes::copy_of({}).empty());
}

TEST_CASE("wipe leaves zeros") {
  Bytes data(40, 7);
  wipe(data);
  CHECK(data == Bytes(40, 0));
}

TEST_CASE("core files are off for a process that asks") {
  pid_t child = fork();
  if (child == 0) {
    forbid_core_files();
    rlimit limit{};
    getrlimit(RLIMIT_CORE, &limit);
    _exit(limit.rlim_cur == 0 && limit.rlim_max == 0 ? 0 : 1);
  }
  int status = 1;
  waitpid(child, &status, 0);
  CHECK(status == 0);
}

TEST_CASE("AEAD: what was sealed comes back") {
  auto key = random_array<32>();
  for (std::size_t size : {0, 1, 31, 64, 1000}) {
    Bytes plain(size, 0x5a);
    Bytes sealed = aead_encrypt(key, plain, as_bytes("context"));
    CHECK(sealed.size() == size + 40);
    CHECK(equal(aead_decrypt(key, sealed, as_bytes("context")).view(), plain));
    CHECK(aead_encrypt(key, plain, as_bytes("context")) != sealed);
  }
}

TEST_CASE("AEAD: any changed byte, other key, other context or cut is refused") {
  auto key = random_array<32>();
  Bytes sealed = aead_encrypt(key, as_bytes("secret"), as_bytes("context"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 1;
    CHECK(error_code([&] { aead_decrypt(key, changed, as_bytes("context")); }) == "secret.decrypt");
  }
  for (std::size_t size = 0; size < sealed.size(); ++size)
    CHECK(error_code([&] { aead_decrypt(key, ByteView(sealed).first(size), as_bytes("context")); }) ==
          "secret.decrypt");
  CHECK(error_code([&] { aead_decrypt(key, sealed, as_bytes("Context")); }) == "secret.decrypt");
  CHECK(error_code([&] { aead_decrypt(random_array<32>(), sealed, as_bytes("context")); }) ==
        "secret.decrypt");
  CHECK(error_code([&] { aead_decrypt(ByteView(key).first(31), sealed, {}); }) == "bytes.length");
}

TEST_CASE("Argon2id: each argument counts, and bounds") {
  Bytes salt = to_bytes(as_bytes("somesaltsomesalt"));
  SecretBytes key = argon2id(as_bytes("password"), salt, 2, 64 << 10);
  CHECK(equal(key.view(), argon2id(as_bytes("password"), salt, 2, 64 << 10).view()));
  CHECK(!equal(key.view(), argon2id(as_bytes("passwore"), salt, 2, 64 << 10).view()));
  CHECK(!equal(key.view(), argon2id(as_bytes("password"), salt, 3, 64 << 10).view()));
  CHECK(!equal(key.view(), argon2id(as_bytes("password"), salt, 2, 65 << 10).view()));
  CHECK(argon2id({}, salt, 1, 8192).size() == 32);
  CHECK(error_code([&] { argon2id(as_bytes("p"), salt, 0, 8192); }) == "secret.kdf");
  CHECK(error_code([&] { argon2id(as_bytes("p"), salt, 1, 8191); }) == "secret.kdf");
  CHECK(error_code([&] { argon2id(as_bytes("p"), as_bytes("short"), 1, 8192); }) == "bytes.length");
}
