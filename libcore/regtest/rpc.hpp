#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>

#include "base/files.hpp"
#include "net/rpc.hpp"
#include "regtest/accept.hpp"

namespace pegkit::regtest {

struct RegtestState;

struct RegtestSettings {
  /// The folder, which must exist, of the file `chain.sqlite` that keeps chain and mempool. When empty, they
  /// are kept in memory only.
  std::filesystem::path directory;
  Clock clock = system_clock();
  RelayPolicy policy;
};

/// A regtest node in this process that answers bitcoind's RPC calls with bitcoind's names, units and error
/// codes. It answers calls from several threads one after the other.
class RegtestRpc : public net::Rpc {
 public:
  explicit RegtestRpc(RegtestSettings settings = {});
  ~RegtestRpc() override;

  /// Answers a call. Amounts are strings of their text ("0.00010000"), as net::Rpc says.
  /// Throws net::RpcError.
  Json call(const std::string& method, Json params = Json::array()) override;
  /// Answers a call with amounts as exact numbers (regtest/json.hpp), for an answer over HTTP.
  Json call_exact(const std::string& method, const Json& params);

  /// True once the RPC method `stop` was called.
  bool stopped() const { return stopped_; }
  /// Writes the mempool to the store for the next start. The destructor does so too.
  void save();

 private:
  std::mutex mutex_;
  std::unique_ptr<RegtestState> state_;
  std::atomic<bool> stopped_ = false;
};

}  // namespace pegkit::regtest
