#include "cli/ports.hpp"

#include <cstdlib>
#include <fmt/core.h>
#include <poll.h>

#include "cli/terminal.hpp"
#include "store/database.hpp"

namespace pegkit::cli {
namespace {

namespace fs = std::filesystem;

struct NodeDefaults {
  bitcoin::Chain chain;
  int port;
  const char* folder;  ///< folder of the cookie below bitcoind's datadir
};
constexpr NodeDefaults node_defaults[] = {{bitcoin::Chain::main, 8332, ""},
                                          {bitcoin::Chain::test, 18332, "testnet3"},
                                          {bitcoin::Chain::testnet4, 48332, "testnet4"},
                                          {bitcoin::Chain::signet, 38332, "signet"},
                                          {bitcoin::Chain::regtest, 18443, "regtest"}};

fs::path home() {
  const char* value = std::getenv("HOME");
  if (value == nullptr || *value == '\0') throw usage_error("HOME is not set").hint("--datadir DIR");
  return value;
}

/// The file of this name among systemd's credentials ($CREDENTIALS_DIRECTORY); nullopt when there is none.
std::optional<fs::path> credential(const char* name) {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0') return std::nullopt;
  fs::path path = fs::path(folder) / name;
  if (!fs::exists(path)) return std::nullopt;
  return path;
}

crypto::SecretBytes into_secret(Bytes data) {
  auto secret = crypto::SecretBytes::copy_of(data);
  crypto::wipe(data);
  return secret;
}

crypto::SecretBytes without_newline(crypto::SecretBytes secret) {
  std::size_t length = secret.size();
  while (length > 0 && (secret.view()[length - 1] == '\n' || secret.view()[length - 1] == '\r')) --length;
  return crypto::SecretBytes::copy_of(secret.view().first(length));
}

}  // namespace

ProcessPorts::ProcessPorts(const SharedOptions& options, const RpcFactory& factory)
    : options_(options), factory_(factory) {}
ProcessPorts::~ProcessPorts() = default;

std::string ProcessPorts::read(const std::string& path) {
  if (path == "-") return read_stdin();
  Bytes data = read_file(path);
  return {data.begin(), data.end()};
}

std::optional<std::string> ProcessPorts::read_line() {
  return read_stdin_line();
}
void ProcessPorts::print(const Json& document) {
  write_stdout(rendered(document));
}
void ProcessPorts::print_line(const Json& line) {
  write_stdout(line.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

void ProcessPorts::say(const std::string& sentence) {
  if (!options_.quiet) write_stderr(one_line(sentence) + "\n");
}

void ProcessPorts::verbose(const std::string& sentence) {
  if (options_.verbose && !options_.quiet) write_stderr(one_line(sentence) + "\n");
}

bitcoin::Chain ProcessPorts::chain() {
  if (options_.chain.empty())
    throw usage_error("--chain is required").hint("--chain main, test, testnet4, signet or regtest");
  return bitcoin::parse_chain(options_.chain);
}

net::BitcoinNode& ProcessPorts::node() {
  if (node_) return *node_;
  if (!factory_) throw Error(Exit::bug, "bug.network", "this program was built without network access");
  RpcSettings settings{.url = options_.rpc_url,
                       .cookie_file = options_.rpc_cookie_file,
                       .user = options_.rpc_user,
                       .password_file = options_.rpc_password_file,
                       .timeout_seconds = static_cast<int>(options_.rpc_timeout)};
  if (settings.user.empty() != settings.password_file.empty())
    throw usage_error("--rpc-user and --rpc-password-file go together");
  for (const NodeDefaults& defaults : node_defaults) {
    if (defaults.chain != chain()) continue;
    if (settings.url.empty()) settings.url = fmt::format("http://127.0.0.1:{}", defaults.port);
    if (settings.cookie_file.empty() && settings.user.empty())
      settings.cookie_file = (home() / ".bitcoin" / defaults.folder / ".cookie").lexically_normal().string();
  }
  auto node = std::make_unique<net::BitcoinNode>(factory_(settings));
  node->require_chain(chain());
  node_ = std::move(node);
  return *node_;
}

net::Layer2& ProcessPorts::layer2() {
  if (layer2_) return *layer2_;
  if (!factory_) throw Error(Exit::bug, "bug.network", "this program was built without network access");
  std::string url = options_.l2_url.empty() ? "http://127.0.0.1:8545" : options_.l2_url;
  layer2_ = std::make_unique<net::Layer2>(
      factory_({.url = url, .timeout_seconds = static_cast<int>(options_.rpc_timeout)}));
  return *layer2_;
}

const fs::path& ProcessPorts::directory() {
  if (lock_) return directory_;
  fs::path base = options_.datadir.empty() ? home() / ".pegkit" : fs::path(options_.datadir);
  directory_ = base / bitcoin::chain_name(chain());
  make_private_directory(directory_);
  lock_ = std::make_unique<FileLock>(directory_ / "lock");
  return directory_;
}

store::Database& ProcessPorts::database() {
  if (!database_) database_ = std::make_unique<store::Database>(directory() / "pegkit.sqlite");
  return *database_;
}

crypto::SecretBytes ProcessPorts::key_material() {
  crypto::forbid_core_files();
  if (!options_.key_file.empty() && options_.key_fd)
    throw usage_error("--key-file and --key-fd exclude each other");
  if (options_.key_fd) return into_secret(read_descriptor(static_cast<int>(*options_.key_fd), 1u << 20));
  if (!options_.key_file.empty()) return into_secret(read_secret_file(options_.key_file));
  if (auto path = credential("pegkit-key")) return into_secret(read_secret_file(*path));
  throw usage_error("a secret key is needed")
      .hint("--key-file FILE, --key-fd N, or the systemd credential pegkit-key");
}

crypto::SecretBytes ProcessPorts::passphrase(const std::string& prompt) {
  crypto::forbid_core_files();
  if (!options_.passphrase_file.empty())
    return without_newline(into_secret(read_secret_file(options_.passphrase_file)));
  if (auto path = credential("pegkit-passphrase"))
    return without_newline(into_secret(read_secret_file(*path)));
  return ask_secret(prompt);
}

std::int64_t ProcessPorts::now() {
  return system_clock()();
}

bool ProcessPorts::confirm(const std::string& question) {
  if (options_.yes) return true;
  auto answer = ask_yes_no(question);
  if (!answer)
    throw Error(Exit::usage, "confirm.needed", "this moves money and there is no terminal to ask on")
        .hint("--yes");
  return *answer;
}

bool ProcessPorts::interrupted() {
  return cli::interrupted();
}

void ProcessPorts::sleep_ms(std::int64_t milliseconds) {
  while (milliseconds > 0 && !cli::interrupted()) {
    std::int64_t slice = std::min<std::int64_t>(milliseconds, 200);
    ::poll(nullptr, 0, static_cast<int>(slice));
    milliseconds -= slice;
  }
}

}  // namespace pegkit::cli
