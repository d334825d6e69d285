#pragma once

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fmt/core.h>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "net/http_rpc.hpp"

namespace pegkit::test {

/// A bitcoind of its own in a temporary folder, on regtest, stopped at the end. Throws when it does not
/// start.
class Bitcoind {
 public:
  Bitcoind() {
    char name[] = "/tmp/pegkit-bitcoind-XXXXXX";
    folder_ = mkdtemp(name);
    int port = 20000 + getpid() % 20000;
    std::string datadir = "-datadir=" + folder_.string(), rpc_port = fmt::format("-rpcport={}", port);
    pid_ = fork();
    if (pid_ == 0) {
      if (!std::freopen("/dev/null", "w", stdout) || !std::freopen("/dev/null", "w", stderr)) _exit(126);
      execlp("bitcoind", "bitcoind", "-regtest", "-listen=0", "-server", datadir.c_str(), rpc_port.c_str(),
             "-permitbaremultisig=1", nullptr);
      _exit(127);
    }
    net::HttpSettings settings{.url = fmt::format("http://127.0.0.1:{}", port),
                               .cookie_file = (folder_ / "regtest" / ".cookie").string()};
    for (int i = 0; i < 600; ++i) {
      try {
        rpc_ = std::make_shared<net::HttpRpc>(settings);
        rpc_->call("getblockcount");
        return;
      } catch (const Error&) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
      }
    }
    stop();
    throw Error(Exit::bug, "test.bitcoind", "bitcoind did not start");
  }
  ~Bitcoind() { stop(); }
  Bitcoind(const Bitcoind&) = delete;
  Bitcoind& operator=(const Bitcoind&) = delete;
  net::Rpc& rpc() { return *rpc_; }

 private:
  void stop() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::filesystem::path folder_;
  pid_t pid_ = -1;
  std::shared_ptr<net::HttpRpc> rpc_;
};

}  // namespace pegkit::test
