#pragma once

#include <cstdint>
#include <optional>

#include "bitcoin/block.hpp"
#include "bitcoin/pow.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// A checked header with its place in the chain.
struct StoredHeader {
  bitcoin::Header header;
  bitcoin::BlockHash hash;
  std::uint32_t height = 0;
  bitcoin::U256 work;  ///< of the chain up to and including this header
};

/// The checked headers of every branch, and which of them form the best chain. The caller checks a header
/// before it appends it.
class HeaderStore {
 public:
  explicit HeaderStore(Database& database) : database_(database) {}

  /// Adds a header; one that is stored already stays as it is. Throws Error `header.orphan` (exit 3) unless
  /// its parent is stored at the height below; the first header of an empty store needs no parent.
  void append(const StoredHeader& header);
  std::optional<StoredHeader> find(const bitcoin::BlockHash& hash);
  /// The header with most work; among equals the one in the best chain, else the one with the lowest hash.
  std::optional<StoredHeader> most_work();

  std::optional<StoredHeader> best_tip();
  std::uint64_t count();  ///< on all branches
  /// The best chain's header at a height.
  std::optional<StoredHeader> best_at(std::uint32_t height);
  bool in_best_chain(const StoredHeader& header);
  /// The ancestor (or itself) at `height` of a stored header on any branch; throws `header.orphan` when the
  /// store begins above that height or `height` is above the header's.
  StoredHeader ancestor(const StoredHeader& of, std::uint32_t height);
  /// Makes `tip` the tip of the best chain. Returns the height of the last header that the old and the new
  /// best chain share; nullopt when there was no best chain.
  std::optional<std::uint32_t> set_best(const bitcoin::BlockHash& tip);

 private:
  Database& database_;
};

}  // namespace pegkit::store
