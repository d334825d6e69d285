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

namespace pegkit::test {

/// A folder below the system's temporary one, removed with all in it when destroyed.
class TempDirectory {
 public:
  TempDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "pegkit-test-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw Error(Exit::bug, "test.directory", "no temporary directory");
    path_ = name;
  }
  ~TempDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// The world of a command under test: streams are strings, files are real or in `files`, the state directory
/// is a temporary one (or one given, to run several commands of one party), and nothing waits.
class FakePorts : public app::Ports {
 public:
  FakePorts() : own_directory_(std::in_place), directory_(own_directory_->path()) {}
  explicit FakePorts(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // What the command is given.
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

  // What it did.
  std::vector<Json> printed;             ///< documents and lines, in order
  std::vector<std::string> said;         ///< sentences on stderr
  std::vector<std::string> questions;    ///< of confirm()
  std::function<void(const Json&)> out;  ///< called with what is printed, as it is printed

  const Json& last() const {
    if (printed.empty()) throw Error(Exit::bug, "test.output", "the command printed nothing");
    return printed.back();
  }
  bool said_something_with(const std::string& part) const {
    for (const std::string& sentence : said)
      if (sentence.find(part) != std::string::npos) return true;
    return false;
  }
  /// Closes the database, as the end of a process does.
  void close() { database_.reset(); }

  std::string read(const std::string& path) override {
    if (path == "-") return std::exchange(input, {});
    if (auto found = files.find(path); found != files.end()) return found->second;
    Bytes data = read_file(path);
    return {data.begin(), data.end()};
  }
  std::optional<std::string> read_line() override {
    if (line) return line();
    if (input.empty()) return std::nullopt;
    std::size_t end = input.find('\n');
    std::string found = input.substr(0, end);
    input.erase(0, end == std::string::npos ? end : end + 1);
    return found;
  }
  void print(const Json& document) override {
    printed.push_back(document);
    if (out) out(document);
  }
  void print_line(const Json& document) override { print(document); }
  void say(const std::string& sentence) override { said.push_back(sentence); }
  void verbose(const std::string& sentence) override { said.push_back(sentence); }

  bitcoin::Chain chain() override { return on_chain; }
  net::BitcoinNode& node() override {
    if (!node_rpc) throw unreachable("rpc.unreachable", "no node in this test");
    if (!node_) node_ = std::make_unique<net::BitcoinNode>(node_rpc);
    return *node_;
  }
  net::Layer2& layer2() override {
    if (!layer2_rpc) throw unreachable("rpc.unreachable", "no layer 2 in this test");
    if (!layer2_) layer2_ = std::make_unique<net::Layer2>(layer2_rpc);
    return *layer2_;
  }
  const std::filesystem::path& directory() override { return directory_; }
  store::Database& database() override {
    if (!database_) database_ = std::make_unique<store::Database>(directory_ / "pegkit.sqlite");
    return *database_;
  }
  crypto::SecretBytes key_material() override {
    if (key.empty()) throw usage_error("a secret key is needed");
    return crypto::SecretBytes::copy_of(as_bytes(key));
  }
  crypto::SecretBytes passphrase(const std::string&) override {
    if (passphrases.empty()) throw Error(Exit::usage, "passphrase.needed", "no passphrase in this test");
    auto secret = crypto::SecretBytes::copy_of(as_bytes(passphrases.front()));
    passphrases.erase(passphrases.begin());
    return secret;
  }
  std::int64_t now() override { return time; }
  bool confirm(const std::string& question) override {
    questions.push_back(question);
    return answer;
  }
  bool dry_run() override { return dry; }
  bool interrupted() override { return stop; }
  void sleep_ms(std::int64_t milliseconds) override {
    time += milliseconds / 1000;
    if (on_sleep) on_sleep();
  }

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

  void text(std::string& into, const char* name, const char*, const char*, app::Need need) override {
    if (auto value = take(name, need)) into = *value;
  }
  void texts(std::vector<std::string>& into, const char* name, const char*, const char*) override {
    while (auto value = take(name, app::Need::optional)) into.push_back(*value);
  }
  void integer(std::int64_t& into, const char* name, const char*, const char*, std::int64_t min,
               std::int64_t max, app::Need need) override {
    if (auto value = take(name, need)) into = number(name, *value, min, max);
  }
  void maybe_integer(std::optional<std::int64_t>& into, const char* name, const char*, const char*,
                     std::int64_t min, std::int64_t max) override {
    if (auto value = take(name, app::Need::optional)) into = number(name, *value, min, max);
  }
  void flag(bool& into, const char* name, const char*) override {
    if (take(name, app::Need::optional)) into = true;
  }
  void choice(std::string& into, const char* name, std::vector<std::string> choices, const char*,
              app::Need need) override {
    auto value = take(name, need);
    if (!value) return;
    if (std::ranges::find(choices, *value) == choices.end())
      throw usage_error(fmt::format("{}: '{}' is no choice", name, *value));
    into = *value;
  }
  void file(std::string& into, const char* name, const char*, app::Need need) override {
    text(into, name, "", "", need);
  }
  void files(std::vector<std::string>& into, const char* name, const char*) override {
    texts(into, name, "", "");
  }
  void argument(std::string& into, const char* meta, const char*, app::Need need) override {
    text(into, meta, "", "", need);
  }
  void chain() override {}
  void node() override {}
  void layer2() override {}
  void datadir() override {}
  void key() override {}
  void money() override {}

  /// Throws when a value was given that no option took.
  void done() const {
    if (!values_.empty()) throw usage_error(fmt::format("unknown option {}", values_.front().first));
  }

 private:
  std::optional<std::string> take(const std::string& name, app::Need need) {
    auto found = std::ranges::find(values_, name, &Values::value_type::first);
    if (found == values_.end()) {
      if (need == app::Need::required) throw usage_error(fmt::format("{} is required", name));
      return std::nullopt;
    }
    std::string value = found->second;
    values_.erase(found);
    return value;
  }
  static std::int64_t number(const char* name, const std::string& text, std::int64_t min, std::int64_t max) {
    std::int64_t value = std::stoll(text);
    if (value < min || value > max) throw usage_error(fmt::format("{}: {} is out of range", name, text));
    return value;
  }

  Values values_;
};

/// Runs one command as a process would, without the process.
template <class C>
Exit run(FakePorts& ports, FakeOptions::Values values = {}) {
  C command;
  FakeOptions options(std::move(values));
  command.options(options);
  options.done();
  return command.run(ports);
}

/// The code of the Error that `what` throws; empty when it throws none.
template <class F>
std::string error_code(F&& what) {
  try {
    what();
  } catch (const Error& e) {
    return e.code();
  }
  return {};
}
/// Its exit code; Exit::ok when it throws none.
template <class F>
Exit error_exit(F&& what) {
  try {
    what();
  } catch (const Error& e) {
    return e.exit();
  }
  return Exit::ok;
}

/// JSON-RPC answered by functions, by method; everything that was asked is kept.
class FakeRpc : public net::Rpc {
 public:
  std::map<std::string, std::function<Json(const Json& params)>> methods;
  std::vector<net::RpcCall> calls;

  Json call(const std::string& method, Json params) override {
    calls.push_back({method, params});
    auto found = methods.find(method);
    if (found == methods.end()) throw net::RpcError(-32601, "Method not found");
    return found->second(params);
  }
};

}  // namespace pegkit::test
