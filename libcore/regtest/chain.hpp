#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "regtest/rules.hpp"

namespace pegkit::regtest {

/// Where a chain keeps its blocks beyond the process. Blocks come back in the order in which they were added.
class RegtestStore {
 public:
  struct StoredBlock {
    Bytes raw;
    bool invalid;  ///< by invalidateblock, itself
  };
  virtual ~RegtestStore() = default;
  virtual std::vector<StoredBlock> blocks() = 0;
  virtual void add_block(const bitcoin::BlockHash& hash, ByteView raw) = 0;
  virtual void set_invalid(const bitcoin::BlockHash& hash, bool invalid) = 0;
  virtual std::vector<Bytes> mempool() = 0;
  virtual void save_mempool(const std::vector<Bytes>& transactions) = 0;
  /// What is written between the two reaches the disk together.
  virtual void begin() = 0;
  virtual void end() = 0;
};

/// What one step of the best chain's movement did; blocks in the order in which it happened.
struct ChainChange {
  std::vector<const RegtestBlock*> disconnected;
  std::vector<const RegtestBlock*> connected;
  bool keep_transactions = true;  ///< put those of disconnected blocks back into the mempool
};

/// A regtest chain in memory: all blocks received, the best chain among them and its unspent outputs, under
/// Bitcoin's consensus rules as regtest has them (every deployment active from the first block).
class RegtestChain {
 public:
  using Observer = std::function<void(const ChainChange&)>;

  /// Starts from the genesis block, then from what `store` holds (may be null). Throws Error `regtest.store`
  /// when a stored block does not fit.
  explicit RegtestChain(RegtestStore* store = nullptr);
  void observe(Observer observer) { observer_ = std::move(observer); }

  const RegtestBlock& tip() const { return *active_.back(); }
  std::uint32_t height() const { return tip().height; }
  /// A block of the best chain; null above its tip.
  const RegtestBlock* at(std::uint32_t height) const;
  const RegtestBlock* find(const bitcoin::BlockHash& hash) const;
  bool is_active(const RegtestBlock& block) const { return at(block.height) == &block; }
  /// Blocks that no other block builds on, and the tip.
  std::vector<const RegtestBlock*> leaves() const;

  const std::map<bitcoin::OutPoint, RegtestCoin>& coins() const { return coins_; }
  const RegtestCoin* coin(const bitcoin::OutPoint& outpoint) const;
  FindCoin finder() const {
    return [this](const bitcoin::OutPoint& outpoint) { return coin(outpoint); };
  }

  /// Whether `block` may stand on the tip, proof of work aside.
  Rejection test(const bitcoin::Block& block, std::int64_t now, bool with_merkle_root) const;
  struct Added {
    Rejection rejection;
    bool duplicate = false;
    bool connected = false;  ///< it is in the best chain now
  };
  /// Takes a block with its proof of work, and makes the best chain the one with the most work.
  Added add(bitcoin::Block block, std::int64_t now);

  /// Marks a block invalid and leaves it. The block must be one of ours.
  void invalidate(const RegtestBlock& block);
  /// Takes the marks from a block, those it builds on and those that build on it.
  void reconsider(const RegtestBlock& block);

 private:
  /// The most work first, of equal ones the one that came first.
  struct BetterChain {
    bool operator()(const RegtestBlock* a, const RegtestBlock* b) const;
  };
  struct Connection {
    Rejection rejection;
    std::vector<std::vector<RegtestCoin>> spent;
    std::map<bitcoin::OutPoint, std::optional<RegtestCoin>> changes;  ///< none: spent
  };
  RegtestBlock* insert(bitcoin::Block block);
  std::string check_header(const bitcoin::Header& header, const RegtestBlock& parent, std::int64_t now) const;
  Connection try_connect(const bitcoin::Block& block, std::uint32_t height, const RegtestBlock& parent,
                         bool scripts) const;
  Rejection connect(RegtestBlock& block);
  void disconnect_tip();
  void activate_best();
  void set_invalid(RegtestBlock& block, bool invalid);
  void mark_descendants(const RegtestBlock& block, bool invalid);
  RegtestBlock& own(const RegtestBlock& block) { return *blocks_.at(block.hash); }

  RegtestStore* store_;
  Observer observer_;
  std::map<bitcoin::BlockHash, std::unique_ptr<RegtestBlock>> blocks_;
  std::set<RegtestBlock*, BetterChain> valid_;  ///< the tips to choose from, and all that they stand on
  std::vector<RegtestBlock*> active_;
  std::map<bitcoin::OutPoint, RegtestCoin> coins_;
  std::map<bitcoin::BlockHash, Rejection> failures_;
  std::uint64_t next_sequence_ = 0;
  bool verify_scripts_ = true;
};

}  // namespace pegkit::regtest
