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

/// Keeps a chain's blocks and its mempool beyond the process. blocks() gives them in the order in which they
/// were added.
class RegtestStore {
 public:
  struct StoredBlock {
    Bytes raw;
    bool invalid;  ///< marked by invalidateblock, not inherited from a block below
  };
  virtual ~RegtestStore() = default;
  virtual std::vector<StoredBlock> blocks() = 0;
  virtual void add_block(const bitcoin::BlockHash& hash, ByteView raw) = 0;
  virtual void set_invalid(const bitcoin::BlockHash& hash, bool invalid) = 0;
  virtual std::vector<Bytes> mempool() = 0;
  virtual void save_mempool(const std::vector<Bytes>& transactions) = 0;
  /// All writes between begin() and end() reach the disk together.
  virtual void begin() = 0;
  virtual void end() = 0;
};

/// One step of the best chain: its blocks disconnected, then those connected, each in the order in which
/// it happened.
struct ChainChange {
  std::vector<const RegtestBlock*> disconnected;
  std::vector<const RegtestBlock*> connected;
  bool keep_transactions = true;  ///< put those of disconnected blocks back into the mempool
};

/// A regtest chain in memory: all blocks received, the best chain among them and its unspent outputs. It
/// applies Bitcoin's consensus rules for regtest, where every deployment is active from the first block.
class RegtestChain {
 public:
  using Observer = std::function<void(const ChainChange&)>;

  /// Starts from the genesis block and adds the blocks of `store`, which may be null. Throws Error
  /// `regtest.store` (exit 3) when a stored block does not fit.
  explicit RegtestChain(RegtestStore* store = nullptr);
  void observe(Observer observer) { observer_ = std::move(observer); }

  const RegtestBlock& tip() const { return *active_.back(); }
  std::uint32_t height() const { return tip().height; }
  /// The block of the best chain at a height; null above its tip.
  const RegtestBlock* at(std::uint32_t height) const;
  const RegtestBlock* find(const bitcoin::BlockHash& hash) const;
  bool is_active(const RegtestBlock& block) const { return at(block.height) == &block; }
  /// The blocks on which no other block builds, and the tip.
  std::vector<const RegtestBlock*> leaves() const;

  const std::map<bitcoin::OutPoint, RegtestCoin>& coins() const { return coins_; }
  const RegtestCoin* coin(const bitcoin::OutPoint& outpoint) const;
  FindCoin finder() const {
    return [this](const bitcoin::OutPoint& outpoint) { return coin(outpoint); };
  }

  /// Checks a block for a place on the tip, without its proof of work.
  Rejection test(const bitcoin::Block& block, std::int64_t now, bool with_merkle_root) const;
  struct Added {
    Rejection rejection;
    bool duplicate = false;
    bool connected = false;  ///< true when the block is in the best chain now
  };
  /// Adds a block after checking it and its proof of work, then activates the chain with the most work.
  Added add(bitcoin::Block block, std::int64_t now);

  /// Marks a block of this chain invalid, and disconnects it when it is in the best chain.
  void invalidate(const RegtestBlock& block);
  /// Removes the invalid marks of a block, of its ancestors and of its descendants.
  void reconsider(const RegtestBlock& block);

 private:
  /// Orders by most work; among equals, the block that arrived first.
  struct BetterChain {
    bool operator()(const RegtestBlock* a, const RegtestBlock* b) const;
  };
  struct Connection {
    Rejection rejection;
    std::vector<std::vector<RegtestCoin>> spent;
    std::map<bitcoin::OutPoint, std::optional<RegtestCoin>> changes;  ///< nullopt for a spent coin
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
  std::set<RegtestBlock*, BetterChain> valid_;  ///< candidates for the tip, and all their ancestors
  std::vector<RegtestBlock*> active_;
  std::map<bitcoin::OutPoint, RegtestCoin> coins_;
  std::map<bitcoin::BlockHash, Rejection> failures_;
  std::uint64_t next_sequence_ = 0;
  bool verify_scripts_ = true;
};

}  // namespace pegkit::regtest
