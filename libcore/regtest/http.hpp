#pragma once

#include <string>

#include "net/http_server.hpp"
#include "regtest/rpc.hpp"

namespace pegkit::regtest {

/// bitcoind's JSON-RPC over HTTP in front of a RegtestRpc: basic authentication (HTTP 401), single and
/// batched requests, JSON-RPC 1.x (errors as HTTP 404, 400 and 500) and 2.0 (errors as HTTP 200,
/// notifications as 204).
class RegtestHttp {
 public:
  /// Each of `logins` is "user:password"; a request needs one of them.
  RegtestHttp(RegtestRpc& rpc, std::vector<std::string> logins) : rpc_(rpc), logins_(std::move(logins)) {}
  net::HttpResponse answer(const net::HttpRequest& request);

 private:
  bool authorized(const std::string& header) const;
  net::HttpResponse answer_body(const std::string& body);

  RegtestRpc& rpc_;
  std::vector<std::string> logins_;
};

}  // namespace pegkit::regtest
