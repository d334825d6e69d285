#include "net/http_server.hpp"

#include <doctest/doctest.h>
#include <thread>

#include "net/fake_rpc.hpp"
#include "net/http_rpc.hpp"

using namespace pegkit;
using namespace pegkit::net;
using pegkit::test::error_code;

TEST_CASE("the server hands requests to its handler, and stops") {
  HttpRequest seen;
  HttpServer server(
      0,
      [&](const HttpRequest& request) -> HttpResponse {
        seen = request;
        Json call = parse_json(request.body);
        if (call["method"] == "throw") throw std::runtime_error("secret");
        return {200, Json{{"id", call["id"]}, {"result", "ok"}}.dump()};
      },
      1000);
  std::thread running([&] { server.run(); });
  HttpSettings settings;
  settings.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/wallet/w";
  settings.user = "u";
  settings.password = [] { return crypto::SecretBytes::copy_of(as_bytes("p")); };
  HttpRpc rpc(settings);
  CHECK(rpc.call("hello") == "ok");
  CHECK(seen.method == "POST");
  CHECK(seen.path == "/wallet/w");
  CHECK(seen.authorization == "Basic dTpw");
  CHECK(error_code([&] { rpc.call("throw"); }) == "rpc.garbage");
  CHECK(!error_code([&] { rpc.call("large", Json::array({std::string(2000, 'a')})); }).empty());
  CHECK(rpc.call("hello") == "ok");
  CHECK(error_code([&] { HttpServer second(server.port(), nullptr); }) == "http.port");
  server.stop();
  running.join();
}

TEST_CASE("a server stopped before it runs does not run") {
  HttpServer server(0, [](const HttpRequest&) { return HttpResponse{}; });
  server.stop();
  server.run();
}
