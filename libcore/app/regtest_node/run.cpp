#include <cstdlib>
#include <fmt/core.h>
#include <thread>

#include "app/regtest_node/commands.hpp"
#include "base/amount.hpp"
#include "base/files.hpp"
#include "crypto/secret.hpp"
#include "net/http_server.hpp"
#include "regtest/http.hpp"
#include "regtest/rpc.hpp"

namespace pegkit::app::regtest_node {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t poll_milliseconds = 50;

constexpr std::size_t max_body = 32u << 20;  // bitcoind's MAX_SIZE

/// Writes the login of this run to a file and removes the file in the destructor.
class Cookie {
 public:
  explicit Cookie(fs::path path) : path_(std::move(path)) {
    ByteArray<32> random;
    crypto::random_bytes(random);
    login_ = "__cookie__:" + to_hex(random);
    write_file_atomic(path_, as_bytes(login_), 0600);
  }
  ~Cookie() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  Cookie(const Cookie&) = delete;
  Cookie& operator=(const Cookie&) = delete;
  const std::string& login() const { return login_; }

 private:
  fs::path path_;
  std::string login_;
};

std::string first_line(const Bytes& data) {
  std::string text(as_text(data));
  return text.substr(0, text.find_first_of("\r\n"));
}

fs::path default_datadir() {
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') throw usage_error("HOME is not set").hint("--datadir DIR");
  return fs::path(home) / ".pegkit" / "regtest-node";
}

/// `regtest-node run`: serves a regtest chain through bitcoind's JSON-RPC on 127.0.0.1 until RPC `stop`,
/// SIGINT or SIGTERM.
///
/// Keeps chain and mempool in <datadir>/regtest/chain.sqlite and writes the login of this run to
/// <datadir>/regtest/.cookie (mode 0600, removed at the end), as bitcoind does. Prints one line when it is
/// ready: {"type":"pegkit/regtest-node","version":1,"url":…,"cookie_file":…}.
class RunRegtestNode : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string datadir_, rpc_user_, rpc_password_file_;
  std::int64_t port_ = 18443;
  std::int64_t min_relay_fee_ = 100;
  bool memory_ = false;
};

}  // namespace

void RunRegtestNode::options(Options& options) {
  options.text(datadir_, "--datadir", "DIR",
               "directory for chain and cookie (default: ~/.pegkit/regtest-node)");
  options.integer(port_, "--rpcport", "PORT",
                  "port to listen on at 127.0.0.1; 0 for any free one (default: 18443)", 0, 65535);
  options.flag(memory_, "--memory", "keep the chain in memory only");
  options.integer(min_relay_fee_, "--min-relay-fee", "SAT/KVB",
                  "lowest fee rate to relay, also for a replacement's added fee (default: 100)", 0,
                  100'000'000);
  options.text(rpc_user_, "--rpc-user", "NAME", "also accept this user, beside the cookie");
  options.file(rpc_password_file_, "--rpc-password-file", "file with that user's password");
}

Exit RunRegtestNode::run(Ports& ports) {
  if (rpc_user_.empty() != rpc_password_file_.empty())
    throw usage_error("--rpc-user and --rpc-password-file go together");
  fs::path directory = (datadir_.empty() ? default_datadir() : fs::absolute(datadir_)) / "regtest";
  make_private_directory(directory);
  FileLock lock(directory / ".lock");

  regtest::RegtestSettings settings;
  if (!memory_) settings.directory = directory;
  settings.policy.min_relay = settings.policy.incremental = FeeRate::per_kvb(min_relay_fee_);
  settings.clock = [&ports] { return ports.now(); };
  regtest::RegtestRpc rpc(std::move(settings));

  fs::path cookie_file = directory / ".cookie";
  Cookie cookie(cookie_file);
  std::vector<std::string> logins{cookie.login()};
  if (!rpc_user_.empty())
    logins.push_back(rpc_user_ + ":" + first_line(read_secret_file(rpc_password_file_)));
  regtest::RegtestHttp front(rpc, std::move(logins));
  net::HttpServer server(
      static_cast<std::uint16_t>(port_),
      [&](const net::HttpRequest& request) { return front.answer(request); }, max_body);
  std::thread serving([&] { server.run(); });

  Json ready = new_document("regtest-node");
  ready["url"] = fmt::format("http://127.0.0.1:{}", server.port());
  ready["cookie_file"] = cookie_file.string();
  try {
    ports.print_line(ready);
    while (!ports.interrupted() && !rpc.stopped()) ports.sleep_ms(poll_milliseconds);
  } catch (...) {
    server.stop();
    serving.join();
    throw;
  }
  server.stop();
  serving.join();
  rpc.save();
  ports.verbose("stopped");
  return Exit::ok;
}

std::unique_ptr<Command> run_command() {
  return std::make_unique<RunRegtestNode>();
}

}  // namespace pegkit::app::regtest_node
