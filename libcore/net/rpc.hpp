#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace pegkit::net {

struct RpcCall {
  std::string method;
  Json params = Json::array();
};

/// An error that the endpoint answered. Code, message and data are the endpoint's (bitcoind's RPC_ codes; an
/// EVM node's return data of a revert, else null). It is `rpc.error` (exit 6) unless a caller catches it and
/// says more.
class RpcError : public Error {
 public:
  RpcError(int code, std::string message, Json data = nullptr)
      : Error(Exit::unreachable, "rpc.error", std::move(message)), rpc_code_(code), data_(std::move(data)) {}
  int rpc_code() const { return rpc_code_; }
  const Json& data() const { return data_; }

 private:
  int rpc_code_;
  Json data_;
};

/// A JSON-RPC endpoint, over HTTP (net/http_rpc.hpp) or in the same process (embedded chain, tests).
class Rpc {
 public:
  virtual ~Rpc() = default;
  /// Calls a method and gives its `result`. Throws RpcError for an error that the endpoint answered, else
  /// Error `rpc.unreachable`, `rpc.timeout`, `rpc.garbage`, `rpc.auth` or `rpc.size` (exit 6). A float in the
  /// result is a JSON string of its text.
  virtual Json call(const std::string& method, Json params = Json::array()) = 0;
  /// Makes several calls in one or a few HTTP requests and gives the results in the order of the calls.
  /// Throws the first RpcError.
  virtual std::vector<Json> batch(const std::vector<RpcCall>& calls);
};

}  // namespace pegkit::net
