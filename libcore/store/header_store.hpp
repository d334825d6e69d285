#pragma once

#include <cstdint>
#include <optional>

#include "bitcoin/block.hpp"
#include "bitcoin/pow.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// A header that was checked, with its place.
struct StoredHeader {
  bitcoin::Header header;
  bitcoin::BlockHash hash;
  std::uint32_t height = 0;
  bitcoin::U256 work;  ///< of the chain up to and with this header
};

/// Every header that was checked, on any branch, and which of them make the best chain. The caller checks
/// headers before it appends them; this keeps them.
class HeaderStore {
 public:
  explicit HeaderStore(Database& database) : database_(database) {}

  /// Keeps a header; one that is there already is left as it is. Its parent must be there with the height
  /// below, except for the first header of an empty store; throws Error `header.orphan` (exit 3).
  void append(const StoredHeader& header);
  std::optional<StoredHeader> find(const bitcoin::BlockHash& hash);
  /// The header with most work; of equals the one that is in the best chain, else the lowest hash.
  std::optional<StoredHeader> most_work();

  std::optional<StoredHeader> best_tip();
  std::uint64_t count();  ///< on all branches
  /// The best chain's header at a height.
  std::optional<StoredHeader> best_at(std::uint32_t height);
  bool in_best_chain(const StoredHeader& header);
  /// The ancestor (or itself) at `height` of a stored header on any branch; throws `header.orphan` when the
  /// store begins above that height or `height` is above the header's.
  StoredHeader ancestor(const StoredHeader& of, std::uint32_t height);
  /// Makes `tip` the best chain's end. Returns the height of the last header that old and new best chain
  /// share; nullopt when there was no best chain.
  std::optional<std::uint32_t> set_best(const bitcoin::BlockHash& tip);

 private:
  Database& database_;
};

}  // namespace pegkit::store
