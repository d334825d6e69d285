#include "bitcoin/pow.hpp"

#include <algorithm>
#include <bit>

namespace pegkit::bitcoin {
namespace {

constexpr std::int64_t max_future_seconds = 2 * 3600;
constexpr std::int64_t max_timewarp_seconds = 600;
constexpr std::uint32_t median_span = 11;

/// 256 bits as 32-bit limbs, least significant first; arithmetic modulo 2^256.
struct Limbs {
  std::array<std::uint32_t, 8> v{};

  static Limbs from(const U256& value) {
    Limbs out;
    for (int i = 0; i < 32; ++i) out.v[i / 4] |= std::uint32_t{value.bytes[31 - i]} << (8 * (i % 4));
    return out;
  }
  U256 value() const {
    U256 out;
    for (int i = 0; i < 32; ++i) out.bytes[31 - i] = static_cast<std::uint8_t>(v[i / 4] >> (8 * (i % 4)));
    return out;
  }
  int bit_length() const {
    for (int i = 7; i >= 0; --i) {
      if (v[i] != 0) return 32 * i + static_cast<int>(std::bit_width(v[i]));
    }
    return 0;
  }
  bool operator>=(const Limbs& o) const {
    return !std::lexicographical_compare(v.rbegin(), v.rend(), o.v.rbegin(), o.v.rend());
  }
};

Limbs plus(const Limbs& a, const Limbs& b) {
  Limbs out;
  std::uint64_t carry = 0;
  for (int i = 0; i < 8; ++i) {
    carry += std::uint64_t{a.v[i]} + b.v[i];
    out.v[i] = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  return out;
}

Limbs minus(const Limbs& a, const Limbs& b) {
  Limbs out;
  std::uint64_t borrow = 0;
  for (int i = 0; i < 8; ++i) {
    std::uint64_t difference = std::uint64_t{a.v[i]} - b.v[i] - borrow;
    out.v[i] = static_cast<std::uint32_t>(difference);
    borrow = difference >> 63;
  }
  return out;
}

Limbs shift_left(const Limbs& a, int bits) {
  Limbs out;
  for (int i = 7; i >= bits / 32; --i) {
    int from = i - bits / 32;
    std::uint64_t pair = std::uint64_t{a.v[from]} << 32 | (from > 0 ? a.v[from - 1] : 0);
    out.v[i] = static_cast<std::uint32_t>(pair << (bits % 32) >> 32);
  }
  return out;
}

Limbs times(const Limbs& a, std::uint32_t factor) {
  Limbs out;
  std::uint64_t carry = 0;
  for (int i = 0; i < 8; ++i) {
    carry += std::uint64_t{a.v[i]} * factor;
    out.v[i] = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  return out;
}

Limbs divided(const Limbs& a, std::uint32_t divisor) {
  Limbs out;
  std::uint64_t rest = 0;
  for (int i = 7; i >= 0; --i) {
    rest = rest << 32 | a.v[i];
    out.v[i] = static_cast<std::uint32_t>(rest / divisor);
    rest %= divisor;
  }
  return out;
}

Limbs divided(Limbs a, const Limbs& divisor) {
  Limbs out;
  for (int shift = a.bit_length() - divisor.bit_length(); shift >= 0; --shift) {
    Limbs part = shift_left(divisor, shift);
    if (a >= part) {
      a = minus(a, part);
      out.v[shift / 32] |= 1u << (shift % 32);
    }
  }
  return out;
}

/// The number that compact `bits` encode; nullopt when it is negative, zero or above 256 bits.
std::optional<Limbs> decode_compact(std::uint32_t bits) {
  int size = static_cast<int>(bits >> 24);
  std::uint32_t mantissa = bits & 0x007fffff;
  if (size < 3) mantissa >>= 8 * (3 - size);
  bool negative = bits & 0x00800000;
  bool overflow = size > 34 || (size > 33 && mantissa > 0xff) || (size > 32 && mantissa > 0xffff);
  if (mantissa == 0 || negative || overflow) return std::nullopt;
  Limbs out;
  out.v[0] = mantissa;
  return size > 3 ? shift_left(out, 8 * (size - 3)) : out;
}

/// The bits after a retarget: the old target scaled by the period's duration, which is limited to a quarter
/// and four times the intended one.
std::uint32_t retarget(std::uint32_t old_bits, std::int64_t actual_timespan, const ChainParams& params) {
  std::int64_t span = std::clamp(actual_timespan, params.target_timespan / 4, params.target_timespan * 4);
  Limbs target = decode_compact(old_bits).value_or(Limbs{});
  target = divided(times(target, static_cast<std::uint32_t>(span)),
                   static_cast<std::uint32_t>(params.target_timespan));
  Limbs limit = *decode_compact(params.pow_limit_bits);
  return compact_of((target >= limit ? limit : target).value());
}

/// The bits required within a period: those of the header before. Under the 20-minute rule: the limit when
/// the header comes late, else those of the last header not at the limit.
std::uint32_t bits_within_period(const Header& header, const HeaderContext& context,
                                 const ChainParams& params) {
  std::uint32_t height = context.height - 1;
  Header last = context.ancestor(height);
  if (!params.min_difficulty_blocks) return last.bits;
  if (std::int64_t{header.time} > std::int64_t{last.time} + 2 * params.target_spacing)
    return params.pow_limit_bits;
  while (height > 0 && height % params.period() != 0 && last.bits == params.pow_limit_bits) {
    last = context.ancestor(--height);
  }
  return last.bits;
}

bool version_too_old(std::int32_t version, std::uint32_t height, const ChainParams& params) {
  return (version < 2 && height >= params.bip34_height) || (version < 3 && height >= params.bip66_height) ||
         (version < 4 && height >= params.bip65_height);
}

}  // namespace

std::optional<U256> target_of(std::uint32_t bits, const ChainParams& params) {
  auto target = decode_compact(bits);
  if (!target) return std::nullopt;
  U256 value = target->value();
  if (value > decode_compact(params.pow_limit_bits)->value()) return std::nullopt;
  return value;
}

std::uint32_t compact_of(const U256& target) {
  int size = (Limbs::from(target).bit_length() + 7) / 8;
  std::uint32_t mantissa = 0;
  for (int i = 0; i < 3; ++i) {
    int byte = size - 1 - i;
    mantissa = mantissa << 8 | (byte >= 0 ? target.bytes[31 - byte] : 0);
  }
  if (mantissa & 0x00800000) {
    mantissa >>= 8;
    ++size;
  }
  return static_cast<std::uint32_t>(size) << 24 | mantissa;
}

bool meets_target(const Header& header, const ChainParams& params) {
  auto target = target_of(header.bits, params);
  return target && reversed(header.hash().bytes) <= target->bytes;
}

U256 work_of(std::uint32_t bits) {
  auto target = decode_compact(bits);
  if (!target) return {};
  Limbs one;
  one.v[0] = 1;
  Limbs inverted;
  for (int i = 0; i < 8; ++i) inverted.v[i] = ~target->v[i];
  // 2^256 does not fit into 256 bits, but (2^256 - (target + 1)) / (target + 1) + 1 gives the same number.
  return plus(divided(inverted, plus(*target, one)), one).value();
}

U256 add(const U256& a, const U256& b) {
  return plus(Limbs::from(a), Limbs::from(b)).value();
}

std::uint32_t required_bits(const Header& header, const HeaderContext& context, const ChainParams& params) {
  if (context.height == 0) return params.pow_limit_bits;
  if (context.height % params.period() != 0) return bits_within_period(header, context, params);
  Header last = context.ancestor(context.height - 1);
  if (params.no_retargeting) return last.bits;
  Header first = context.ancestor(context.height - params.period());
  std::int64_t span = std::int64_t{last.time} - std::int64_t{first.time};
  return retarget(params.enforce_bip94 ? first.bits : last.bits, span, params);
}

std::uint32_t median_time_past(const HeaderContext& context) {
  std::vector<std::uint32_t> times;
  for (std::uint32_t back = 1; back <= std::min(median_span, context.height); ++back) {
    times.push_back(context.ancestor(context.height - back).time);
  }
  if (times.empty()) return 0;
  std::ranges::sort(times);
  return times[times.size() / 2];
}

std::string check_work_and_link(const Header& header, const HeaderContext& context,
                                const ChainParams& params) {
  if (!meets_target(header, params)) return "high-hash";
  return header.previous == context.ancestor(context.height - 1).hash() ? "" : "prev-blk-not-found";
}

std::string check_bits(const Header& header, const HeaderContext& context, const ChainParams& params) {
  return header.bits == required_bits(header, context, params) ? "" : "bad-diffbits";
}

std::string check_median_time(const Header& header, const HeaderContext& context) {
  return header.time > median_time_past(context) ? "" : "time-too-old";
}

std::string check_time_and_version(const Header& header, const HeaderContext& context,
                                   const ChainParams& params, std::int64_t now) {
  if (params.enforce_bip94 && context.height % params.period() == 0) {
    std::int64_t previous = context.ancestor(context.height - 1).time;
    if (std::int64_t{header.time} < previous - max_timewarp_seconds) return "time-timewarp-attack";
  }
  if (std::int64_t{header.time} > now + max_future_seconds) return "time-too-new";
  if (version_too_old(header.version, context.height, params)) return "bad-version";
  return "";
}

std::string check_header(const Header& header, const HeaderContext& context, const ChainParams& params,
                         std::int64_t now) {
  if (context.height == 0) {
    if (!meets_target(header, params)) return "high-hash";
    return to_hex(header.serialize()) == params.genesis_header_hex ? "" : "prev-blk-not-found";
  }
  std::string reason = check_work_and_link(header, context, params);
  if (reason.empty()) reason = check_bits(header, context, params);
  if (reason.empty()) reason = check_median_time(header, context);
  if (reason.empty()) reason = check_time_and_version(header, context, params, now);
  return reason;
}

}  // namespace pegkit::bitcoin
