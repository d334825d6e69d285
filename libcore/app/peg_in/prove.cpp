#include <algorithm>
#include <fmt/core.h>
#include <string>
#include <vector>

#include "app/peg_in/commands.hpp"
#include "app/peg_in/deposit_coin.hpp"
#include "bitcoin/block.hpp"
#include "bridge/deposit.hpp"
#include "bridge/mint.hpp"
#include "bridge/params.hpp"
#include "bridge/record.hpp"
#include "bridge/spv.hpp"
#include "net/bitcoin_node.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/input.hpp"

namespace pegkit::app::peg_in {
namespace {

/// A block from the node, checked: the header has the block's hash and the transactions give its merkle root.
struct CheckedBlock {
  bitcoin::Header header;
  std::uint32_t height = 0;
  std::uint32_t confirmations = 0;
  std::vector<bitcoin::Txid> txids;
  std::vector<bitcoin::Transaction> matches;  ///< the transactions that `wanted` chose
};

CheckedBlock read_block(
    net::BitcoinNode& node, const bitcoin::BlockHash& hash,
    const std::function<bool(const bitcoin::Transaction&, const bitcoin::Txid&)>& wanted) {
  CheckedBlock out;
  auto position = node.block_position(hash);
  if (position.confirmations < 1)
    throw not_ready("block.stale", fmt::format("block {} is not in the best chain", hash.display()));
  out.height = position.height;
  out.confirmations = static_cast<std::uint32_t>(position.confirmations);
  Bytes raw = node.raw_block(hash);
  auto scan =
      bitcoin::scan_block(raw, [&](const bitcoin::Transaction& tx, ByteView, const bitcoin::Txid& txid) {
        out.txids.push_back(txid);
        if (wanted(tx, txid)) out.matches.push_back(tx);
      });
  out.header = scan.header;
  return out;
}

/// The transaction that funds a deposit, with its block.
struct Funded {
  CheckedBlock block;
  bitcoin::Transaction tx;
  bridge::Deposit::Funding funding;
};

Funded read_funding(net::BitcoinNode& node, const bridge::Deposit& deposit, const bitcoin::OutPoint& outpoint,
                    const bitcoin::BlockHash& hash) {
  Funded out;
  out.block = read_block(node, hash, [&](const auto&, const auto& txid) { return txid == outpoint.txid; });
  if (out.block.matches.empty())
    throw input_error("spv.absent",
                      fmt::format("{} is not in block {}", outpoint.txid.display(), hash.display()));
  out.tx = out.block.matches.front();
  if (outpoint.vout >= out.tx.outputs.size() ||
      out.tx.outputs[outpoint.vout].script_pubkey != deposit.script_pubkey())
    throw input_error("deposit.output",
                      fmt::format("{} does not pay the deposit's address", outpoint.text()));
  out.funding = {outpoint, out.tx.outputs[outpoint.vout].value};
  return out;
}

void require_depth(const CheckedBlock& block, const bridge::Params& params) {
  if (block.confirmations < params.deposit_confirmations)
    throw not_ready("deposit.unconfirmed", fmt::format("block {} has {} of {} confirmations", block.height,
                                                       block.confirmations, params.deposit_confirmations));
}

/// True when the input takes the deposit back by its refund leaf.
bool is_refund(const bitcoin::TxIn& input, const bridge::Deposit& deposit) {
  return std::ranges::count(input.witness, deposit.refund_script()) > 0;
}

/// Throws unless the custody spent the deposit in block `spent_in` and that block is buried. A refunded
/// deposit is never minted: Error `deposit.refunded` (exit 7).
void require_spent_by_custody(net::BitcoinNode& node, const bridge::Deposit& deposit,
                              const bitcoin::OutPoint& outpoint, const std::string& spent_in,
                              const bridge::Params& params) {
  auto spends = [&](const bitcoin::TxIn& input) { return input.prevout == outpoint; };
  CheckedBlock block = read_block(
      node, bitcoin::BlockHash::from_display(spent_in),
      [&](const bitcoin::Transaction& tx, const auto&) { return std::ranges::any_of(tx.inputs, spends); });
  if (block.matches.empty())
    throw input_error("deposit.spender",
                      fmt::format("no transaction of block {} spends {}", spent_in, outpoint.text()));
  auto input = std::ranges::find_if(block.matches.front().inputs, spends);
  if (is_refund(*input, deposit))
    throw refused("deposit.refunded", "this deposit went back to its depositor");
  require_depth(block, params);
}

/// The block that contains a lock: `given`, or without it the block of the lock's unspent output.
bitcoin::BlockHash lock_block(net::BitcoinNode& node, const bitcoin::Txid& lock, const std::string& given) {
  if (!given.empty()) return bitcoin::BlockHash::from_display(given);
  auto coin = node.coin({lock, 0}, false);
  if (!coin)
    throw not_ready("deposit.unlocked", fmt::format("the lock {} is in no block yet", lock.display()))
        .hint("if the lock's output is spent, name the lock's block with --spent-in");
  return node.block_hash(coin->height);
}

/// True for a transaction that locks the deposit for its graphs: it spends the deposit alone, not by the
/// refund leaf, pays the custody, and names the recipient in its record.
bool is_lock(const bitcoin::Transaction& tx, const bridge::Deposit& deposit, const bridge::Params& params) {
  auto record = bridge::lock_record(params.magic, tx);
  return record && record->recipient == deposit.recipient() && tx.inputs.size() == 1 &&
         tx.inputs[0].prevout == deposit.funding->outpoint && !is_refund(tx.inputs[0], deposit) &&
         tx.outputs[0].script_pubkey == deposit.custody().script_pubkey();
}

/// In optimistic mode a deposit is minted only when a buried lock has made a refund impossible.
void require_locked(net::BitcoinNode& node, const bridge::Deposit& deposit, const std::string& lock,
                    const std::string& spent_in, const bridge::Params& params) {
  if (deposit.funding->amount != params.challenge->denomination)
    throw refused("deposit.amount",
                  fmt::format("the deposit holds {} sat; every deposit of this bridge must hold {} sat",
                              deposit.funding->amount.value(), params.challenge->denomination.value()));
  auto txid = bitcoin::Txid::from_display(lock);
  CheckedBlock block = read_block(node, lock_block(node, txid, spent_in),
                                  [&](const auto&, const bitcoin::Txid& other) { return other == txid; });
  if (block.matches.empty())
    throw input_error("deposit.spender", fmt::format("the lock {} is not in block {}", lock, spent_in));
  if (!is_lock(block.matches[0], deposit, params))
    throw refused("deposit.lock", fmt::format("{} does not lock this deposit", lock));
  require_depth(block, params);
}

/// Throws Error `deposit.late` (exit 7) when the refund opens within the sweep margin.
void require_mint_time(const bridge::Deposit& deposit, std::uint32_t confirmations,
                       const bridge::Params& params) {
  if (confirmations + params.sweep_margin >= deposit.refund_blocks())
    throw refused(
        "deposit.late",
        fmt::format("the refund of this deposit opens in {} blocks, which is within the sweep margin of {}",
                    deposit.refund_blocks() > confirmations ? deposit.refund_blocks() - confirmations : 0,
                    params.sweep_margin));
}

/// `peg-in prove`: proves that a deposit, or with --txid any transaction, is in a block (`pegkit/spv-proof`).
/// With --mint it prints the mint that the custodians sign (`pegkit/mint`).
class ProveDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  Exit prove_transaction(Ports& ports, const bridge::Params& params) const;
  /// Throws when the deposit may not be minted, or not yet.
  void require_mintable(Ports& ports, const bridge::Params& params, const bridge::Deposit& deposit,
                        std::uint32_t confirmations) const;
  std::string params_, deposit_ = "-", txid_, outpoint_, block_, spent_in_, lock_, graph_, sequencer_keys_;
  bool mint_ = false;
};

}  // namespace

void ProveDeposit::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(deposit_, "--deposit", "the deposit document (default: stdin)");
  options.text(txid_, "--txid", "TXID", "prove this transaction of --block instead of a deposit");
  options.text(outpoint_, "--outpoint", "TXID:VOUT", "the deposit's coin, when its address has several");
  options.text(block_, "--block", "HASH", "the block of the transaction; needed when the deposit is spent");
  options.text(spent_in_, "--spent-in", "HASH",
               "with --mint: the block in which the custody spent the deposit");
  options.text(lock_, "--lock", "TXID",
               "with --mint in optimistic mode: the transaction that locked the deposit");
  options.file(graph_, "--graph", "instead of --lock: a graph of the deposit, of any operator");
  options.file(sequencer_keys_, "--sequencer-keys", "with --graph: the sequencer's public one-time keys");
  options.flag(mint_, "--mint", "print the mint that the custodians sign instead of the proof");
  options.node();
}

Exit ProveDeposit::prove_transaction(Ports& ports, const bridge::Params& params) const {
  if (block_.empty()) throw usage_error("--block is needed with --txid");
  auto wanted = bitcoin::Txid::from_display(txid_);
  CheckedBlock block = read_block(ports.node(), bitcoin::BlockHash::from_display(block_),
                                  [&](const auto&, const bitcoin::Txid& txid) { return txid == wanted; });
  if (block.matches.empty())
    throw input_error("spv.absent", fmt::format("{} is not in block {}", txid_, block_));
  ports.print(bridge::SpvProof::build(params.chain, block.height, block.header, block.txids, block.matches[0])
                  .to_json());
  return Exit::ok;
}

void ProveDeposit::require_mintable(Ports& ports, const bridge::Params& params,
                                    const bridge::Deposit& deposit, std::uint32_t confirmations) const {
  if (deposit.refund_blocks() != params.refund_blocks)
    throw refused("deposit.refund_differs",
                  fmt::format("the deposit can be refunded after {} blocks; the bridge's parameters say {}",
                              deposit.refund_blocks(), params.refund_blocks));
  bool unspent = block_.empty();
  if (params.challenge) {
    if (unspent) throw not_ready("deposit.unlocked", "the deposit is not locked yet");
    if (lock_.empty() == graph_.empty())
      throw usage_error("--lock or --graph is needed to mint in optimistic mode");
    std::string lock = lock_.empty() ? services::read_graph(ports, services::read_json(ports, graph_),
                                                            params_, sequencer_keys_)
                                           .graph.lock()
                                           .tx.txid()
                                           .display()
                                     : lock_;
    return require_locked(ports.node(), deposit, lock, spent_in_, params);
  }
  if (!spent_in_.empty())
    require_spent_by_custody(ports.node(), deposit, deposit.funding->outpoint, spent_in_, params);
  else if (unspent)
    require_mint_time(deposit, confirmations, params);
  else
    throw usage_error("--spent-in is needed to mint a deposit that is spent");
}

Exit ProveDeposit::run(Ports& ports) {
  bridge::Params params = bridge::Params::parse(services::read_json(ports, params_));
  params.require_chain(ports.chain());
  if (!txid_.empty()) return prove_transaction(ports, params);
  auto deposit = bridge::Deposit::parse(services::read_json(ports, deposit_));
  net::BitcoinNode& node = ports.node();

  bool unspent = block_.empty();
  Funded funded;
  if (unspent) {
    net::Coin coin = find_deposit_coin(node, deposit, outpoint_);
    funded = read_funding(node, deposit, coin.outpoint, node.block_hash(coin.height));
  } else {
    if (outpoint_.empty() && !deposit.funding) throw usage_error("--outpoint is needed with --block");
    auto outpoint = outpoint_.empty() ? deposit.funding->outpoint : bitcoin::OutPoint::parse(outpoint_);
    funded = read_funding(node, deposit, outpoint, bitcoin::BlockHash::from_display(block_));
  }
  require_depth(funded.block, params);
  deposit.funding = funded.funding;

  if (mint_) {
    require_mintable(ports, params, deposit, funded.block.confirmations);
    ports.print(bridge::Mint::of(deposit, params).to_json());
    return Exit::ok;
  }
  auto proof = bridge::SpvProof::build(params.chain, funded.block.height, funded.block.header,
                                       funded.block.txids, funded.tx);
  proof.output = {funded.funding.outpoint, funded.funding.amount};
  proof.deposit = deposit;
  if (auto verdict = proof.verify(); !verdict)
    throw unreachable("node.garbage",
                      fmt::format("the node's block does not prove the deposit: {}", verdict.reason));
  ports.print(proof.to_json());
  return Exit::ok;
}

std::unique_ptr<Command> prove_command() {
  return std::make_unique<ProveDeposit>();
}

}  // namespace pegkit::app::peg_in
