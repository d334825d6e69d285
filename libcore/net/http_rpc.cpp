#include "net/http_rpc.hpp"

#include <fmt/format.h>
#include <limits>

#include "net/http_connection.hpp"

namespace pegkit::net {
namespace {

constexpr std::size_t max_batch = 100;
constexpr std::size_t max_message = 1000;

Error garbage(const std::string& why) {
  return unreachable("rpc.garbage", "the endpoint's answer is not JSON-RPC: " + why);
}

/// Shortens a text for terminals and logs and replaces control characters.
std::string printable(std::string text) {
  if (text.size() > max_message) text.resize(max_message);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

Json parse_response(const std::string& body, long status, std::size_t max_bytes) {
  JsonLimits limits;
  limits.max_bytes = max_bytes;
  limits.max_fields = 1'000'000;
  limits.floats = true;
  try {
    return parse_json(body, limits);
  } catch (const Error& e) {
    throw garbage(fmt::format("HTTP {}, {}", status, printable(e.message())));
  }
}

RpcError answered_error(const Json& error) {
  if (!error.is_object()) throw garbage("its error is not an object");
  auto code = error.find("code");
  auto message = error.find("message");
  constexpr auto max_code = std::numeric_limits<int>::max();
  if (code == error.end() || !code->is_number_integer() || message == error.end() || !message->is_string()) {
    throw garbage("its error has no code and message");
  }
  auto number = code->get<std::int64_t>();
  if (number < -max_code || number > max_code) throw garbage("its error's code is out of range");
  auto data = error.find("data");
  return RpcError(static_cast<int>(number), printable(message->get<std::string>()),
                  data == error.end() ? Json(nullptr) : *data);
}

struct Answer {
  std::optional<Json> result;
  std::optional<RpcError> error;
};

/// The result or error of one response object.
Answer read_answer(Json& response) {
  auto result = response.find("result");
  auto error = response.find("error");
  bool has_error = error != response.end() && !error->is_null();
  if (has_error) {
    if (result != response.end() && !result->is_null()) throw garbage("it has both a result and an error");
    return {std::nullopt, answered_error(*error)};
  }
  if (result == response.end()) throw garbage("it has neither a result nor an error");
  return {std::move(*result), std::nullopt};
}

/// True for an error about the request as a whole, which comes with a null id or none.
bool is_unaddressed_error(const Json& response) {
  if (!response.is_object()) return false;
  auto id = response.find("id");
  auto error = response.find("error");
  return (id == response.end() || id->is_null()) && error != response.end() && !error->is_null();
}

std::uint64_t id_of(const Json& response) {
  auto id = response.is_object() ? response.find("id") : response.end();
  if (!response.is_object() || id == response.end() || !id->is_number_unsigned()) {
    throw garbage("its id is not a number");
  }
  return id->get<std::uint64_t>();
}

}  // namespace

HttpRpc::HttpRpc(HttpSettings settings)
    : settings_(std::move(settings)), connection_(std::make_unique<Connection>(settings_)) {}

HttpRpc::~HttpRpc() = default;

Json HttpRpc::request(std::uint64_t id, const RpcCall& call) const {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"method", call.method}, {"params", call.params}};
}

Json HttpRpc::call(const std::string& method, Json params) {
  std::uint64_t id = next_id_++;
  auto timeout = method == "scantxoutset" ? settings_.scan_timeout : settings_.timeout;
  auto [status, body] = connection_->post(
      request(id, {method, std::move(params)}).dump(-1, ' ', false, Json::error_handler_t::replace), timeout);
  Json response = parse_response(body, status, settings_.max_response);
  if (!is_unaddressed_error(response) && id_of(response) != id) throw garbage("it has another id");
  Answer answer = read_answer(response);
  if (answer.error) throw *answer.error;
  return std::move(*answer.result);
}

std::vector<Json> HttpRpc::batch(const std::vector<RpcCall>& calls) {
  std::vector<Json> out;
  out.reserve(calls.size());
  for (std::size_t at = 0; at < calls.size(); at += max_batch) {
    batch_chunk(&calls[at], std::min(max_batch, calls.size() - at), out);
  }
  return out;
}

void HttpRpc::batch_chunk(const RpcCall* calls, std::size_t count, std::vector<Json>& results) {
  std::uint64_t first_id = next_id_;
  next_id_ += count;
  Json requests = Json::array();
  for (std::size_t i = 0; i < count; ++i) requests.push_back(request(first_id + i, calls[i]));
  auto [status, body] =
      connection_->post(requests.dump(-1, ' ', false, Json::error_handler_t::replace), settings_.timeout);
  Json responses = parse_response(body, status, settings_.max_response);
  if (is_unaddressed_error(responses)) throw *read_answer(responses).error;
  if (!responses.is_array()) throw garbage("it is not a list");
  if (responses.size() != count) throw garbage("it has another number of results");

  std::vector<Answer> answers(count);
  for (Json& response : responses) {
    std::uint64_t position = id_of(response) - first_id;
    if (position >= count || answers[position].result || answers[position].error) {
      throw garbage("it has another id");
    }
    answers[position] = read_answer(response);
  }
  for (Answer& answer : answers) {
    if (answer.error) throw *answer.error;
    results.push_back(std::move(*answer.result));
  }
}

}  // namespace pegkit::net
