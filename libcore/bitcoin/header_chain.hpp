#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/verdict.hpp"
#include "bitcoin/block.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/pow.hpp"

namespace pegkit::bitcoin {

/// Headers of consecutive heights, 80 bytes each; throws `headers.length` (exit 3).
std::vector<bitcoin::Header> parse_headers(ByteView data);

struct HeaderVerdict {
  Verdict verdict;
  bitcoin::U256 work{};  ///< of all of them
  /// Heights whose required target could not be computed, because its period began before the first header;
  /// they were held to the fourfold bounds of a retarget alone.
  std::vector<std::uint32_t> unchecked_retargets;
};
/// Links, proof of work, targets and times of headers from `first_height` up.
HeaderVerdict verify_headers(const std::vector<bitcoin::Header>& headers, std::uint32_t first_height,
                             const bitcoin::ChainParams& params, std::int64_t now);

}  // namespace pegkit::bitcoin
