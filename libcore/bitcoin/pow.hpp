#pragma once

#include <optional>

#include "bitcoin/block.hpp"
#include "bitcoin/chain.hpp"

namespace pegkit::bitcoin {

/// An unsigned 256-bit integer, most significant byte first; enough arithmetic for targets and work.
struct U256 : FixedBytes<32, U256> {};

/// The target of a compact `bits`; nullopt when negative, zero, overflowing, or above the chain's limit.
std::optional<U256> target_of(std::uint32_t bits, const ChainParams& params);
std::uint32_t compact_of(const U256& target);
/// hash (as a little-endian integer) <= target of the header's bits.
bool meets_target(const Header& header, const ChainParams& params);
/// 2^256 / (target + 1).
U256 work_of(std::uint32_t bits);
U256 add(const U256& a, const U256& b);

/// What must be known of the chain before a header to check it: the last 11 times, the period's first
/// header, and so on. Callers give a way to look up ancestors by height.
struct HeaderContext {
  std::uint32_t height;  ///< of the header to check
  std::function<Header(std::uint32_t height)> ancestor;
};
/// The bits a header at context.height must have (GetNextWorkRequired of Bitcoin Core, incl. testnet rules).
std::uint32_t required_bits(const Header& header, const HeaderContext& context, const ChainParams& params);
/// Median of the (up to) 11 headers before.
std::uint32_t median_time_past(const HeaderContext& context);
/// Proof of work, bits, link, median time, not more than 2 hours ahead of `now`, version rules of the
/// height. Returns an empty string, or Bitcoin Core's reason ("high-hash", "bad-diffbits", "time-too-old",
/// "time-too-new", "bad-version", "prev-blk-not-found", "time-timewarp-attack").
std::string check_header(const Header& header, const HeaderContext& context, const ChainParams& params,
                         std::int64_t now);

/// The rules of check_header one by one in its order, above height 0, for headers whose ancestors are known
/// only in part: they look back one header, a difficulty period, 11 headers, and one header.
std::string check_work_and_link(const Header& header, const HeaderContext& context,
                                const ChainParams& params);
std::string check_bits(const Header& header, const HeaderContext& context, const ChainParams& params);
std::string check_median_time(const Header& header, const HeaderContext& context);
std::string check_time_and_version(const Header& header, const HeaderContext& context,
                                   const ChainParams& params, std::int64_t now);

}  // namespace pegkit::bitcoin
