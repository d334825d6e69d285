#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/keys.hpp"
#include "optimistic/ots_keys.hpp"

namespace pegkit::app::keygen {

/// A value of a claim, as the list of values says it.
struct OtsValue {
  std::string name;
  std::size_t bytes = 0;
};
/// JSON Lines of objects with `name` and `bytes`, or one JSON array of them, or one object that has the array
/// in its field `values`. Where a value appears (`where`, `part`) may stand beside. Throws Error `json.*` or
/// `ots.values` (exit 3).
std::vector<OtsValue> parse_ots_values(const std::string& text);

/// The public keys of `count` epochs from `first` on, and those of the values of a graph.
optimistic::OtsKeySet sequencer_ots_keys(const crypto::SecretKey& seed, std::uint32_t first,
                                         std::uint32_t count);
optimistic::OtsKeySet operator_ots_keys(const crypto::SecretKey& seed, const ByteArray<32>& graph,
                                        const std::vector<OtsValue>& values);

}  // namespace pegkit::app::keygen
