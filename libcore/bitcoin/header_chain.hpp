#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/verdict.hpp"
#include "bitcoin/block.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/pow.hpp"

namespace pegkit::bitcoin {

/// Reads headers that follow each other, 80 bytes each. Throws Error `headers.length` (exit 3) for no bytes
/// and for a length that is no multiple of 80.
std::vector<bitcoin::Header> parse_headers(ByteView data);

struct HeaderVerdict {
  Verdict verdict;
  bitcoin::U256 work{};  ///< sum over all headers
  /// Heights at which a new target could apply, but could not be computed because the rule needs a header
  /// older than the first. On main and signet the bits were only held to a retarget's limit of a factor of
  /// four; on test and testnet4, where the 20-minute rule allows any, to nothing.
  std::vector<std::uint32_t> unchecked_retargets;
};
/// Checks links, proof of work, targets, times and versions of headers from `first_height` up, as far as the
/// headers themselves allow. `now` is in seconds since 1970. The verdict's reason names the first bad height.
HeaderVerdict verify_headers(const std::vector<bitcoin::Header>& headers, std::uint32_t first_height,
                             const bitcoin::ChainParams& params, std::int64_t now);

}  // namespace pegkit::bitcoin
