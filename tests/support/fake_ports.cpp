#include "support/fake_ports.hpp"

namespace pegkit::test {

TempDirectory::TempDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "pegkit-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw Error(Exit::bug, "test.directory", "no temporary directory");
  path_ = name;
}

TempDirectory::~TempDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool FakePorts::said_something_with(const std::string& part) const {
  for (const std::string& sentence : said)
    if (sentence.find(part) != std::string::npos) return true;
  return false;
}

std::string FakePorts::read(const std::string& path) {
  if (path == "-") return std::exchange(input, {});
  if (auto found = files.find(path); found != files.end()) return found->second;
  Bytes data = read_file(path);
  return {data.begin(), data.end()};
}

std::optional<std::string> FakePorts::read_line() {
  if (line) return line();
  if (input.empty()) return std::nullopt;
  std::size_t end = input.find('\n');
  std::string found = input.substr(0, end);
  input.erase(0, end == std::string::npos ? end : end + 1);
  return found;
}

void FakePorts::print(const Json& document) {
  printed.push_back(document);
  if (out) out(document);
}

net::BitcoinNode& FakePorts::node() {
  if (!node_rpc) throw unreachable("rpc.unreachable", "no node in this test");
  if (!node_) node_ = std::make_unique<net::BitcoinNode>(node_rpc);
  return *node_;
}

net::Layer2& FakePorts::layer2() {
  if (!layer2_rpc) throw unreachable("rpc.unreachable", "no layer 2 in this test");
  if (!layer2_) layer2_ = std::make_unique<net::Layer2>(layer2_rpc);
  return *layer2_;
}

store::Database& FakePorts::database() {
  if (!database_) database_ = std::make_unique<store::Database>(directory_ / "pegkit.sqlite");
  return *database_;
}

crypto::SecretBytes FakePorts::key_material() {
  if (key.empty()) throw usage_error("a secret key is needed");
  return crypto::SecretBytes::copy_of(as_bytes(key));
}

crypto::SecretBytes FakePorts::passphrase(const std::string&) {
  if (passphrases.empty()) throw Error(Exit::usage, "passphrase.needed", "no passphrase in this test");
  auto secret = crypto::SecretBytes::copy_of(as_bytes(passphrases.front()));
  passphrases.erase(passphrases.begin());
  return secret;
}

bool FakePorts::confirm(const std::string& question) {
  questions.push_back(question);
  return answer;
}

void FakePorts::sleep_ms(std::int64_t milliseconds) {
  time += milliseconds / 1000;
  if (on_sleep) on_sleep();
}

void FakeOptions::text(std::string& into, const char* name, const char*, const char*, app::Need need) {
  if (auto value = take(name, need)) into = *value;
}

void FakeOptions::texts(std::vector<std::string>& into, const char* name, const char*, const char*) {
  while (auto value = take(name, app::Need::optional)) into.push_back(*value);
}

void FakeOptions::integer(std::int64_t& into, const char* name, const char*, const char*, std::int64_t min,
                          std::int64_t max, app::Need need) {
  if (auto value = take(name, need)) into = number(name, *value, min, max);
}

void FakeOptions::maybe_integer(std::optional<std::int64_t>& into, const char* name, const char*, const char*,
                                std::int64_t min, std::int64_t max) {
  if (auto value = take(name, app::Need::optional)) into = number(name, *value, min, max);
}

void FakeOptions::flag(bool& into, const char* name, const char*) {
  if (take(name, app::Need::optional)) into = true;
}

void FakeOptions::choice(std::string& into, const char* name, std::vector<std::string> choices, const char*,
                         app::Need need) {
  auto value = take(name, need);
  if (!value) return;
  if (std::ranges::find(choices, *value) == choices.end())
    throw usage_error(fmt::format("{}: '{}' is no choice", name, *value));
  into = *value;
}

void FakeOptions::file(std::string& into, const char* name, const char*, app::Need need) {
  text(into, name, "", "", need);
}

void FakeOptions::files(std::vector<std::string>& into, const char* name, const char*) {
  texts(into, name, "", "");
}

void FakeOptions::argument(std::string& into, const char* meta, const char*, app::Need need) {
  text(into, meta, "", "", need);
}

void FakeOptions::done() const {
  if (!values_.empty()) throw usage_error(fmt::format("unknown option {}", values_.front().first));
}

std::optional<std::string> FakeOptions::take(const std::string& name, app::Need need) {
  auto found = std::ranges::find(values_, name, &Values::value_type::first);
  if (found == values_.end()) {
    if (need == app::Need::required) throw usage_error(fmt::format("{} is required", name));
    return std::nullopt;
  }
  std::string value = found->second;
  values_.erase(found);
  return value;
}

std::int64_t FakeOptions::number(const char* name, const std::string& text, std::int64_t min,
                                 std::int64_t max) {
  std::int64_t value = std::stoll(text);
  if (value < min || value > max) throw usage_error(fmt::format("{}: {} is out of range", name, text));
  return value;
}

Json FakeRpc::call(const std::string& method, Json params) {
  calls.push_back({method, params});
  auto found = methods.find(method);
  if (found == methods.end()) throw net::RpcError(-32601, "Method not found");
  return found->second(params);
}

}  // namespace pegkit::test
