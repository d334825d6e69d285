#pragma once

#include <string>

#include "net/http_rpc.hpp"

namespace pegkit::net {

/// The HTTP part of HttpRpc: one libcurl handle, login, limits and retries. It knows nothing of JSON.
class HttpRpc::Connection {
 public:
  explicit Connection(const HttpSettings& settings);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  struct Response {
    long status = 0;
    std::string body;
  };
  /// Posts `body`, logging in and trying again as HttpRpc describes. The caller judges the status of the
  /// response, which is never 401, 403, 429 or 503.
  Response post(const std::string& body, std::chrono::milliseconds timeout);

 private:
  struct Attempt;
  void log_in();
  Attempt attempt(const std::string& body, std::chrono::milliseconds timeout);

  const HttpSettings& settings_;
  void* curl_;
  void* headers_ = nullptr;
  bool logged_in_ = false;
};

}  // namespace pegkit::net
