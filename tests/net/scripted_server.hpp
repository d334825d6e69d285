#pragma once

#include <arpa/inet.h>
#include <atomic>
#include <functional>
#include <mutex>
#include <netinet/in.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace pegkit::test {

/// A server on loopback that speaks raw bytes: for each connection it reads one HTTP request, then writes
/// what the test's function says for it (by the number of the request, from 0) and closes.
class ScriptedServer {
 public:
  /// Gets the request's head and body; returns all bytes to write.
  using Reply = std::function<std::string(int number, const std::string& head, const std::string& body)>;

  explicit ScriptedServer(Reply reply) : reply_(std::move(reply)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listener_, 16);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::string url(const std::string& path = "") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  int requests() const { return requests_; }

 private:
  void serve() {
    for (;;) {
      int peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) return;
      std::string head, body;
      if (read_request(peer, head, body)) write_all(peer, reply_(requests_++, head, body));
      ::shutdown(peer, SHUT_RDWR);
      ::close(peer);
    }
  }
  static bool read_request(int peer, std::string& head, std::string& body) {
    std::string got;
    char buffer[65536];
    for (;;) {
      auto end = got.find("\r\n\r\n");
      if (end != std::string::npos) {
        head = got.substr(0, end);
        auto at = head.find("Content-Length: ");
        std::size_t length = at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
        if (got.size() - end - 4 >= length) {
          body = got.substr(end + 4);
          return true;
        }
      }
      ssize_t count = ::recv(peer, buffer, sizeof buffer, 0);
      if (count <= 0) return false;
      got.append(buffer, static_cast<std::size_t>(count));
    }
  }
  static void write_all(int peer, const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
      ssize_t count = ::send(peer, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (count <= 0) return;
      at += static_cast<std::size_t>(count);
    }
  }

  Reply reply_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> requests_{0};
  std::thread thread_;
};

inline std::string http(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace pegkit::test
