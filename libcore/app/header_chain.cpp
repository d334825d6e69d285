#include "app/header_chain.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace pegkit::app {
namespace {

using bitcoin::Header;

/// Thrown by a look-up of a header before the first one.
struct Unknown {};

std::uint32_t retarget_period(const bitcoin::ChainParams& params) {
  return static_cast<std::uint32_t>(params.target_timespan / params.target_spacing);
}

bitcoin::U256 shifted(const bitcoin::U256& value, int left) {
  bitcoin::U256 out = value;
  for (; left > 0; --left) out = add(out, out);
  for (; left < 0; ++left)
    for (std::size_t i = 32; i-- > 0;)
      out.bytes[i] = static_cast<std::uint8_t>(out.bytes[i] >> 1 | (i > 0 ? out.bytes[i - 1] << 7 : 0));
  return out;
}

/// One retarget changes the target by a factor of four at the most (Bitcoin Core's
/// PermittedDifficultyTransition). Bounds are rounded as the compact form rounds.
bool can_follow(std::uint32_t bits, std::uint32_t previous_bits, const bitcoin::ChainParams& params) {
  auto limit = bitcoin::target_of(params.pow_limit_bits, params);
  auto target = bitcoin::target_of(bits, params), previous = bitcoin::target_of(previous_bits, params);
  if (!limit || !target || !previous) return false;
  auto bound = [&](int left) {
    return bitcoin::target_of(bitcoin::compact_of(std::min(shifted(*previous, left), *limit)), params);
  };
  auto lowest = bound(-2), highest = bound(2);
  return lowest && highest && *target >= *lowest && *target <= *highest;
}

/// The part of check_header that needs only the header before; empty, or Bitcoin Core's reason.
std::string check_partly(const Header& header, const Header* previous, std::uint32_t height,
                         const bitcoin::ChainParams& params, std::int64_t now,
                         std::vector<std::uint32_t>& unchecked) {
  if (!meets_target(header, params)) return "high-hash";
  if (header.time > now + 2 * 3600) return "time-too-new";
  if (previous == nullptr) return {};
  if (header.previous != previous->hash()) return "prev-blk-not-found";
  bool retarget = height % retarget_period(params) == 0 && !params.no_retargeting;
  if (retarget || params.min_difficulty_blocks) unchecked.push_back(height);
  if (params.min_difficulty_blocks) return {};
  bool possible = retarget ? can_follow(header.bits, previous->bits, params) : header.bits == previous->bits;
  return possible ? "" : "bad-diffbits";
}

}  // namespace

std::vector<Header> parse_headers(ByteView data) {
  if (data.empty() || data.size() % 80 != 0)
    throw input_error("headers.length",
                      fmt::format("{} bytes are not a whole number of 80-byte headers", data.size()));
  std::vector<Header> headers;
  headers.reserve(data.size() / 80);
  for (std::size_t at = 0; at < data.size(); at += 80) headers.push_back(Header::parse(data.subspan(at, 80)));
  return headers;
}

HeaderVerdict verify_headers(const std::vector<Header>& headers, std::uint32_t first_height,
                             const bitcoin::ChainParams& params, std::int64_t now) {
  HeaderVerdict out;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    std::uint32_t height = first_height + static_cast<std::uint32_t>(i);
    std::string reason;
    try {
      if (height == 0) {
        if (to_hex(headers[i].serialize()) != params.genesis_header_hex) reason = "bad-genesis";
      } else {
        bitcoin::HeaderContext context{height, [&](std::uint32_t wanted) -> Header {
                                         if (wanted < first_height || wanted - first_height >= i)
                                           throw Unknown{};
                                         return headers[wanted - first_height];
                                       }};
        reason = check_header(headers[i], context, params, now);
      }
    } catch (const Unknown&) {
      reason = check_partly(headers[i], i > 0 ? &headers[i - 1] : nullptr, height, params, now,
                            out.unchecked_retargets);
    }
    if (!reason.empty()) {
      out.verdict = bridge::Verdict::no(fmt::format("height {}: {}", height, reason));
      return out;
    }
    out.work = add(out.work, bitcoin::work_of(headers[i].bits));
  }
  return out;
}

}  // namespace pegkit::app
