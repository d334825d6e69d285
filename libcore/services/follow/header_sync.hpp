#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "bitcoin/chain.hpp"
#include "net/bitcoin_node.hpp"
#include "store/header_store.hpp"

namespace pegkit::services {

/// Keeps every header of the node's chain that passes all checks, and follows the chain with most work.
///
/// The node is believed in nothing but the headers that a chain begins with: the genesis block, which is ours
/// to know, or the anchor (doc/protocol.md, The light node).
class HeaderSync {
 public:
  HeaderSync(store::Database& database, net::BitcoinNode& node, const bitcoin::ChainParams& params,
             std::int64_t now)
      : database_(database), headers_(database), node_(node), params_(params), now_(now) {}

  /// Height at which a chain begins whose scan starts at `start_height`: 0, or the start of the difficulty
  /// period before it on networks where reading all headers takes long.
  static std::uint32_t anchor_height(std::uint32_t start_height, const bitcoin::ChainParams& params);
  /// Stores the first header (genesis, or the anchor with the eleven before it) when the store is empty.
  void begin(std::uint32_t start_height, bool from_genesis);

  struct Outcome {
    std::uint32_t node_height = 0;
    bool node_behind = false;  ///< our best chain has more work than the node's
  };
  /// Reads what the node has beyond the chain that we share. `progress` is called with heights. Throws Error
  /// `node.garbage` (exit 6) with the reason for a header that breaks a rule, or a chain that is not ours.
  Outcome run(const std::function<void(std::uint32_t height, std::uint32_t of)>& progress,
              const std::function<bool()>& interrupted);

 private:
  std::optional<std::uint32_t> last_common(std::uint32_t node_height);
  void read_branch(std::uint32_t common, std::uint32_t node_height,
                   const std::function<void(std::uint32_t, std::uint32_t)>& progress,
                   const std::function<bool()>& interrupted);
  store::StoredHeader check(const bitcoin::Header& header, const store::StoredHeader& parent);
  bitcoin::Header ancestor(const store::StoredHeader& of, std::uint32_t height);
  void adopt_most_work();

  store::Database& database_;
  store::HeaderStore headers_;
  net::BitcoinNode& node_;
  const bitcoin::ChainParams& params_;
  std::int64_t now_;
  /// The last headers of the branch that is being read, by height: what median times and targets look at.
  std::map<std::uint32_t, bitcoin::Header> recent_;
};

}  // namespace pegkit::services
