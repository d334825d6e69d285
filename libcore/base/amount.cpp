#include "base/amount.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace pegkit {
namespace {

Error overflow() {
  return input_error("amount.overflow", "an amount left the range of 64 bits");
}

}  // namespace

Sat operator+(Sat a, Sat b) {
  std::int64_t sum;
  if (__builtin_add_overflow(a.value_, b.value_, &sum)) throw overflow();
  return Sat(sum);
}

Sat operator-(Sat a, Sat b) {
  std::int64_t difference;
  if (__builtin_sub_overflow(a.value_, b.value_, &difference)) throw overflow();
  return Sat(difference);
}

Sat operator*(Sat a, std::int64_t times) {
  std::int64_t product;
  if (__builtin_mul_overflow(a.value_, times, &product)) throw overflow();
  return Sat(product);
}

std::string format_btc(Sat amount) {
  std::uint64_t magnitude =
      amount.value() < 0 ? 0 - static_cast<std::uint64_t>(amount.value()) : amount.value();
  return fmt::format("{}{}.{:08} BTC", amount.value() < 0 ? "-" : "", magnitude / 100'000'000,
                     magnitude % 100'000'000);
}

Sat parse_btc(const std::string& decimal) {
  auto invalid = [&] {
    return input_error("amount.invalid",
                       fmt::format("'{}' is not an amount of bitcoin", decimal.substr(0, 40)));
  };
  std::string_view text = decimal;
  if (text.size() > 40) throw invalid();
  bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int exponent = 0;
  if (auto e = text.find_first_of("eE"); e != text.npos) {
    std::string_view digits = text.substr(e + 1);
    bool minus = digits.starts_with('-');
    if (minus || digits.starts_with('+')) digits.remove_prefix(1);
    if (digits.empty() || digits.size() > 2) throw invalid();
    for (char c : digits) {
      if (c < '0' || c > '9') throw invalid();
      exponent = exponent * 10 + (c - '0');
    }
    if (minus) exponent = -exponent;
    text = text.substr(0, e);
  }
  // `value` is all digits as one integer; `behind` counts those behind the point once the exponent
  // is applied.
  std::int64_t value = 0;
  int behind = -exponent;
  bool point = false, any = false;
  for (char c : text) {
    if (c == '.' && !point && any) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9') throw invalid();
    any = true;
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, c - '0', &value))
      throw invalid();
    if (point) ++behind;
  }
  if (!any || text.ends_with('.')) throw invalid();
  for (; behind < 8 && value != 0; ++behind)
    if (__builtin_mul_overflow(value, 10, &value)) throw invalid();
  for (; behind > 8 && value != 0; --behind) {
    if (value % 10 != 0) throw invalid();
    value /= 10;
  }
  Sat amount(negative ? -value : value);
  if (value > max_money.value()) throw invalid();
  return amount;
}

Sat FeeRate::fee(std::int64_t vbytes) const {
  Sat product = Sat(rate_) * vbytes;
  return Sat((product.value() + 999) / 1000);
}

}  // namespace pegkit
