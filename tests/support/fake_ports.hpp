#pragma once

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "app/command.hpp"
#include "store/database.hpp"
#include "support/errors.hpp"

namespace pegkit::test {

/// A folder below the system's temporary one, removed with all in it when destroyed.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The world of a command under test: streams are strings, files are real or in `files`, the state directory
/// is a temporary one (or one given, to run several commands of one party), and nothing waits.
class FakePorts : public services::Ports {
 public:
  FakePorts() : own_directory_(std::in_place), directory_(own_directory_->path()) {}
  explicit FakePorts(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // The command's input.
  std::string input;                         ///< stdin
  std::map<std::string, std::string> files;  ///< read before the file system is asked
  bitcoin::Chain on_chain = bitcoin::Chain::regtest;
  std::shared_ptr<net::Rpc> node_rpc, layer2_rpc;
  std::string key;                                   ///< content of --key-file
  std::vector<std::string> passphrases;              ///< taken in order
  std::int64_t time = 1'700'000'000;                 ///< moved on by sleep_ms
  bool answer = true;                                ///< to confirm()
  bool dry = false;                                  ///< --dry-run
  bool stop = false;                                 ///< interrupted()
  std::function<std::optional<std::string>()> line;  ///< read_line() instead of `input`
  std::function<void()> on_sleep;                    ///< called in each sleep_ms

  // The command's output.
  std::vector<Json> printed;             ///< documents and lines, in order
  std::vector<std::string> said;         ///< sentences on stderr
  std::vector<std::string> questions;    ///< of confirm()
  std::function<void(const Json&)> out;  ///< called with what is printed, as it is printed

  const Json& last() const {
    if (printed.empty()) throw Error(Exit::bug, "test.output", "the command printed nothing");
    return printed.back();
  }
  bool said_something_with(const std::string& part) const;
  /// Closes the database, as the end of a process does.
  void close() { database_.reset(); }

  std::string read(const std::string& path) override;
  std::optional<std::string> read_line() override;
  void print(const Json& document) override;
  void print_line(const Json& document) override { print(document); }
  void say(const std::string& sentence) override { said.push_back(sentence); }
  void verbose(const std::string& sentence) override { said.push_back(sentence); }

  bitcoin::Chain chain() override { return on_chain; }
  net::BitcoinNode& node() override;
  net::Layer2& layer2() override;
  const std::filesystem::path& directory() override { return directory_; }
  store::Database& database() override;
  crypto::SecretBytes key_material() override;
  crypto::SecretBytes passphrase(const std::string&) override;
  std::int64_t now() override { return time; }
  bool confirm(const std::string& question) override;
  bool dry_run() override { return dry; }
  bool interrupted() override { return stop; }
  void sleep_ms(std::int64_t milliseconds) override;

 private:
  std::optional<TempDirectory> own_directory_;
  std::filesystem::path directory_;
  std::unique_ptr<net::BitcoinNode> node_;
  std::unique_ptr<net::Layer2> layer2_;
  std::unique_ptr<store::Database> database_;
};

/// Binds a command's options to values given by name, as a command line would: `{{"--keys", "k.json"}}`.
/// A flag takes "" (or "true"), a repeatable option may stand several times, an argument goes by its meta
/// word. An option that the command does not have, and a required one that is missing, throw a usage error.
class FakeOptions : public app::Options {
 public:
  using Values = std::vector<std::pair<std::string, std::string>>;
  explicit FakeOptions(Values values) : values_(std::move(values)) {}

  void text(std::string& into, const char* name, const char*, const char*, app::Need need) override;
  void texts(std::vector<std::string>& into, const char* name, const char*, const char*) override;
  void integer(std::int64_t& into, const char* name, const char*, const char*, std::int64_t min,
               std::int64_t max, app::Need need) override;
  void maybe_integer(std::optional<std::int64_t>& into, const char* name, const char*, const char*,
                     std::int64_t min, std::int64_t max) override;
  void flag(bool& into, const char* name, const char*) override;
  void choice(std::string& into, const char* name, std::vector<std::string> choices, const char*,
              app::Need need) override;
  void file(std::string& into, const char* name, const char*, app::Need need) override;
  void files(std::vector<std::string>& into, const char* name, const char*) override;
  void argument(std::string& into, const char* meta, const char*, app::Need need) override;
  void chain() override {}
  void node() override {}
  void layer2() override {}
  void datadir() override {}
  void key() override {}
  void money() override {}

  /// Throws when a value was given that no option took.
  void done() const;

 private:
  std::optional<std::string> take(const std::string& name, app::Need need);
  static std::int64_t number(const char* name, const std::string& text, std::int64_t min, std::int64_t max);

  Values values_;
};

/// Runs one command as a process would, without the process.
inline Exit run(app::CommandFactory make, FakePorts& ports, FakeOptions::Values values = {}) {
  std::unique_ptr<app::Command> command = make();
  FakeOptions options(std::move(values));
  command->options(options);
  options.done();
  return command->run(ports);
}

/// JSON-RPC answered by functions, by method; everything that was asked is kept.
class FakeRpc : public net::Rpc {
 public:
  std::map<std::string, std::function<Json(const Json& params)>> methods;
  std::vector<net::RpcCall> calls;

  Json call(const std::string& method, Json params) override;
};

}  // namespace pegkit::test
