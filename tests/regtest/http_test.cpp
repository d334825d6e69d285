#include "regtest/http.hpp"

#include <doctest/doctest.h>

using namespace pegkit;

namespace {

struct Front {
  regtest::RegtestRpc rpc;
  regtest::RegtestHttp http{rpc, {"__cookie__:secret", "alice:word"}};

  net::HttpResponse post(const std::string& body, const std::string& login = "__cookie__:secret") {
    std::string header = login.empty() ? "" : "Basic " + to_base64(as_bytes(login));
    return http.answer({"POST", "/", header, body});
  }
};

}  // namespace

TEST_CASE("only a known login is let in") {
  Front front;
  std::string body = R"({"method":"getblockcount","id":1})";
  CHECK(front.post(body).status == 200);
  CHECK(front.post(body, "alice:word").status == 200);
  CHECK(front.post(body, "").status == 401);
  CHECK(front.post(body, "alice:secret").status == 401);
  CHECK(front.http.answer({"POST", "/", "Bearer x", body}).status == 401);
  CHECK(front.http.answer({"GET", "/", "", ""}).status == 405);
  CHECK(front.http.answer({"POST", "/rest", "", body}).status == 404);
}

TEST_CASE("JSON-RPC 1 answers errors with an HTTP status") {
  Front front;
  CHECK(front.post(R"({"method":"getblockcount","id":"a"})").body ==
        "{\"result\":0,\"error\":null,\"id\":\"a\"}\n");
  net::HttpResponse unknown = front.post(R"({"jsonrpc":"1.0","method":"x","params":[],"id":7})");
  CHECK(unknown.status == 404);
  CHECK(unknown.body ==
        "{\"result\":null,\"error\":{\"code\":-32601,\"message\":\"Method not found\"},\"id\":7}\n");
  CHECK(front.post(R"({"method":"getblockhash","params":[99],"id":1})").status == 500);
  CHECK(front.post(R"({"params":[],"id":1})").status == 400);
  CHECK(front.post(R"({"method":"getblockcount","params":3,"id":1})").status == 400);
  CHECK(front.post(R"({"jsonrpc":"3","method":"getblockcount","id":1})").status == 400);
  for (const char* garbage : {"", "{", "null", "5", "\"x\"", "{}x", "{\"method\":\"a\",\"method\":\"b\"}"})
    CHECK(front.post(garbage).status >= 400);
  CHECK(front.post(std::string(100'000, '[')).status == 500);
}

TEST_CASE("JSON-RPC 2.0 answers errors with HTTP 200 and notifications with nothing") {
  Front front;
  CHECK(front.post(R"({"jsonrpc":"2.0","method":"getblockcount","id":1})").body ==
        "{\"jsonrpc\":\"2.0\",\"result\":0,\"id\":1}\n");
  net::HttpResponse unknown = front.post(R"({"jsonrpc":"2.0","method":"x","id":1})");
  CHECK(unknown.status == 200);
  CHECK(unknown.body ==
        "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32601,\"message\":\"Method not found\"},\"id\":1}\n");
  CHECK(front.post(R"({"jsonrpc":"2.0","method":"getblockcount"})").status == 204);
}

TEST_CASE("a batch is answered in order and errors stay inside") {
  Front front;
  net::HttpResponse batch = front.post(
      R"([{"method":"getblockcount","id":1},{"jsonrpc":"2.0","method":"x","id":2},{"jsonrpc":"2.0","method":"uptime"},5])");
  CHECK(batch.status == 200);
  Json answers = parse_json(batch.body);
  REQUIRE(answers.size() == 3);
  CHECK(answers[0]["result"] == 0);
  CHECK(answers[1]["error"]["code"] == -32601);
  CHECK(answers[2]["error"]["code"] == -32600);
  CHECK(front.post("[]").body == "[]\n");
  CHECK(front.post(R"([{"jsonrpc":"2.0","method":"uptime"}])").status == 204);
}
