#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "crypto/secret.hpp"
#include "net/rpc.hpp"

namespace pegkit::net {

/// Where an endpoint is, how to log in to it, and how long to wait for it.
struct HttpSettings {
  /// http:// or https://, a path is allowed ("http://127.0.0.1:8332/wallet/watch"), a user or password in it
  /// is not.
  std::string url;
  /// bitcoind's .cookie, read at the first call and again once when the node answers 401. Goes before `user`.
  std::string cookie_file;
  std::string user;
  std::function<crypto::SecretBytes()> password;  ///< of `user`; asked for at the first call

  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{30'000};          ///< of one request, connecting included
  std::chrono::milliseconds scan_timeout{1'800'000};  ///< of scantxoutset, which reads the whole UTXO set
  int attempts = 4;                                   ///< for what may be tried again, see HttpRpc
  std::chrono::milliseconds backoff{200};             ///< before the second attempt; doubles each time
  std::size_t max_response = 64u << 20;               ///< bytes of one response
  /// Asked about once a second during a request, and before each attempt: true ends it with Error
  /// `interrupted` (exit 130).
  std::function<bool()> interrupted;
};

/// JSON-RPC 2.0 over HTTP, by libcurl. No redirects, no proxies, no protocol but HTTP and HTTPS. Not for use
/// by two threads at a time.
///
/// A request is tried again only when the other side cannot have acted on it: no connection was made, or the
/// answer is HTTP 503 (bitcoind's full work queue) or 429. So nothing is ever sent twice by this class after
/// it was taken; callers may repeat sendrawtransaction and eth_sendRawTransaction, which are idempotent.
///
/// Throws Error `rpc.url` (exit 2) when made, and at calls what net/rpc.hpp says: `rpc.unreachable` (no
/// connection, or closed early), `rpc.timeout`, `rpc.auth` (401, 403, cookie not readable), `rpc.size`,
/// `rpc.garbage` (not JSON-RPC, another id, both result and error), all exit 6.
class HttpRpc : public Rpc {
 public:
  explicit HttpRpc(HttpSettings settings);
  ~HttpRpc() override;

  Json call(const std::string& method, Json params = Json::array()) override;
  /// At most 100 calls in one HTTP request; responses may come in any order.
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
