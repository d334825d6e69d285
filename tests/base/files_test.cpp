#include "base/files.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/errors.hpp"

using namespace pegkit;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path;
  Folder() {
    char name[] = "/tmp/pegkit-files-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { fs::remove_all(path); }
};

}  // namespace

TEST_CASE("a secret file is made once, private, and refused when others can read it") {
  Folder folder;
  fs::path file = folder.path / "key";
  create_secret_file(file, as_bytes("secret"));
  CHECK((fs::status(file).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(as_text(read_secret_file(file)) == "secret");
  CHECK_THROWS_AS(create_secret_file(file, as_bytes("other")), Error);
  CHECK(as_text(read_file(file)) == "secret");
  ::chmod(file.c_str(), 0640);
  CHECK(test::error_and_exit([&] { read_secret_file(file); }) == "file.permissions 7");
}

TEST_CASE("what others publish is a regular file, or is not waited for") {
  Folder folder;
  auto code = [&](const char* name) -> std::string {
    try {
      return read_published_file(folder.path / name, 4) ? "read" : "none";
    } catch (const Error& e) {
      CHECK(e.exit() == Exit::input);
      return e.code();
    }
  };
  write_file_atomic(folder.path / "short", as_bytes("abcd"));
  write_file_atomic(folder.path / "long", as_bytes("abcde"));
  REQUIRE(::mkfifo((folder.path / "pipe").c_str(), 0600) == 0);
  fs::create_directory(folder.path / "folder");
  fs::create_symlink("short", folder.path / "link");
  fs::create_symlink("/dev/zero", folder.path / "device");
  CHECK(code("short") == "read");
  CHECK(code("link") == "read");
  CHECK(code("missing") == "none");
  CHECK(code("long") == "file.size");
  for (const char* name : {"pipe", "folder", "device"}) CHECK(code(name) == "file.read");
  CHECK(as_text(*read_published_file(folder.path / "short", 4)) == "abcd");
}

TEST_CASE("an atomic write replaces the whole file and leaves nothing beside it") {
  Folder folder;
  fs::path file = folder.path / "state";
  write_file_atomic(file, as_bytes("one"));
  write_file_atomic(file, as_bytes("two"));
  CHECK(as_text(read_file(file)) == "two");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
  CHECK_THROWS_AS(write_file_atomic(folder.path / "none" / "state", as_bytes("x")), Error);
  CHECK_THROWS_AS(read_file(file, 2), Error);
}

TEST_CASE("a lock is held by one and never waited for") {
  Folder folder;
  {
    FileLock lock(folder.path / "lock");
    CHECK(test::error_and_exit([&] { FileLock second(folder.path / "lock"); }) == "lock.held 5");
  }
  FileLock again(folder.path / "lock");
}

TEST_CASE("private folders") {
  Folder folder;
  make_private_directory(folder.path / "a" / "b");
  CHECK((fs::status(folder.path / "a" / "b").permissions() & fs::perms::all) == fs::perms::owner_all);
  make_private_directory(folder.path / "a" / "b");
}
