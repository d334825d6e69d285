#include <array>
#include <cstdio>
#include <doctest/doctest.h>
#include <filesystem>
#include <stdlib.h>
#include <unistd.h>

#include "bridge/custody.hpp"
#include "support/bridge_fixture.hpp"
#include "support/needs.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::bridge::test;

namespace {

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (!pipe) return out;
  std::array<char, 4096> buffer;
  while (std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), n);
  pclose(pipe);
  return out;
}

/// bitcoind on regtest without network, on a port of its own, stopped when done.
class Bitcoind {
 public:
  Bitcoind() {
    char folder[] = "/tmp/pegkit-descriptor-XXXXXX";
    folder_ = mkdtemp(folder);
    options_ = " -regtest -datadir=" + folder_ + " -rpcport=" + std::to_string(20'000 + getpid() % 20'000);
    std::string command =
        "bitcoind" + options_ +
        " -daemonwait -listen=0 -connect=0 -dnsseed=0 -rpcbind=127.0.0.1 -rpcallowip=127.0.0.1"
        " >/dev/null 2>&1";
    running_ = std::system(command.c_str()) == 0;
  }
  ~Bitcoind() {
    if (running_) {
      cli("stop");
      // The pid file goes when the process does.
      for (int i = 0; i < 200 && std::filesystem::exists(folder_ + "/regtest/bitcoind.pid"); ++i)
        usleep(50'000);
    }
    std::filesystem::remove_all(folder_);
  }
  bool running() const { return running_; }
  std::string cli(const std::string& arguments) const {
    return output_of("bitcoin-cli" + options_ + " " + arguments);
  }

 private:
  std::string folder_, options_;
  bool running_ = false;
};

}  // namespace

TEST_CASE("bitcoind: descriptors give the addresses of our trees" * pegkit::test::needs_bitcoind) {
  if (output_of("bitcoind -version").find("v30.99") == std::string::npos &&
      output_of("bitcoind -version").find("version v3") == std::string::npos) {
    pegkit::test::skipped("no bitcoind of version 30 or newer (musig in descriptors) on PATH");
    return;
  }
  Bitcoind node;
  REQUIRE(node.running());
  auto keys = public_keys(1, 5);
  std::swap(keys[0], keys[3]);
  std::vector<crypto::PublicKey> three(keys.begin(), keys.begin() + 3);
  std::vector<std::optional<Recovery>> recoveries = {std::nullopt, recovery(), recovery(1, 1, 10)};
  for (const auto& extra : recoveries) {
    std::vector<Custody> all = {Custody::make(Policy::musig, 3, three, false, extra),
                                Custody::make(Policy::subsets, 2, three, false, extra),
                                Custody::make(Policy::subsets, 3, keys, false, extra),
                                Custody::make(Policy::checksigadd, 3, keys, false, extra),
                                Custody::make(Policy::checksigadd, 2, three, true, extra)};
    for (const Custody& custody : all) {
      auto descriptor = custody.descriptor();
      REQUIRE(descriptor);
      CAPTURE(*descriptor);
      CHECK(node.cli("deriveaddresses '" + *descriptor + "'")
                .find("\"" + custody.address(bitcoin::Chain::regtest) + "\"") != std::string::npos);
    }
  }
}
