#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.hpp"
#include "bitcoin/transaction.hpp"
#include "store/database.hpp"
#include "support/errors.hpp"

namespace pegkit::test {

/// A folder of its own for each test, removed afterwards.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pegkit-store-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// Runs `work` in another process that is gone at once afterwards, as if killed: nothing is closed or
/// flushed.
template <class F>
void run_and_die(F&& work) {
  pid_t child = ::fork();
  if (child == 0) {
    try {
      work();
    } catch (...) {
      ::_exit(2);
    }
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 1) throw std::runtime_error("the other process failed");
}

inline bitcoin::Txid txid_of(std::uint8_t n) {
  bitcoin::Txid out;
  out.bytes.fill(n);
  return out;
}
inline bitcoin::BlockHash block_of(std::uint8_t n) {
  bitcoin::BlockHash out;
  out.bytes.fill(n);
  return out;
}

}  // namespace pegkit::test
