#include "cli/network.hpp"

#include "base/files.hpp"
#include "cli/terminal.hpp"
#include "net/http_rpc.hpp"

namespace pegkit::cli {
namespace {

crypto::SecretBytes read_password(const std::string& path) {
  Bytes data = read_secret_file(path);
  std::size_t length = data.size();
  while (length > 0 && (data[length - 1] == '\n' || data[length - 1] == '\r')) --length;
  auto secret = crypto::SecretBytes::copy_of(ByteView(data).first(length));
  crypto::wipe(data);
  return secret;
}

}  // namespace

std::shared_ptr<net::Rpc> http_rpc(const RpcSettings& settings) {
  net::HttpSettings http{.url = settings.url, .cookie_file = settings.cookie_file, .user = settings.user};
  if (!settings.password_file.empty())
    http.password = [path = settings.password_file] { return read_password(path); };
  http.timeout = std::chrono::seconds(settings.timeout_seconds);
  http.interrupted = signal_seen;
  return std::make_shared<net::HttpRpc>(std::move(http));
}

}  // namespace pegkit::cli
