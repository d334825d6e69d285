#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace pegkit {

/// An amount in satoshis. Any 64-bit value can be held, since transactions from outside can; arithmetic
/// that leaves 64 bits throws Error `amount.overflow`.
class Sat {
 public:
  constexpr Sat() = default;
  constexpr explicit Sat(std::int64_t value) : value_(value) {}
  constexpr std::int64_t value() const { return value_; }
  /// 0 to 21 million bitcoin, as Bitcoin Core's MoneyRange.
  constexpr bool in_range() const { return value_ >= 0 && value_ <= 21'000'000LL * 100'000'000LL; }

  friend Sat operator+(Sat a, Sat b);
  friend Sat operator-(Sat a, Sat b);
  friend Sat operator*(Sat a, std::int64_t times);
  Sat& operator+=(Sat b) { return *this = *this + b; }
  Sat& operator-=(Sat b) { return *this = *this - b; }
  friend constexpr auto operator<=>(Sat, Sat) = default;

 private:
  std::int64_t value_ = 0;
};

inline constexpr Sat max_money{21'000'000LL * 100'000'000LL};

/// "0.00012345 BTC", for people; documents carry integers.
std::string format_btc(Sat amount);
/// bitcoind's JSON numbers and strings of BTC ("0.1", up to 8 decimals, no exponent needed but accepted as
/// bitcoind prints it), exactly; throws `amount.invalid`. The text is what stands in the JSON.
Sat parse_btc(const std::string& decimal);

/// A fee rate in satoshis per 1000 virtual bytes, as Bitcoin Core's CFeeRate.
class FeeRate {
 public:
  constexpr FeeRate() = default;
  static constexpr FeeRate per_kvb(std::int64_t sat) { return FeeRate{sat}; }
  static constexpr FeeRate per_vb(std::int64_t sat) { return FeeRate{sat * 1000}; }
  constexpr std::int64_t sat_per_kvb() const { return rate_; }
  /// Rounded up, as Bitcoin Core does.
  Sat fee(std::int64_t vbytes) const;
  friend constexpr auto operator<=>(FeeRate, FeeRate) = default;

 private:
  constexpr explicit FeeRate(std::int64_t rate) : rate_(rate) {}
  std::int64_t rate_ = 0;
};

}  // namespace pegkit
