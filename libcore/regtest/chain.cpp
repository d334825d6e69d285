#include "regtest/chain.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/error.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/script.hpp"

namespace pegkit::regtest {
namespace {

const bitcoin::ChainParams& params() {
  return bitcoin::chain_params(bitcoin::Chain::regtest);
}

/// The coinbase of the genesis block, the same in this network as in Bitcoin's main network.
constexpr const char* genesis_coinbase =
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468"
    "652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261"
    "696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e0"
    "3909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";

bitcoin::Block genesis_block() {
  return {bitcoin::Header::parse(from_hex(params().genesis_header_hex)),
          {bitcoin::Transaction::from_hex(genesis_coinbase)}};
}

/// The median time of the block and the ten before it.
std::uint32_t median_time(const RegtestBlock& block) {
  return bitcoin::median_time_past(
      {block.height + 1, [&](std::uint32_t height) { return block.ancestor(height)->block.header; }});
}

bool unspendable(ByteView script) {
  return (!script.empty() && script[0] == bitcoin::OP_RETURN) || script.size() > 10'000;
}

}  // namespace

RegtestChain::RegtestChain(RegtestStore* store) : store_(nullptr) {
  active_.push_back(insert(genesis_block()));
  if (!store) return;
  verify_scripts_ = false;  // scripts were verified when the block was added first
  for (RegtestStore::StoredBlock& stored : store->blocks()) {
    bitcoin::Block block = bitcoin::Block::parse(stored.raw);
    const RegtestBlock* parent = find(block.header.previous);
    if (!parent || find(block.header.hash()) || check_block(block, *parent, true))
      throw input_error("regtest.store", "a block of the data directory does not fit its chain");
    RegtestBlock* added = insert(std::move(block));
    if (stored.invalid) {
      failures_[added->hash] = {};
      set_invalid(*added, true);
    }
    if (!added->invalid) activate_best();
  }
  verify_scripts_ = true;
  store_ = store;
}

const RegtestBlock* RegtestChain::at(std::uint32_t height) const {
  return height < active_.size() ? active_[height] : nullptr;
}

const RegtestBlock* RegtestChain::find(const bitcoin::BlockHash& hash) const {
  auto found = blocks_.find(hash);
  return found == blocks_.end() ? nullptr : found->second.get();
}

std::vector<const RegtestBlock*> RegtestChain::leaves() const {
  std::set<const RegtestBlock*> parents;
  for (const auto& [hash, block] : blocks_) parents.insert(block->parent);
  std::vector<const RegtestBlock*> out;
  for (const auto& [hash, block] : blocks_)
    if (!parents.contains(block.get()) || block.get() == &tip()) out.push_back(block.get());
  std::ranges::sort(
      out, [](auto a, auto b) { return std::tie(b->height, a->hash) < std::tie(a->height, b->hash); });
  return out;
}

const RegtestCoin* RegtestChain::coin(const bitcoin::OutPoint& outpoint) const {
  auto found = coins_.find(outpoint);
  return found == coins_.end() ? nullptr : &found->second;
}

RegtestBlock* RegtestChain::insert(bitcoin::Block block) {
  auto added = std::make_unique<RegtestBlock>();
  added->block = std::move(block);
  added->hash = added->block.header.hash();
  for (const bitcoin::Transaction& tx : added->block.transactions) added->txids.push_back(tx.txid());
  added->parent = find(added->block.header.previous);
  added->work = bitcoin::work_of(added->block.header.bits);
  if (added->parent) {
    added->height = added->parent->height + 1;
    added->work = bitcoin::add(added->work, added->parent->work);
    added->invalid = added->parent->invalid;
  }
  added->median_time = median_time(*added);
  added->sequence = next_sequence_++;
  if (!added->invalid) valid_.insert(added.get());
  return (blocks_[added->hash] = std::move(added)).get();
}

std::string RegtestChain::check_header(const bitcoin::Header& header, const RegtestBlock& parent,
                                       std::int64_t now) const {
  bitcoin::HeaderContext context{parent.height + 1,
                                 [&](std::uint32_t height) { return parent.ancestor(height)->block.header; }};
  return bitcoin::check_header(header, context, params(), now);
}

RegtestChain::Connection RegtestChain::try_connect(const bitcoin::Block& block, std::uint32_t height,
                                                   const RegtestBlock& parent, bool scripts) const {
  Connection connection;
  auto& changes = connection.changes;
  auto refuse = [&](Rejection rejection) {
    connection.rejection = std::move(rejection);
    return std::move(connection);
  };
  FindCoin coins = [&](const bitcoin::OutPoint& outpoint) -> const RegtestCoin* {
    if (auto found = changes.find(outpoint); found != changes.end())
      return found->second ? &*found->second : nullptr;
    return coin(outpoint);
  };
  for (const bitcoin::Transaction& tx : block.transactions) {
    bitcoin::Txid txid = tx.txid();
    for (std::uint32_t i = 0; i < tx.outputs.size(); ++i)
      if (coin({txid, i})) return refuse({"bad-txns-BIP30", "tried to overwrite transaction"});
  }

  Sat fees;
  std::int64_t sigops = 0;
  for (const bitcoin::Transaction& tx : block.transactions) {
    bitcoin::Txid txid = tx.txid();
    bool coinbase = tx.is_coinbase();
    std::vector<bitcoin::TxOut> spent;
    if (!coinbase) {
      Sat fee;
      if (Rejection rejection = check_inputs(tx, coins, height, fee))
        return refuse({rejection.reason, rejection.detail + " in transaction " + txid.display()});
      if (!(fees += fee).in_range())
        return refuse({"bad-txns-accumulated-fee-outofrange", "accumulated fee in the block out of range"});
      std::vector<std::uint32_t> heights;
      for (const bitcoin::TxIn& input : tx.inputs) heights.push_back(coins(input.prevout)->height);
      if (!sequence_locks_met(tx, heights, parent))
        return refuse({"bad-txns-nonfinal", "contains a non-BIP68-final transaction " + txid.display()});
      spent = spent_outputs(tx, coins);
    }
    sigops += bitcoin::sigop_cost(tx, spent, bitcoin::consensus_flags);
    if (sigops > max_block_sigop_cost) return refuse({"bad-blk-sigops", "too many sigops"});
    if (!coinbase) {
      if (scripts)
        if (Rejection rejection =
                check_scripts(tx, spent, bitcoin::consensus_flags, "block-script-verify-flag-failed"))
          return refuse(std::move(rejection));
      auto& undo = connection.spent.emplace_back();
      for (const bitcoin::TxIn& input : tx.inputs) {
        undo.push_back(*coins(input.prevout));
        changes[input.prevout] = std::nullopt;
      }
    }
    for (std::uint32_t i = 0; i < tx.outputs.size(); ++i)
      if (!unspendable(tx.outputs[i].script_pubkey))
        changes[{txid, i}] = RegtestCoin{tx.outputs[i], height, coinbase};
  }
  Sat paid, limit = block_subsidy(height) + fees;
  for (const bitcoin::TxOut& output : block.transactions[0].outputs) paid += output.value;
  if (paid > limit)
    return refuse({"bad-cb-amount", fmt::format("coinbase pays too much (actual={} vs limit={})",
                                                paid.value(), limit.value())});
  return connection;
}

Rejection RegtestChain::connect(RegtestBlock& block) {
  Connection connection = try_connect(block.block, block.height, *block.parent, verify_scripts_);
  if (connection.rejection) return connection.rejection;
  for (auto& [outpoint, coin] : connection.changes) {
    if (coin)
      coins_[outpoint] = std::move(*coin);
    else
      coins_.erase(outpoint);
  }
  block.spent = std::move(connection.spent);
  active_.push_back(&block);
  return {};
}

void RegtestChain::disconnect_tip() {
  RegtestBlock& block = *active_.back();
  for (std::size_t i = block.txids.size(); i-- > 0;) {
    const bitcoin::Transaction& tx = block.block.transactions[i];
    for (std::uint32_t out = 0; out < tx.outputs.size(); ++out) coins_.erase({block.txids[i], out});
    if (i == 0) break;
    for (std::size_t in = 0; in < tx.inputs.size(); ++in)
      coins_[tx.inputs[in].prevout] = block.spent[i - 1][in];
  }
  active_.pop_back();
}

Rejection RegtestChain::test(const bitcoin::Block& block, std::int64_t now, bool with_merkle_root) const {
  const RegtestBlock& parent = tip();
  if (block.header.previous != parent.hash) return {"inconclusive-not-best-prevblk", ""};
  if (std::string reason = check_header(block.header, parent, now); !reason.empty() && reason != "high-hash")
    return {reason, ""};
  if (Rejection rejection = check_block(block, parent, with_merkle_root)) return rejection;
  return try_connect(block, parent.height + 1, parent, true).rejection;
}

RegtestChain::Added RegtestChain::add(bitcoin::Block block, std::int64_t now) {
  bitcoin::BlockHash hash = block.header.hash();
  if (const RegtestBlock* known = find(hash)) {
    if (Rejection rejection = check_merkle_root(block)) return {std::move(rejection)};
    if (known->invalid) return {{"duplicate-invalid", ""}, true, false};
    return {{}, true, is_active(*known)};
  }
  const RegtestBlock* parent = find(block.header.previous);
  if (!parent) return {{"prev-blk-not-found", ""}};
  if (parent->invalid) return {{"bad-prevblk", ""}};
  if (std::string reason = check_header(block.header, *parent, now); !reason.empty()) return {{reason, ""}};
  if (Rejection rejection = check_block(block, *parent, true)) return {std::move(rejection)};
  Bytes raw = block.serialize();
  RegtestBlock* added = insert(std::move(block));
  if (store_) store_->add_block(hash, raw);
  activate_best();
  if (auto failure = failures_.find(hash); failure != failures_.end()) return {failure->second};
  return {{}, false, is_active(*added)};
}

bool RegtestChain::BetterChain::operator()(const RegtestBlock* a, const RegtestBlock* b) const {
  return a->work != b->work ? a->work > b->work : a->sequence < b->sequence;
}

void RegtestChain::set_invalid(RegtestBlock& block, bool invalid) {
  block.invalid = invalid;
  if (invalid)
    valid_.erase(&block);
  else
    valid_.insert(&block);
}

void RegtestChain::activate_best() {
  ChainChange change;
  while (*valid_.begin() != active_.back()) {
    std::vector<RegtestBlock*> path;
    for (RegtestBlock* block = *valid_.begin(); !is_active(*block); block = &own(*block->parent))
      path.push_back(block);
    while (active_.back() != path.back()->parent) {
      change.disconnected.push_back(active_.back());
      disconnect_tip();
    }
    for (; !path.empty(); path.pop_back()) {
      RegtestBlock& block = *path.back();
      if (Rejection rejection = connect(block)) {
        failures_[block.hash] = std::move(rejection);
        mark_descendants(block, true);
        if (store_) store_->set_invalid(block.hash, true);
        break;
      }
      change.connected.push_back(&block);
    }
  }
  if (observer_ && (!change.disconnected.empty() || !change.connected.empty())) observer_(change);
}

void RegtestChain::mark_descendants(const RegtestBlock& block, bool invalid) {
  for (auto& [hash, other] : blocks_)
    if (other->height >= block.height && other->ancestor(block.height) == &block)
      set_invalid(*other, invalid);
}

void RegtestChain::invalidate(const RegtestBlock& block) {
  if (block.height == 0) return;
  RegtestBlock& marked = own(block);
  // Bitcoin Core puts back the transactions of ten blocks and drops those of deeper blocks.
  constexpr int blocks_with_transactions = 10;
  int count = 0;
  while (is_active(marked)) {
    ChainChange change;
    change.disconnected.push_back(active_.back());
    change.keep_transactions = ++count <= blocks_with_transactions;
    disconnect_tip();
    if (observer_) observer_(change);
  }
  mark_descendants(marked, true);
  failures_[marked.hash] = {"duplicate-invalid", ""};
  if (store_) store_->set_invalid(marked.hash, true);
  activate_best();
}

void RegtestChain::reconsider(const RegtestBlock& block) {
  auto clear = [&](RegtestBlock& cleared) {
    set_invalid(cleared, false);
    if (failures_.erase(cleared.hash) && store_) store_->set_invalid(cleared.hash, false);
  };
  for (auto& [hash, other] : blocks_)
    if (other->ancestor(block.height) == &block || block.ancestor(other->height) == other.get())
      clear(*other);
  activate_best();
}

}  // namespace pegkit::regtest
