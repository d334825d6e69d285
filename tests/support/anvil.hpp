#pragma once

#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <signal.h>
#include <span>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/files.hpp"
#include "base/json.hpp"
#include "evm/address.hpp"
#include "evm/word.hpp"
#include "support/paths.hpp"

namespace pegkit::bridge::test {

/// Where `make deps` put anvil and solc; $PEGKIT_L2 overrides. nullopt when they are not there.
inline std::optional<std::filesystem::path> layer2_tools() {
  const char* set = std::getenv("PEGKIT_L2");
  std::filesystem::path folder = set ? set : pegkit::test::source_folder() / "build" / "deps" / "l2";
  if (!std::filesystem::exists(folder / "node_modules" / "solc")) return std::nullopt;
  return folder;
}

inline std::optional<std::filesystem::path> anvil_binary(const std::filesystem::path& tools) {
  std::filesystem::path scope = tools / "node_modules" / "@foundry-rs";
  if (!std::filesystem::exists(scope)) return std::nullopt;
  for (const auto& entry : std::filesystem::directory_iterator(scope))
    if (std::filesystem::exists(entry.path() / "bin" / "anvil")) return entry.path() / "bin" / "anvil";
  return std::nullopt;
}

/// An anvil of its own on a free loopback port, stopped when destroyed.
class Anvil {
 public:
  explicit Anvil(const std::filesystem::path& binary) {
    char folder[] = "/tmp/pegkit-anvil-XXXXXX";
    folder_ = mkdtemp(folder);
    int out[2];
    if (pipe(out) != 0) throw std::runtime_error("pipe");
    pid_ = fork();
    if (pid_ == 0) {
      dup2(out[1], 1);
      close(out[0]);
      execl(binary.c_str(), "anvil", "--port", "0", "--host", "127.0.0.1", nullptr);
      _exit(127);
    }
    close(out[1]);
    FILE* lines = fdopen(out[0], "r");
    std::array<char, 512> line;
    while (fgets(line.data(), line.size(), lines)) {
      std::string text = line.data();
      if (auto at = text.find("Listening on "); at != text.npos) {
        url_ = "http://" + text.substr(at + 13);
        while (!url_.empty() && url_.back() <= ' ') url_.pop_back();
        break;
      }
    }
    if (url_.empty()) throw std::runtime_error("anvil did not start");
    from_ = rpc("eth_accounts", Json::array())["result"][0];
    // A closed pipe would kill it, and a full one would stop it.
    drain_ = std::thread([lines] {
      std::array<char, 4096> unread;
      while (fread(unread.data(), 1, unread.size(), lines) > 0) {
      }
      fclose(lines);
    });
  }
  ~Anvil() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    drain_.join();
    std::filesystem::remove_all(folder_);
  }
  Anvil(const Anvil&) = delete;

  /// The whole answer, with `result` or `error`.
  Json rpc(const std::string& method, Json params) {
    return post({{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}});
  }
  /// Some hundred requests at a time: the answers in the order of the parameters.
  std::vector<Json> rpc_batch(const std::string& method, std::span<const Json> params) {
    constexpr std::size_t most = 200;
    std::vector<Json> out(params.size());
    for (std::size_t first = 0; first < params.size(); first += most) {
      Json requests = Json::array();
      for (std::size_t i = first; i < std::min(params.size(), first + most); ++i)
        requests.push_back({{"jsonrpc", "2.0"}, {"id", i}, {"method", method}, {"params", params[i]}});
      for (const Json& answer : post(requests)) out.at(answer.at("id").get<std::size_t>()) = answer;
    }
    return out;
  }

  /// Return data of a call.
  Bytes call(const std::string& to, const Bytes& data) {
    Json answer = rpc("eth_call", {{{"to", to}, {"data", "0x" + to_hex(data)}}, "latest"});
    if (!answer.contains("result")) throw std::runtime_error(answer.dump());
    return from_hex(answer["result"].get<std::string>().substr(2));
  }
  struct Sent {
    std::string error;  ///< empty when it succeeded
    Json receipt;
  };
  /// Sends from a funded account and waits for the receipt; `to` empty deploys.
  Sent send(const std::string& to, const Bytes& data, const std::string& value = "0x0") {
    Json tx{{"from", from_}, {"data", "0x" + to_hex(data)}, {"value", value}};
    if (!to.empty()) tx["to"] = to;
    // anvil mines what reverts; only the estimate says why.
    if (Json estimate = rpc("eth_estimateGas", {tx}); estimate.contains("error"))
      return {estimate["error"]["message"], {}};
    Json answer = rpc("eth_sendTransaction", {tx});
    if (answer.contains("error")) return {answer["error"]["message"], {}};
    // anvil answers before it has mined.
    Json receipt;
    for (int tries = 0; receipt.is_null() && tries < 100; ++tries) {
      if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(50));
      receipt = rpc("eth_getTransactionReceipt", {answer["result"]})["result"];
    }
    if (receipt.is_null()) return {"no receipt", {}};
    return {receipt["status"] == "0x1" ? "" : "failed", receipt};
  }
  const std::string& account() const { return from_; }

 private:
  Json post(const Json& request) {
    std::filesystem::path body = folder_ / "body";
    write_file_atomic(body, as_bytes(request.dump()));
    std::string command =
        "curl -s -m 60 -H 'content-type: application/json' --data @" + body.string() + " " + url_;
    FILE* pipe = popen(command.c_str(), "r");
    std::string text;
    std::array<char, 4096> buffer;
    while (std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) text.append(buffer.data(), n);
    pclose(pipe);
    return parse_json(text, {.floats = true});
  }

  std::filesystem::path folder_;
  pid_t pid_;
  std::thread drain_;
  std::string url_, from_;
};

}  // namespace pegkit::bridge::test
