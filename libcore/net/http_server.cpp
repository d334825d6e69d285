#include "net/http_server.hpp"

#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <httplib.h>
#include <thread>

#include "base/error.hpp"

namespace pegkit::net {

namespace {
constexpr std::size_t threads = 4;
constexpr std::size_t max_keep_alive_requests = 1'000'000;
constexpr time_t idle_seconds = 1;  // stop() waits this long for an idle connection
}  // namespace

struct HttpServer::Impl {
  httplib::Server server;
  Handler handler;
  std::atomic<bool> stopped{false}, entered{false}, finished{false};

  void serve(const httplib::Request& request, httplib::Response& response) const {
    HttpResponse out =
        handler({request.method, request.path, request.get_header_value("Authorization"), request.body});
    response.status = out.status;
    response.set_content(out.body, out.content_type);
  }
};

HttpServer::HttpServer(std::uint16_t port, Handler handler, std::size_t max_body)
    : impl_(std::make_unique<Impl>()) {
  impl_->handler = std::move(handler);
  httplib::Server& server = impl_->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  server.set_payload_max_length(max_body);
  server.set_keep_alive_max_count(max_keep_alive_requests);
  server.set_keep_alive_timeout(idle_seconds);
  server.set_tcp_nodelay(true);
  // httplib's default options would let a second server share the port.
  server.set_socket_options([](socket_t socket) {
    int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_exception_handler(
      [](const auto&, httplib::Response& response, const std::exception_ptr&) { response.status = 500; });

  auto serve = [impl = impl_.get()](const httplib::Request& request, httplib::Response& response) {
    impl->serve(request, response);
  };
  server.Get(".*", serve).Post(".*", serve).Put(".*", serve).Patch(".*", serve).Delete(".*", serve);

  constexpr const char* host = "127.0.0.1";
  int bound = port == 0 ? server.bind_to_any_port(host) : (server.bind_to_port(host, port) ? port : -1);
  if (bound <= 0) {
    throw Error(Exit::usage, "http.port", fmt::format("the port {} cannot be listened on", port))
        .hint("another program may be using it");
  }
  port_ = static_cast<std::uint16_t>(bound);
}

HttpServer::~HttpServer() {
  stop();
}

void HttpServer::run() {
  impl_->entered = true;
  if (!impl_->stopped) impl_->server.listen_after_bind();
  impl_->finished = true;
}

void HttpServer::stop() {
  impl_->stopped = true;
  if (!impl_->entered) return;
  // httplib ignores a stop that comes before it has begun to listen.
  while (!impl_->finished && !impl_->server.is_running())
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  impl_->server.stop();
}

}  // namespace pegkit::net
