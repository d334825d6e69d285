#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "crypto/secret.hpp"
#include "net/rpc.hpp"

namespace pegkit::net {

/// The address of an endpoint, its login, and how long to wait for it.
struct HttpSettings {
  /// http:// or https://. It may have a path ("http://127.0.0.1:8332/wallet/watch") but no user or password.
  std::string url;
  /// bitcoind's .cookie. It is read at the first call, and once more when the node answers 401. It takes
  /// precedence over `user`.
  std::string cookie_file;
  std::string user;
  std::function<crypto::SecretBytes()> password;  ///< gives the password of `user`; called at the first call

  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};          ///< for one request, connecting included
  std::chrono::milliseconds scan_timeout{1'800'000};  ///< for scantxoutset, which reads the whole UTXO set
  int attempts = 4;                                   ///< for a request that may be tried again, see HttpRpc
  std::chrono::milliseconds backoff{200};             ///< before the second attempt; doubles each time
  std::size_t max_response = 64u << 20;               ///< bytes of one response
  /// Called before each attempt and about once a second during a request; true ends it with Error
  /// `interrupted` (exit 130).
  std::function<bool()> interrupted;
};

/// JSON-RPC 2.0 over HTTP and HTTPS by libcurl, without redirects or proxies. One thread at a time may use
/// an object.
///
/// It tries a request again only when the other side cannot have acted on it: no connection was made, or the
/// answer is HTTP 503 (bitcoind's work queue is full) or 429. A request that was accepted is therefore never
/// sent twice. Callers may repeat sendrawtransaction and eth_sendRawTransaction, which are idempotent.
///
/// The constructor throws Error `rpc.url` (exit 2). Calls throw as net/rpc.hpp says (exit 6):
/// `rpc.unreachable` (no connection, or closed early), `rpc.timeout`, `rpc.auth` (401, 403, cookie not
/// readable), `rpc.size`, `rpc.garbage` (not JSON-RPC, another id, both result and error).
class HttpRpc : public Rpc {
 public:
  explicit HttpRpc(HttpSettings settings);
  ~HttpRpc() override;

  Json call(const std::string& method, Json params = Json::array()) override;
  /// Sends at most 100 calls in one HTTP request. The responses may come in any order.
  std::vector<Json> batch(const std::vector<RpcCall>& calls) override;

 private:
  class Connection;
  Json request(std::uint64_t id, const RpcCall& call) const;
  void batch_chunk(const RpcCall* calls, std::size_t count, std::vector<Json>& results);

  HttpSettings settings_;
  std::unique_ptr<Connection> connection_;
  std::uint64_t next_id_ = 1;
};

}  // namespace pegkit::net
