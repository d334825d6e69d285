#include <fmt/core.h>

#include "base/version.hpp"
#include "bitcoin/address.hpp"
#include "regtest/methods.hpp"

namespace pegkit::regtest {
namespace {

using Type = RpcParameter::Type;

constexpr int reported_version = 300000;  // Bitcoin Core 30, whose rules this node follows
constexpr int protocol_version = 70016;

net::RpcError bad_descriptor(std::string message) {
  return {rpc_invalid_address_or_key, std::move(message)};
}

/// The descriptor without its checksum. Throws RpcError -5 when it has a wrong one.
std::string without_checksum(const std::string& descriptor) {
  std::size_t hash = descriptor.find('#');
  std::string payload = descriptor.substr(0, hash);
  std::string right;
  try {
    right = bitcoin::with_descriptor_checksum(payload);
  } catch (const Error&) {
    throw bad_descriptor("Invalid characters in payload");
  }
  if (hash == std::string::npos) return payload;
  std::string checksum = descriptor.substr(hash + 1);
  if (checksum.find('#') != std::string::npos) throw bad_descriptor("Multiple '#' symbols");
  if (checksum.size() != 8)
    throw bad_descriptor(fmt::format("Expected 8 character checksum, not {} characters", checksum.size()));
  std::string expected = right.substr(right.size() - 8);
  if (checksum != expected)
    throw bad_descriptor(
        fmt::format("Provided checksum '{}' does not match computed checksum '{}'", checksum, expected));
  return payload;
}

Json get_network_info(RegtestState& state, const RpcArguments&) {
  return {{"version", reported_version},
          {"subversion", fmt::format("/pegkit-regtest-node:{}/", version())},
          {"protocolversion", protocol_version},
          {"localservices", "0000000000000409"},
          {"localservicesnames", {"NETWORK", "WITNESS", "NETWORK_LIMITED"}},
          {"localrelay", false},
          {"timeoffset", 0},
          {"networkactive", false},
          {"connections", 0},
          {"connections_in", 0},
          {"connections_out", 0},
          {"networks", Json::array()},
          {"relayfee", btc(Sat(state.policy.min_relay.sat_per_kvb()))},
          {"incrementalfee", btc(Sat(state.policy.incremental.sat_per_kvb()))},
          {"localaddresses", Json::array()},
          {"warnings", Json::array()}};
}

Json validate_address(RegtestState&, const RpcArguments& arguments) {
  const std::string& address = arguments.text(0);
  bitcoin::Script script;
  try {
    script = bitcoin::parse_address(address, bitcoin::Chain::regtest);
  } catch (const Error& error) {
    return {{"isvalid", false}, {"error_locations", Json::array()}, {"error", error.message()}};
  }
  Json out{{"isvalid", true},
           {"address", bitcoin::script_address(script, bitcoin::Chain::regtest).value_or(address)},
           {"scriptPubKey", to_hex(script)}};
  bitcoin::ScriptKind kind = bitcoin::script_kind(script);
  auto program = bitcoin::witness_program(script);
  if (kind != bitcoin::ScriptKind::witness_unknown)
    out["isscript"] = kind == bitcoin::ScriptKind::scripthash || (program && program->program.size() == 32) ||
                      kind == bitcoin::ScriptKind::anchor;
  out["iswitness"] = program.has_value();
  if (program) {
    out["witness_version"] = program->version;
    out["witness_program"] = to_hex(program->program);
  }
  return out;
}

Json set_mock_time(RegtestState& state, const RpcArguments& arguments) {
  constexpr std::int64_t latest = INT64_MAX / 1'000'000'000;
  std::int64_t time = arguments.integer(0, INT64_MIN, INT64_MAX);
  if (time < 0 || time > latest)
    throw net::RpcError(rpc_invalid_parameter,
                        fmt::format("Mocktime must be in the range [0, {}], not {}.", latest, time));
  state.mock_time = time == 0 ? std::nullopt : std::optional(time);
  return nullptr;
}

Json stop(RegtestState& state, const RpcArguments&) {
  state.stopped = true;
  return "regtest-node stopping";
}

}  // namespace

bitcoin::Script descriptor_script(const std::string& descriptor) {
  std::string payload = without_checksum(descriptor);
  std::size_t open = payload.find('(');
  std::string function = payload.substr(0, open);
  bool known = function == "raw" || function == "addr" || function == "rawtr";
  if (open == std::string::npos || !payload.ends_with(')') || !known)
    throw bad_descriptor(fmt::format("'{}' is not a valid descriptor function", payload));
  std::string inside = payload.substr(open + 1, payload.size() - open - 2);
  if (function == "addr") {
    if (auto script = address_script(inside)) return *script;
    throw bad_descriptor("Address is not valid");
  }
  try {
    if (function == "raw") return from_hex(inside);
    crypto::XOnlyKey key = crypto::parse_xonly_key(from_hex(inside));
    return bitcoin::ScriptBuilder().op(bitcoin::OP_1).push(key).take();
  } catch (const Error&) {
    if (function == "raw") throw bad_descriptor("Raw script is not hex");
    throw bad_descriptor(fmt::format("rawtr(): key '{}' is not valid", inside));
  }
}

const std::vector<RpcMethod>& node_methods() {
  static const std::vector<RpcMethod> methods{
      {"getnetworkinfo", {}, get_network_info},
      {"getindexinfo",
       {{"index_name", Type::text}},
       [](RegtestState&, const RpcArguments&) -> Json { return Json::object(); }},
      {"validateaddress", {{"address", Type::text, true}}, validate_address},
      {"uptime", {}, [](RegtestState& s, const RpcArguments&) -> Json { return s.clock() - s.started; }},
      {"setmocktime", {{"timestamp", Type::number, true}}, set_mock_time},
      {"stop", {{"wait", Type::number}}, stop},
  };
  return methods;
}

}  // namespace pegkit::regtest
