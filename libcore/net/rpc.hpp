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

/// An error that the other side answered: `code` and `message` are its own (bitcoind's RPC_ codes). Exit 6
/// unless a caller that knows better catches it.
class RpcError : public Error {
 public:
  RpcError(int code, std::string message)
      : Error(Exit::unreachable, "rpc.error", std::move(message)), rpc_code_(code) {}
  int rpc_code() const { return rpc_code_; }

 private:
  int rpc_code_;
};

/// A JSON-RPC endpoint: over HTTP (net/http_rpc.hpp), or in-process for the embedded chain and for tests.
class Rpc {
 public:
  virtual ~Rpc() = default;
  /// The `result`. Throws RpcError for an answered error, Error `rpc.unreachable`, `rpc.timeout`,
  /// `rpc.garbage`, `rpc.auth`, `rpc.size` (exit 6). Floats in results are JSON strings of their text.
  virtual Json call(const std::string& method, Json params = Json::array()) = 0;
  /// Results in the order of the calls, in one or a few HTTP requests. The first RpcError is thrown.
  virtual std::vector<Json> batch(const std::vector<RpcCall>& calls);
};

}  // namespace pegkit::net
