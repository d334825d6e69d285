#include "regtest/arguments.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace pegkit::regtest {
namespace {

using Type = RpcParameter::Type;

const char* expected_name(Type type) {
  switch (type) {
    case Type::text:
      return "string";
    case Type::number:
      return "number";
    case Type::boolean:
      return "bool";
    case Type::array:
      return "array";
    case Type::any:
      break;
  }
  return "any";
}

std::vector<std::string> names_of(const RpcParameter& parameter) {
  std::vector<std::string> names{""};
  for (const char* c = parameter.names; *c; ++c) {
    if (*c == '|')
      names.emplace_back();
    else
      names.back() += *c;
  }
  return names;
}

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c); });
}

net::RpcError type_error(const Json& value, const char* expected) {
  return {rpc_type_error, fmt::format("JSON value of type {} is not of expected type {}",
                                      RpcArguments::type_name(value), expected)};
}

std::vector<Json> by_position(const std::vector<RpcParameter>& parameters, const Json& given) {
  std::vector<Json> values(parameters.size());
  std::size_t used = 0;
  if (auto positional = given.find("args"); positional != given.end()) {
    ++used;
    if (!positional->is_array() || positional->size() > values.size())
      throw net::RpcError(rpc_invalid_parameter, "Unknown named parameter args");
    std::copy(positional->begin(), positional->end(), values.begin());
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    for (const std::string& name : names_of(parameters[i])) {
      auto field = given.find(name);
      if (field == given.end()) continue;
      ++used;
      if (!values[i].is_null())
        throw net::RpcError(rpc_invalid_parameter,
                            fmt::format("Parameter {} specified multiple times", name));
      values[i] = *field;
    }
  }
  if (used == given.size()) return values;
  for (const auto& field : given.items()) {
    const std::string& name = field.key();
    bool known = name == "args" || std::ranges::any_of(parameters, [&](const RpcParameter& parameter) {
                   return std::ranges::count(names_of(parameter), name) > 0;
                 });
    if (!known) throw net::RpcError(rpc_invalid_parameter, "Unknown named parameter " + name);
  }
  return values;
}

}  // namespace

std::string usage_line(const char* method, const std::vector<RpcParameter>& parameters) {
  std::string line = method;
  bool optional = false;
  for (const RpcParameter& parameter : parameters) {
    if (!parameter.required && !std::exchange(optional, true)) line += " (";
    std::string name = names_of(parameter)[0];
    if (parameter.type == Type::text) name = '"' + name + '"';
    if (parameter.type == Type::array) name = fmt::format("[{},...]", name);
    line += " " + name;
  }
  return optional ? line + " )" : line;
}

RpcArguments::RpcArguments(const char* method, const std::vector<RpcParameter>& parameters,
                           const Json& given) {
  if (given.is_object()) {
    values_ = by_position(parameters, given);
  } else {
    values_.assign(given.begin(), given.end());
  }
  std::size_t least = 0;
  for (const RpcParameter& parameter : parameters) least += parameter.required;
  if (values_.size() < least || values_.size() > parameters.size())
    throw net::RpcError(rpc_misc_error, usage_line(method, parameters) + "\n");
  values_.resize(parameters.size());
  Json wrong = Json::object();
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const char* expected = expected_name(parameters[i].type);
    if (parameters[i].type == Type::any || (!parameters[i].required && values_[i].is_null())) continue;
    if (std::string_view(type_name(values_[i])) == expected) continue;
    wrong[fmt::format("Position {} ({})", i + 1, parameters[i].names)] =
        type_error(values_[i], expected).message();
  }
  if (!wrong.empty()) throw net::RpcError(rpc_type_error, "Wrong type passed:\n" + wrong.dump(4));
}

const char* RpcArguments::type_name(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_object()) return "object";
  if (value.is_array()) return "array";
  if (value.is_string()) return "string";
  return value.is_number() ? "number" : "bool";
}

const std::string& RpcArguments::text_of(const Json& value) {
  if (!value.is_string()) throw type_error(value, "string");
  return value.get_ref<const std::string&>();
}

std::int64_t RpcArguments::integer(std::size_t i, std::int64_t min, std::int64_t max) const {
  const Json& value = values_[i];
  if (!value.is_number()) throw type_error(value, "number");
  bool fits = value.is_number_integer() &&
              !(value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX});
  if (!fits || value.get<std::int64_t>() < min || value.get<std::int64_t>() > max)
    throw net::RpcError(rpc_misc_error, "JSON integer out of range");
  return value.get<std::int64_t>();
}

std::int64_t RpcArguments::integer_or(std::size_t i, std::int64_t fallback) const {
  return has(i) ? integer(i, INT32_MIN, INT32_MAX) : fallback;
}

int RpcArguments::verbosity(std::size_t i, int fallback) const {
  if (values_[i].is_boolean()) return values_[i].get<bool>();
  return static_cast<int>(integer_or(i, fallback));
}

Sat RpcArguments::amount_or(std::size_t i, Sat fallback) const {
  const Json& value = values_[i];
  if (value.is_null()) return fallback;
  if (!value.is_number() && !value.is_string())
    throw net::RpcError(rpc_type_error, "Amount is not a number or string");
  Sat amount;
  try {
    amount = parse_btc(value.is_string() ? value.get<std::string>() : value.dump());
  } catch (const Error&) {
    throw net::RpcError(rpc_type_error, "Invalid amount");
  }
  if (!amount.in_range()) throw net::RpcError(rpc_type_error, "Amount out of range");
  return amount;
}

FeeRate RpcArguments::max_fee_rate(std::size_t i) const {
  Sat rate = amount_or(i, Sat(10'000'000));
  if (rate >= Sat(100'000'000))
    throw net::RpcError(rpc_invalid_parameter, "Fee rates larger than or equal to 1BTC/kvB are not accepted");
  return FeeRate::per_kvb(rate.value());
}

Bytes RpcArguments::hex(std::size_t i, const char* name) const {
  const std::string& text = text_of(values_[i]);
  if (text.empty() || text.size() % 2 != 0 || !is_hex(text))
    throw net::RpcError(rpc_invalid_parameter,
                        fmt::format("{} must be hexadecimal string (not '{}')", name, text));
  return from_hex(text);
}

void RpcArguments::check_hash(const std::string& hex, const char* name) {
  if (hex.size() != 64)
    throw net::RpcError(rpc_invalid_parameter,
                        fmt::format("{} must be of length 64 (not {}, for '{}')", name, hex.size(), hex));
  if (!is_hex(hex))
    throw net::RpcError(rpc_invalid_parameter,
                        fmt::format("{} must be hexadecimal string (not '{}')", name, hex));
}

}  // namespace pegkit::regtest
