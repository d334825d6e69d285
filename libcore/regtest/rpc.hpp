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
  /// Where chain and mempool are kept (`chain.sqlite`); empty: in memory only. The folder must be there.
  std::filesystem::path directory;
  Clock clock = system_clock();
  RelayPolicy policy;
};

/// A regtest node that answers bitcoind's RPC calls with bitcoind's names, units and error codes, in-process.
/// Calls from several threads are answered one after the other.
class RegtestRpc : public net::Rpc {
 public:
  explicit RegtestRpc(RegtestSettings settings = {});
  ~RegtestRpc() override;

  /// Amounts are strings of their text ("0.00010000"), as net::Rpc says. Throws net::RpcError.
  Json call(const std::string& method, Json params = Json::array()) override;
  /// The same with amounts as exact numbers (app/regtest_json.hpp), for an answer over HTTP.
  Json call_exact(const std::string& method, const Json& params);

  /// True once `stop` was called.
  bool stopped() const { return stopped_; }
  /// Keeps the mempool for the next start; done by the destructor too.
  void save();

 private:
  std::mutex mutex_;
  std::unique_ptr<RegtestState> state_;
  std::atomic<bool> stopped_ = false;
};

}  // namespace pegkit::regtest
