#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/transaction.hpp"
#include "net/rpc.hpp"
#include "net/rpc_codes.hpp"

namespace pegkit::regtest {

using enum net::RpcCode;

/// One parameter of a method: its names separated by '|', its type, and whether it must be given.
struct RpcParameter {
  enum class Type { text, number, boolean, array, any };
  const char* names;
  Type type = Type::text;
  bool required = false;
};

/// The first line of bitcoind's help: getblock "blockhash" ( verbosity ).
std::string usage_line(const char* method, const std::vector<RpcParameter>& parameters);

/// The parameters of one call by position, checked against the method's parameters. Throws bitcoind's errors
/// -1 (too many or too few), -3 (another type) and -8 (unknown name, named twice).
class RpcArguments {
 public:
  /// `given` is an array, or an object of named parameters.
  RpcArguments(const char* method, const std::vector<RpcParameter>& parameters, const Json& given);

  bool has(std::size_t i) const { return !values_[i].is_null(); }
  const Json& json(std::size_t i) const { return values_[i]; }
  const std::string& text(std::size_t i) const { return text_of(values_[i]); }
  std::int64_t integer(std::size_t i, std::int64_t min, std::int64_t max) const;
  std::int64_t integer_or(std::size_t i, std::int64_t fallback) const;
  bool boolean_or(std::size_t i, bool fallback) const { return has(i) ? values_[i].get<bool>() : fallback; }
  /// A number; false and true stand for 0 and 1.
  int verbosity(std::size_t i, int fallback) const;
  Sat amount_or(std::size_t i, Sat fallback) const;
  /// A feerate given in BTC per 1000 vbytes; 0.10 when absent.
  FeeRate max_fee_rate(std::size_t i) const;
  template <class Hash>
  Hash hash(std::size_t i, const char* name) const {
    return hash_of<Hash>(values_[i], name);
  }
  Bytes hex(std::size_t i, const char* name) const;

  /// For values inside arrays and objects.
  static const std::string& text_of(const Json& value);
  template <class Hash>
  static Hash hash_of(const Json& value, const char* name) {
    check_hash(text_of(value), name);
    return Hash::from_display(text_of(value));
  }
  static const char* type_name(const Json& value);

 private:
  static void check_hash(const std::string& hex, const char* name);
  std::vector<Json> values_;
};

}  // namespace pegkit::regtest
