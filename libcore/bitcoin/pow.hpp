#pragma once

#include <optional>

#include "bitcoin/block.hpp"
#include "bitcoin/chain.hpp"

namespace pegkit::bitcoin {

/// An unsigned 256-bit integer, most significant byte first: a target or an amount of work.
struct U256 : FixedBytes<32, U256> {};

/// The target that the compact `bits` encode; nullopt when it is negative, zero, above 256 bits, or above the
/// chain's limit.
std::optional<U256> target_of(std::uint32_t bits, const ChainParams& params);
/// The compact form of a target, rounded down to its three leading bytes.
std::uint32_t compact_of(const U256& target);
/// True when the header's hash, as a little-endian integer, is at most the target of its bits.
bool meets_target(const Header& header, const ChainParams& params);
/// Expected number of hashes for a header: 2^256 / (target + 1), rounded down; 0 for invalid bits.
U256 work_of(std::uint32_t bits);
U256 add(const U256& a, const U256& b);

/// The chain below a header that is checked. The rules ask `ancestor` for headers at lower heights: up to 11
/// before it for times, its difficulty period for the target.
struct HeaderContext {
  std::uint32_t height;  ///< of the header to check
  std::function<Header(std::uint32_t height)> ancestor;
};
/// The bits that a header at context.height must have (Bitcoin Core's GetNextWorkRequired, with the rules of
/// the test networks).
std::uint32_t required_bits(const Header& header, const HeaderContext& context, const ChainParams& params);
/// Median time of up to 11 headers before context.height, in seconds since 1970; 0 at height 0.
std::uint32_t median_time_past(const HeaderContext& context);
/// Checks proof of work, link, bits, median time, BIP94's timewarp rule, a time at most 2 hours after `now`
/// (seconds since 1970), and the version, in this order. Returns an empty string, or Bitcoin Core's reason:
/// "high-hash", "prev-blk-not-found", "bad-diffbits", "time-too-old", "time-timewarp-attack", "time-too-new",
/// "bad-version". At height 0 the header must be the chain's genesis.
std::string check_header(const Header& header, const HeaderContext& context, const ChainParams& params,
                         std::int64_t now);

/// The rules of check_header one by one and in its order, for heights above 0 whose ancestors are known only
/// in part. They look back one header, a difficulty period, 11 headers, and one header.
std::string check_work_and_link(const Header& header, const HeaderContext& context,
                                const ChainParams& params);
std::string check_bits(const Header& header, const HeaderContext& context, const ChainParams& params);
std::string check_median_time(const Header& header, const HeaderContext& context);
std::string check_time_and_version(const Header& header, const HeaderContext& context,
                                   const ChainParams& params, std::int64_t now);

}  // namespace pegkit::bitcoin
