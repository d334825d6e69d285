#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/keys.hpp"
#include "optimistic/ots_keys.hpp"

namespace pegkit::app::keygen {

/// One value of a claim: its name and its size in bytes.
struct OtsValue {
  std::string name;
  std::size_t bytes = 0;
};
/// Reads JSON Lines of objects with `name` and `bytes`, or one JSON array of them, or one object with the
/// array in its field `values`. Each object may also have `where` and `part`, which are ignored. Throws Error
/// `json.*` or `ots.values` (exit 3).
std::vector<OtsValue> parse_ots_values(const std::string& text);

/// The sequencer's public one-time keys of `count` epochs, from epoch `first` on.
optimistic::OtsKeySet sequencer_ots_keys(const crypto::SecretKey& seed, std::uint32_t first,
                                         std::uint32_t count);
/// The operator's public one-time keys for the values of one graph's claim.
optimistic::OtsKeySet operator_ots_keys(const crypto::SecretKey& seed, const ByteArray<32>& graph,
                                        const std::vector<OtsValue>& values);

}  // namespace pegkit::app::keygen
