#include "regtest/http.hpp"

#include <chrono>
#include <optional>
#include <thread>

#include "regtest/arguments.hpp"
#include "regtest/json.hpp"

namespace pegkit::regtest {
namespace {

constexpr JsonLimits request_limits{.floats = true};
constexpr auto failed_login_delay = std::chrono::milliseconds(250);

net::RpcError invalid_request(const char* message) {
  return {rpc_invalid_request, message};
}

/// One request. When reading fails, the fields read so far still serve for the answer.
struct Request {
  bool version2 = false;
  std::optional<Json> id = Json();  ///< nullopt when the request has none
  std::string method;
  Json params;

  void read(const Json& json);
  bool notification() const { return version2 && !id; }
};

void Request::read(const Json& json) {
  if (!json.is_object()) throw invalid_request("Invalid Request object");
  auto field = [&](const char* name) {
    auto found = json.find(name);
    return found == json.end() ? Json() : *found;
  };
  id = json.contains("id") ? std::optional(field("id")) : std::nullopt;
  version2 = false;
  if (Json version = field("jsonrpc"); !version.is_null()) {
    if (!version.is_string()) throw invalid_request("jsonrpc field must be a string");
    if (version != "1.0" && version != "2.0") throw invalid_request("JSON-RPC version not supported");
    version2 = version == "2.0";
  }
  Json name = field("method");
  if (name.is_null()) throw invalid_request("Missing method");
  if (!name.is_string()) throw invalid_request("Method must be a string");
  method = name.get<std::string>();
  params = field("params");
  if (!params.is_null() && !params.is_structured())
    throw invalid_request("Params must be an array or object");
}

Json reply(const Request& request, Json result, const net::RpcError* error) {
  Json out = Json::object();
  if (request.version2) out["jsonrpc"] = "2.0";
  if (!error || !request.version2) out["result"] = std::move(result);
  if (error)
    out["error"] = {{"code", error->rpc_code()}, {"message", error->message()}};
  else if (!request.version2)
    out["error"] = nullptr;
  if (request.id) out["id"] = *request.id;
  return out;
}

int error_status(int code) {
  if (code == rpc_invalid_request) return 400;
  return code == rpc_method_not_found ? 404 : 500;
}

/// Compares two texts in a time that does not tell how much of the guess was right.
bool same_secret(std::string_view a, std::string_view b) {
  std::size_t difference = a.size() ^ b.size();
  for (std::size_t i = 0; i < a.size() && !b.empty(); ++i)
    difference |= static_cast<std::size_t>(a[i] ^ b[i % b.size()]);
  return difference == 0;
}

net::HttpResponse text_response(int status, std::string text) {
  return {status, std::move(text), "text/plain"};
}

}  // namespace

bool RegtestHttp::authorized(const std::string& header) const {
  if (!header.starts_with("Basic ")) return false;
  std::string login;
  try {
    Bytes decoded = from_base64(std::string_view(header).substr(6));
    login.assign(decoded.begin(), decoded.end());
  } catch (const Error&) {
    return false;
  }
  bool found = false;
  for (const std::string& known : logins_) found |= same_secret(login, known);
  return found;
}

net::HttpResponse RegtestHttp::answer(const net::HttpRequest& request) {
  if (request.path != "/" && !request.path.starts_with("/wallet/")) return text_response(404, "");
  if (request.method != "POST") return text_response(405, "JSONRPC server handles only POST requests");
  if (!authorized(request.authorization)) {
    if (!request.authorization.empty()) std::this_thread::sleep_for(failed_login_delay);
    return text_response(401, "");
  }
  return answer_body(request.body);
}

net::HttpResponse RegtestHttp::answer_body(const std::string& body) {
  Request request;
  auto fail = [&](const net::RpcError& error) -> net::HttpResponse {
    return {error_status(error.rpc_code()), write_json(reply(request, nullptr, &error)) + "\n"};
  };
  Json parsed;
  try {
    parsed = parse_json(body, request_limits);
  } catch (const Error&) {
    return fail({rpc_parse_error, "Parse error"});
  }
  if (!parsed.is_structured()) return fail({rpc_parse_error, "Top-level object parse error"});

  // Reads and runs one request. In a batch, and for JSON-RPC 2.0, errors become part of the answer.
  auto run = [&](const Json& json, bool catch_errors) {
    try {
      request.read(json);
      return reply(request, rpc_.call_exact(request.method, request.params), nullptr);
    } catch (const net::RpcError& error) {
      if (!catch_errors && !request.version2) throw;
      return reply(request, nullptr, &error);
    }
  };
  if (parsed.is_object()) {
    try {
      Json answer = run(parsed, false);
      if (request.notification()) return {204, ""};
      return {200, write_json(answer) + "\n"};
    } catch (const net::RpcError& error) {
      return fail(error);
    }
  }
  Json answers = Json::array();
  for (const Json& item : parsed) {
    request = {};
    Json answer = run(item, true);
    if (!request.notification()) answers.push_back(std::move(answer));
  }
  if (answers.empty() && !parsed.empty()) return {204, ""};
  return {200, write_json(answers) + "\n"};
}

}  // namespace pegkit::regtest
