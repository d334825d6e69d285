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

/// A small HTTP/1.1 server that listens on 127.0.0.1 and nowhere else (cpp-httplib).
///
/// The handler is called on a few threads at a time; what it throws becomes HTTP 500 without a text. A
/// request with a larger body than `max_body` bytes is answered 413 and not given to the handler.
class HttpServer {
 public:
  using Handler = std::function<HttpResponse(const HttpRequest&)>;

  /// Port 0 lets the system choose. Throws Error `http.port` (exit 2) when the port is taken.
  HttpServer(std::uint16_t port, Handler handler, std::size_t max_body = 64u << 20);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// Serves until stop(). To be called once.
  void run();
  /// Ends run() once requests under way are answered; from any thread or a handler, not from a signal
  /// handler. Before run(), makes it return at once.
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::uint16_t port_ = 0;
};

}  // namespace pegkit::net
