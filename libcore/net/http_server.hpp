#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace pegkit::net {

struct HttpRequest {
  std::string method;         ///< "POST"
  std::string path;           ///< "/" or "/wallet/…", without the query
  std::string authorization;  ///< the header's value, empty when there is none
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
};

/// A small HTTP/1.1 server that listens only on 127.0.0.1 (cpp-httplib).
///
/// Several threads call the handler at a time. An exception that it throws becomes HTTP 500 without a text. A
/// request whose body exceeds `max_body` bytes gets HTTP 413 and does not reach the handler.
class HttpServer {
 public:
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  /// Port 0 lets the system choose. Throws Error `http.port` (exit 2) when the port is taken.
  HttpServer(std::uint16_t port, Handler handler, std::size_t max_body = 64u << 20);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// Serves until stop(). Call it once.
  void run();
  /// Ends run() once the requests under way are answered. Any thread or handler may call it, a signal handler
  /// must not. When called before run(), run() returns at once.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::uint16_t port_ = 0;
};

}  // namespace pegkit::net
