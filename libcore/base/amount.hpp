#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace pegkit {

/// An amount in satoshis. It holds any signed 64-bit value, because a foreign transaction may carry any.
/// Arithmetic that leaves 64 bits throws Error `amount.overflow` (exit 3).
class Sat {
 public:
  constexpr Sat() = default;
  constexpr explicit Sat(std::int64_t value) : value_(value) {}
  constexpr std::int64_t value() const { return value_; }
  /// True for 0 to 21 million bitcoin, as Bitcoin Core's MoneyRange.
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

/// Text such as "0.00012345 BTC" for people; documents carry integers.
std::string format_btc(Sat amount);
/// Reads an amount in BTC as bitcoind writes it in JSON, number or string ("0.1", "1e-8"), without rounding.
/// Throws `amount.invalid` (exit 3) for a fraction of a satoshi and beyond ±21 million bitcoin.
Sat parse_btc(const std::string& decimal);

/// A feerate in satoshis per 1000 virtual bytes, as Bitcoin Core's CFeeRate.
class FeeRate {
 public:
  constexpr FeeRate() = default;
  static constexpr FeeRate per_kvb(std::int64_t sat) { return FeeRate{sat}; }
  static constexpr FeeRate per_vb(std::int64_t sat) { return FeeRate{sat * 1000}; }
  constexpr std::int64_t sat_per_kvb() const { return rate_; }
  /// The fee for a size in virtual bytes, rounded up to a satoshi as Bitcoin Core does.
  /// Throws `amount.overflow`.
  Sat fee(std::int64_t vbytes) const;
  friend constexpr auto operator<=>(FeeRate, FeeRate) = default;

 private:
  constexpr explicit FeeRate(std::int64_t rate) : rate_(rate) {}
  std::int64_t rate_ = 0;
};

}  // namespace pegkit
