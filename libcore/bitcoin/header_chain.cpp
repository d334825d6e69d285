#include "bitcoin/header_chain.hpp"

#include <fmt/core.h>
#include <optional>

#include "base/error.hpp"

namespace pegkit::bitcoin {
namespace {

using bitcoin::Header;

/// Thrown when a rule asks for a header older than the first one.
struct Unknown {};

bitcoin::U256 times_four(const bitcoin::U256& value) {
  bitcoin::U256 twice = add(value, value);
  return add(twice, twice);
}

bitcoin::U256 quarter(const bitcoin::U256& value) {
  bitcoin::U256 out;
  for (std::size_t i = 0; i < 32; ++i)
    out.bytes[i] = static_cast<std::uint8_t>(value.bytes[i] >> 2 | (i > 0 ? value.bytes[i - 1] << 6 : 0));
  return out;
}

/// True when `bits` can follow `previous_bits` after a retarget, which changes the target by a factor of four
/// at most (Bitcoin Core's PermittedDifficultyTransition). The bounds are rounded as the compact form rounds.
bool can_follow(std::uint32_t bits, std::uint32_t previous_bits, const bitcoin::ChainParams& params) {
  auto limit = bitcoin::target_of(params.pow_limit_bits, params);
  auto target = bitcoin::target_of(bits, params), previous = bitcoin::target_of(previous_bits, params);
  if (!limit || !target || !previous) return false;
  auto rounded = [&](const bitcoin::U256& bound) {
    return bitcoin::target_of(bitcoin::compact_of(bound), params);
  };
  auto lowest = rounded(quarter(*previous));
  auto highest = rounded(*previous > quarter(*limit) ? *limit : times_four(*previous));
  return lowest && highest && *target >= *lowest && *target <= *highest;
}

/// The result of one consensus rule; nullopt when the rule needs a header older than the first one.
template <class Rule>
std::optional<std::string> ask(Rule&& rule) {
  try {
    return rule();
  } catch (const Unknown&) {
    return std::nullopt;
  }
}

/// True when the header's bits could be right after the `previous` header. For heights whose period is not
/// wholly known.
bool possible_bits(const Header& header, const Header& previous, std::uint32_t height,
                   const bitcoin::ChainParams& params) {
  if (params.no_retargeting) return header.bits == previous.bits;
  if (params.min_difficulty_blocks) return true;
  return height % params.period() == 0 ? can_follow(header.bits, previous.bits, params)
                                       : header.bits == previous.bits;
}

/// Checks the header at `index` of a run that begins at `first_height`. Returns its fault as check_header
/// does, empty when there is none, and notes unchecked heights in `out`.
std::string check_in_run(const std::vector<Header>& headers, std::size_t index, std::uint32_t first_height,
                         const bitcoin::ChainParams& params, std::int64_t now, HeaderVerdict& out) {
  const Header& header = headers[index];
  std::uint32_t height = first_height + static_cast<std::uint32_t>(index);
  bitcoin::HeaderContext context{height, [&](std::uint32_t wanted) -> Header {
                                   if (wanted < first_height || wanted >= height) throw Unknown{};
                                   return headers[wanted - first_height];
                                 }};
  if (height == 0) return check_header(header, context, params, now).empty() ? "" : "bad-genesis";
  auto reason = ask([&] { return check_work_and_link(header, context, params); });
  if (reason.value_or("") != "") return *reason;
  reason = ask([&] { return check_bits(header, context, params); });
  if (!reason) {
    bool retarget = height % params.period() == 0 || params.min_difficulty_blocks;
    if (retarget && !params.no_retargeting) out.unchecked_retargets.push_back(height);
    if (index > 0 && !possible_bits(header, headers[index - 1], height, params)) return "bad-diffbits";
  } else if (!reason->empty()) {
    return *reason;
  }
  reason = ask([&] { return check_median_time(header, context); });
  if (reason.value_or("") != "") return *reason;
  return ask([&] { return check_time_and_version(header, context, params, now); }).value_or("");
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
    std::string reason = check_in_run(headers, i, first_height, params, now, out);
    if (!reason.empty()) {
      out.verdict = Verdict::no(fmt::format("height {}: {}", first_height + i, reason));
      return out;
    }
    out.work = add(out.work, bitcoin::work_of(headers[i].bits));
  }
  return out;
}

}  // namespace pegkit::bitcoin
