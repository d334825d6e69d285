#include "net/http_rpc.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>

#include "net/fake_rpc.hpp"
#include "net/scripted_server.hpp"

using namespace pegkit;
using namespace pegkit::net;
using pegkit::test::error_code;
using pegkit::test::http;
using pegkit::test::ScriptedServer;

namespace {

using namespace std::chrono_literals;

HttpSettings quick(const std::string& url) {
  HttpSettings out;
  out.url = url;
  out.connect_timeout = 500ms;
  out.timeout = 2s;
  out.backoff = 1ms;
  return out;
}

/// The code of the Error when a server always answers `bytes`.
std::string code_for(const std::string& bytes) {
  ScriptedServer server([&](int, const std::string&, const std::string&) { return bytes; });
  return error_code([&] { HttpRpc(quick(server.url())).call("getblockcount"); });
}

std::string code_for_json(const std::string& json) {
  return code_for(http(200, json));
}

std::string basic(const std::string& user_and_password) {
  return "Authorization: Basic " + to_base64(as_bytes(user_and_password));
}

}  // namespace

TEST_CASE("a call is one JSON-RPC 2.0 request and gives its result") {
  std::string head;
  Json request;
  ScriptedServer server([&](int, const std::string& h, const std::string& body) {
    head = h;
    request = parse_json(body);
    return http(200, R"({"jsonrpc":"2.0","id":1,"result":{"fee":0.00012345,"height":7}})");
  });
  HttpRpc rpc(quick(server.url("/wallet/watch")));
  Json result = rpc.call("getsomething", Json::array({1, "x"}));
  CHECK(result["fee"] == "0.00012345");
  CHECK(result["height"] == 7);
  CHECK(head.starts_with("POST /wallet/watch HTTP/1.1"));
  CHECK(head.find("Authorization") == std::string::npos);
  CHECK(request == parse_json(R"({"jsonrpc":"2.0","id":1,"method":"getsomething","params":[1,"x"]})"));
}

TEST_CASE("null results, and errors with the node's code") {
  ScriptedServer server([](int number, const std::string&, const std::string&) {
    switch (number) {
      case 0:
        return http(200, R"({"result":null,"error":null,"id":1})");
      case 1:
        return http(500,
                    R"({"result":null,"error":{"code":-8,"message":"Block height out of range"},"id":2})");
      case 2:
        return http(200, R"({"jsonrpc":"2.0","id":3,"error":{"code":3,"message":"a\u001bb","data":"0x08"}})");
      default:
        return http(400, R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"Parse error"}})");
    }
  });
  HttpRpc rpc(quick(server.url()));
  CHECK(rpc.call("gettxout").is_null());
  auto failed = [&] {
    try {
      rpc.call("x");
    } catch (const RpcError& e) {
      return e;
    }
    throw std::runtime_error("no RpcError");
  };
  RpcError height = failed();
  CHECK(height.rpc_code() == -8);
  CHECK(height.message() == "Block height out of range");
  CHECK(height.exit() == Exit::unreachable);
  RpcError revert = failed();
  CHECK(revert.message() == "a b");
  CHECK(revert.data() == "0x08");
  CHECK(failed().rpc_code() == -32700);
}

TEST_CASE("answers that are no answers") {
  CHECK(code_for_json("") == "rpc.garbage");
  CHECK(code_for_json("hello") == "rpc.garbage");
  CHECK(code_for_json("\xff\xfe\x00") == "rpc.garbage");
  CHECK(code_for_json(R"({"id":1,"result":1} x)") == "rpc.garbage");
  CHECK(code_for_json(R"({"id":1,"result":1,"result":2})") == "rpc.garbage");
  CHECK(code_for_json("[]") == "rpc.garbage");
  CHECK(code_for_json("null") == "rpc.garbage");
  CHECK(code_for_json(R"({"result":1})") == "rpc.garbage");
  CHECK(code_for_json(R"({"id":2,"result":1})") == "rpc.garbage");
  CHECK(code_for_json(R"({"id":"1","result":1})") == "rpc.garbage");
  CHECK(code_for_json(R"({"id":-1,"result":1})") == "rpc.garbage");
  CHECK(code_for_json(R"({"id":1})") == "rpc.garbage");
  CHECK(code_for_json(R"({"id":1,"result":1,"error":{"code":1,"message":""}})") == "rpc.garbage");
  CHECK(code_for_json(R"({"id":1,"error":"bad"})") == "rpc.garbage");
  CHECK(code_for_json(R"({"id":1,"error":{"code":"1","message":"m"}})") == "rpc.garbage");
  CHECK(code_for_json(R"({"id":1,"error":{"code":99999999999,"message":"m"}})") == "rpc.garbage");
  CHECK(code_for_json(R"({"id":1,"result":)" + std::string(5000, '[')) == "rpc.garbage");
  CHECK(code_for(http(500, "Internal Server Error")) == "rpc.garbage");
  CHECK(code_for(http(404, "")) == "rpc.garbage");
  CHECK(code_for("HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n") ==
        "rpc.garbage");
  CHECK(code_for("SSH-2.0-OpenSSH_9.2\r\n") == "rpc.unreachable");
}

TEST_CASE("connections that end early, hang, or cannot be made") {
  CHECK(code_for("") == "rpc.unreachable");
  CHECK(code_for("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"id\":1") == "rpc.unreachable");

  ScriptedServer slow([](int, const std::string&, const std::string&) {
    std::this_thread::sleep_for(600ms);
    return std::string();
  });
  HttpSettings settings = quick(slow.url());
  settings.timeout = 100ms;
  CHECK(error_code([&] { HttpRpc(settings).call("x"); }) == "rpc.timeout");
  CHECK(slow.requests() <= 1);

  std::string nobody;
  {
    nobody = ScriptedServer([](int, const std::string&, const std::string&) { return std::string(); }).url();
  }
  CHECK(error_code([&] { HttpRpc(quick(nobody)).call("x"); }) == "rpc.unreachable");
  CHECK(error_code([&] { HttpRpc(quick("http://no-such-host.invalid")).call("x"); }) == "rpc.unreachable");
}

TEST_CASE("an interrupt ends a wait") {
  ScriptedServer slow([](int, const std::string&, const std::string&) {
    std::this_thread::sleep_for(1500ms);
    return std::string();
  });
  HttpSettings settings = quick(slow.url());
  settings.timeout = 10s;
  int asked = 0;
  settings.interrupted = [&] { return ++asked > 1; };
  CHECK(error_code([&] { HttpRpc(settings).call("x"); }) == "interrupted");
  settings.interrupted = [] { return true; };
  CHECK(error_code([&] { HttpRpc(settings).call("x"); }) == "interrupted");
}

TEST_CASE("a request that was taken is never sent again") {
  ScriptedServer server([](int, const std::string&, const std::string&) { return std::string(); });
  CHECK(error_code([&] { HttpRpc(quick(server.url())).call("sendtoaddress"); }) == "rpc.unreachable");
  CHECK(server.requests() == 1);
}

TEST_CASE("a full work queue is tried again, a few times") {
  ScriptedServer busy([](int number, const std::string&, const std::string&) {
    return number < 2 ? http(503, "Work queue depth exceeded") : http(200, R"({"id":1,"result":5})");
  });
  CHECK(HttpRpc(quick(busy.url())).call("x") == 5);
  CHECK(busy.requests() == 3);

  ScriptedServer full([](int, const std::string&, const std::string&) { return http(503, ""); });
  CHECK(error_code([&] { HttpRpc(quick(full.url())).call("x"); }) == "rpc.unreachable");
  CHECK(full.requests() == 4);
}

TEST_CASE("a response above the limit is cut off") {
  ScriptedServer server([](int number, const std::string&, const std::string&) {
    std::string body = R"({"id":1,"result":")" + std::string(1u << 20, 'a') + "\"}";
    if (number == 0) return http(200, body);
    return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body;  // no length told
  });
  for (int i = 0; i < 2; ++i) {
    HttpSettings settings = quick(server.url());
    settings.max_response = 100'000;
    CHECK(error_code([&] { HttpRpc(settings).call("x"); }) == "rpc.size");
  }
}

TEST_CASE("user and password, and a login that is refused") {
  std::string expected = basic("alice:s3cret");
  ScriptedServer server([&](int, const std::string& head, const std::string&) {
    return head.find(expected) == std::string::npos ? http(401, "") : http(200, R"({"id":1,"result":1})");
  });
  HttpSettings settings = quick(server.url());
  settings.user = "alice";
  settings.password = [] { return crypto::SecretBytes::copy_of(as_bytes("s3cret")); };
  CHECK(HttpRpc(settings).call("x") == 1);
  settings.password = [] { return crypto::SecretBytes::copy_of(as_bytes("wrong")); };
  CHECK(error_code([&] { HttpRpc(settings).call("x"); }) == "rpc.auth");
  CHECK(server.requests() == 2);
  CHECK(code_for(http(403, "")) == "rpc.auth");
}

TEST_CASE("the cookie is read again once after a 401") {
  auto file = std::filesystem::temp_directory_path() / ("pegkit-cookie-" + std::to_string(::getpid()));
  auto write = [&](const std::string& text) { std::ofstream(file) << text; };
  write("__cookie__:old\n");
  // The node restarts between the reading of the cookie and its use.
  ScriptedServer server([&](int, const std::string& head, const std::string&) {
    if (head.find(basic("__cookie__:new")) != std::string::npos) return http(200, R"({"id":1,"result":1})");
    write("__cookie__:new");
    return http(401, "");
  });
  HttpSettings settings = quick(server.url());
  settings.cookie_file = file;
  CHECK(HttpRpc(settings).call("x") == 1);
  CHECK(server.requests() == 2);

  ScriptedServer refusing([](int, const std::string&, const std::string&) { return http(401, ""); });
  settings.url = refusing.url();
  CHECK(error_code([&] { HttpRpc(settings).call("x"); }) == "rpc.auth");
  CHECK(refusing.requests() == 2);

  std::filesystem::remove(file);
  CHECK(error_code([&] { HttpRpc(settings).call("x"); }) == "rpc.auth");
  CHECK(refusing.requests() == 2);
}

TEST_CASE("a batch comes back in the order of its calls") {
  ScriptedServer server([](int, const std::string&, const std::string& body) {
    Json out = Json::array();
    Json requests = parse_json(body);
    for (auto request = requests.rbegin(); request != requests.rend(); ++request) {
      out.push_back({{"id", (*request)["id"]}, {"result", (*request)["params"][0]}});
    }
    return http(200, out.dump());
  });
  HttpRpc rpc(quick(server.url()));
  std::vector<RpcCall> calls;
  for (int i = 0; i < 250; ++i) calls.push_back({"echo", Json::array({i})});
  std::vector<Json> results = rpc.batch(calls);
  REQUIRE(results.size() == 250);
  for (int i = 0; i < 250; ++i) CHECK(results[i] == i);
  CHECK(server.requests() == 3);
  CHECK(rpc.batch({}).empty());
  CHECK(server.requests() == 3);
}

TEST_CASE("batches that are not answered properly") {
  auto batch_code = [](const std::string& json) {
    ScriptedServer server([&](int, const std::string&, const std::string&) { return http(200, json); });
    return error_code([&] { HttpRpc(quick(server.url())).batch({{"a"}, {"b"}}); });
  };
  CHECK(batch_code(R"([{"id":2,"result":1},{"id":1,"result":1}])").empty());
  CHECK(batch_code(R"([{"id":1,"result":1}])") == "rpc.garbage");
  CHECK(batch_code(R"([{"id":1,"result":1},{"id":1,"result":1}])") == "rpc.garbage");
  CHECK(batch_code(R"([{"id":1,"result":1},{"id":3,"result":1}])") == "rpc.garbage");
  CHECK(batch_code(R"([{"id":1,"result":1},{"id":0,"result":1}])") == "rpc.garbage");
  CHECK(batch_code(R"([{"id":1,"result":1},7])") == "rpc.garbage");
  CHECK(batch_code(R"([{"id":1,"result":1},{"id":2,"result":1},{"id":3,"result":1}])") == "rpc.garbage");
  CHECK(batch_code(R"({"id":1,"result":1})") == "rpc.garbage");
  CHECK(batch_code(R"({"id":null,"error":{"code":-32600,"message":"batches are off"}})") == "rpc.error");
  CHECK(batch_code(R"([{"id":1,"result":1},{"id":2,"error":{"code":-5,"message":"no"}}])") == "rpc.error");
}

TEST_CASE("addresses of endpoints that are refused") {
  for (std::string url :
       {"", "127.0.0.1:8332", "ftp://127.0.0.1/", "file:///etc/passwd", "http://",
        "http://user:password@127.0.0.1/", "http://user@127.0.0.1/", "http://127.0.0.1:99999/"}) {
    CAPTURE(url);
    CHECK(error_code([&] { HttpRpc rpc(quick(url)); }) == "rpc.url");
  }
}
