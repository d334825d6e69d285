#pragma once

#include <optional>
#include <vector>

#include "bridge/custody.hpp"

namespace pegkit::bridge {

/// The values that a custody computes once and shares with its copies.
struct Custody::Tree {
  std::optional<crypto::XOnlyKey> internal_key;
  std::optional<bitcoin::TapNode> custody_root;         ///< of the custody leaves
  std::optional<std::vector<bitcoin::TapNode>> leaves;  ///< their hashes
  std::optional<bitcoin::TapNode> stated_root;  ///< of the whole tree, while it is believed (Derive::stated)
  struct Path {
    std::uint64_t index;
    std::vector<bitcoin::TapNode> nodes;
  };
  std::optional<Path> last_path;  ///< many inputs are spent by the same leaf
};

}  // namespace pegkit::bridge
