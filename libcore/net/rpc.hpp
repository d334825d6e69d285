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

/// An error that the other side answered: `code`, `message` and `data` are its own (bitcoind's RPC_ codes; an
/// EVM node's return data of a revert, else null). Exit 6 unless a caller that knows better catches it.
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
