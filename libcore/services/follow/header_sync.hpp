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
/// It trusts the node for one thing only: the anchor, the headers with which a chain begins that does not
/// begin at the genesis block (doc/protocol.md, The light node). The genesis block is built in.
class HeaderSync {
 public:
  HeaderSync(store::Database& database, net::BitcoinNode& node, const bitcoin::ChainParams& params,
             std::int64_t now)
      : database_(database), headers_(database), node_(node), params_(params), now_(now) {}

  /// The height of the first header to keep when the scan starts at `start_height`: 0 on networks without
  /// retargeting, else the start of the difficulty period of the block before `start_height`.
  static std::uint32_t anchor_height(std::uint32_t start_height, const bitcoin::ChainParams& params);
  /// Stores the first header (genesis, or the anchor with the eleven before it) when the store is empty.
  void begin(std::uint32_t start_height, bool from_genesis);

  struct Outcome {
    std::uint32_t node_height = 0;
    bool node_behind = false;  ///< our best chain has more work than the node's
  };
  /// Reads the node's headers after the last one that we share with it, and adopts the chain with most work.
  /// Calls `progress` with heights. Throws Error `node.garbage` (exit 6) with the reason for a header that
  /// breaks a rule, or when the node's chain and ours share no header.
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
  /// The last headers of the branch that is being read, by height, for median times and targets.
  std::map<std::uint32_t, bitcoin::Header> recent_;
};

}  // namespace pegkit::services
