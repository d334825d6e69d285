#include "regtest/rules.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/serialize.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/policy.hpp"
#include "bitcoin/script.hpp"

namespace pegkit::regtest {
namespace {

constexpr std::int64_t locktime_threshold = 500'000'000;  // below: a height, else a time
constexpr std::uint32_t sequence_final = 0xffffffff;
constexpr std::uint32_t sequence_disabled = 1u << 31, sequence_is_time = 1u << 22, sequence_mask = 0xffff;
constexpr int sequence_granularity = 9;

Rejection check_witnesses(const bitcoin::Block& block) {
  if (bitcoin::check_witness_commitment(block)) return {};
  const bitcoin::Transaction& coinbase = block.transactions[0];
  bool committed = std::ranges::any_of(coinbase.outputs, [](const bitcoin::TxOut& output) {
    static constexpr std::uint8_t head[] = {0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed};
    return output.script_pubkey.size() >= 38 &&
           std::ranges::equal(ByteView(output.script_pubkey).first(6), head);
  });
  if (!committed) return {"unexpected-witness", "CheckWitnessMalleation : unexpected witness data found"};
  const bitcoin::Witness& witness = coinbase.inputs[0].witness;
  if (witness.size() != 1 || witness[0].size() != 32)
    return {"bad-witness-nonce-size", "CheckWitnessMalleation : invalid witness reserved value size"};
  return {"bad-witness-merkle-match", "CheckWitnessMalleation : witness merkle commitment mismatch"};
}

Rejection check_block_transactions(const bitcoin::Block& block) {
  if (block.transactions.empty() || stripped_size(block) * 4 > max_block_weight)
    return {"bad-blk-length", "size limits failed"};
  if (!block.transactions[0].is_coinbase()) return {"bad-cb-missing", "first tx is not coinbase"};
  for (std::size_t i = 1; i < block.transactions.size(); ++i)
    if (block.transactions[i].is_coinbase()) return {"bad-cb-multiple", "more than one coinbase"};
  std::int64_t sigops = 0;
  for (const bitcoin::Transaction& tx : block.transactions) {
    if (std::string reason = bitcoin::check_transaction(tx); !reason.empty())
      return {reason, fmt::format("Transaction check failed (tx hash {}) ", tx.txid().display())};
    for (const bitcoin::TxIn& input : tx.inputs) sigops += bitcoin::count_sigops(input.script_sig, false);
    for (const bitcoin::TxOut& output : tx.outputs)
      sigops += bitcoin::count_sigops(output.script_pubkey, false);
  }
  if (sigops * 4 > max_block_sigop_cost) return {"bad-blk-sigops", "out-of-bounds SigOpCount"};
  return {};
}

}  // namespace

const RegtestBlock* RegtestBlock::ancestor(std::uint32_t at) const {
  const RegtestBlock* found = this;
  while (found && found->height > at) found = found->parent;
  return found;
}

Sat block_subsidy(std::uint32_t height) {
  std::uint32_t halvings = height / regtest_halving_interval;
  return Sat(halvings >= 64 ? 0 : (50LL * 100'000'000) >> halvings);
}

std::string format_money(Sat amount) {
  std::string text = format_btc(amount);
  text.resize(text.find(' '));
  while (text.ends_with('0') && text[text.size() - 3] != '.') text.pop_back();
  return text;
}

bool is_final(const bitcoin::Transaction& tx, std::uint32_t height, std::int64_t median_time) {
  if (tx.lock_time == 0) return true;
  std::int64_t limit = tx.lock_time < locktime_threshold ? std::int64_t{height} : median_time;
  if (std::int64_t{tx.lock_time} < limit) return true;
  return std::ranges::all_of(tx.inputs,
                             [](const bitcoin::TxIn& input) { return input.sequence == sequence_final; });
}

bool sequence_locks_met(const bitcoin::Transaction& tx, const std::vector<std::uint32_t>& heights,
                        const RegtestBlock& parent) {
  if (tx.version < 2) return true;
  std::int64_t last_height = -1, last_time = -1;  // the last height and time at which it is not valid yet
  for (std::size_t i = 0; i < tx.inputs.size(); ++i) {
    std::uint32_t sequence = tx.inputs[i].sequence;
    if (sequence & sequence_disabled) continue;
    std::int64_t lock = sequence & sequence_mask;
    if (sequence & sequence_is_time) {
      const RegtestBlock* before = parent.ancestor(heights[i] == 0 ? 0 : heights[i] - 1);
      last_time = std::max(last_time, before->median_time + (lock << sequence_granularity) - 1);
    } else {
      last_height = std::max(last_height, heights[i] + lock - 1);
    }
  }
  return last_height < std::int64_t{parent.height} + 1 && last_time < std::int64_t{parent.median_time};
}

Rejection check_inputs(const bitcoin::Transaction& tx, const FindCoin& coins, std::uint32_t height,
                       Sat& fee) {
  for (const bitcoin::TxIn& input : tx.inputs)
    if (!coins(input.prevout))
      return {"bad-txns-inputs-missingorspent", "CheckTxInputs: inputs missing/spent",
              Rejection::Kind::missing_inputs};
  Sat in, out;
  for (const bitcoin::TxIn& input : tx.inputs) {
    const RegtestCoin& coin = *coins(input.prevout);
    if (coin.coinbase && height - coin.height < bitcoin::coinbase_maturity)
      return {"bad-txns-premature-spend-of-coinbase",
              fmt::format("tried to spend coinbase at depth {}", height - coin.height)};
    if (!coin.output.value.in_range() || !(in += coin.output.value).in_range())
      return {"bad-txns-inputvalues-outofrange", ""};
  }
  for (const bitcoin::TxOut& output : tx.outputs) out += output.value;
  if (in < out)
    return {"bad-txns-in-belowout",
            fmt::format("value in ({}) < value out ({})", format_money(in), format_money(out))};
  fee = in - out;
  return {};
}

std::vector<bitcoin::TxOut> spent_outputs(const bitcoin::Transaction& tx, const FindCoin& coins) {
  std::vector<bitcoin::TxOut> outputs;
  outputs.reserve(tx.inputs.size());
  for (const bitcoin::TxIn& input : tx.inputs) outputs.push_back(coins(input.prevout)->output);
  return outputs;
}

Rejection check_scripts(const bitcoin::Transaction& tx, const std::vector<bitcoin::TxOut>& spent,
                        std::uint32_t flags, const char* failure) {
  bitcoin::SighashCache cache(tx, spent);
  for (std::size_t i = 0; i < tx.inputs.size(); ++i) {
    bitcoin::ScriptError error = bitcoin::verify_input(cache, i, flags);
    if (error == bitcoin::ScriptError::OK) continue;
    return {fmt::format("{} ({})", failure, bitcoin::script_error_text(error)),
            fmt::format("input {} of {} (wtxid {}), spending {}", i, tx.txid().display(),
                        tx.wtxid().display(), tx.inputs[i].prevout.text())};
  }
  return {};
}

Rejection check_merkle_root(const bitcoin::Block& block) {
  bool mutated = false;
  if (block.transactions.empty() ||
      bitcoin::merkle_root(block.merkle_leaves(), &mutated) != block.header.merkle_root)
    return {"bad-txnmrklroot", "hashMerkleRoot mismatch"};
  if (mutated) return {"bad-txns-duplicate", "duplicate transaction"};
  return {};
}

Rejection check_block(const bitcoin::Block& block, const RegtestBlock& parent, bool with_merkle_root) {
  if (with_merkle_root)
    if (Rejection rejection = check_merkle_root(block)) return rejection;
  if (Rejection rejection = check_block_transactions(block)) return rejection;
  std::uint32_t height = parent.height + 1;
  for (const bitcoin::Transaction& tx : block.transactions)
    if (!is_final(tx, height, parent.median_time)) return {"bad-txns-nonfinal", "non-final transaction"};
  bitcoin::Script expected = bitcoin::ScriptBuilder().number(height).take();
  const bitcoin::Script& found = block.transactions[0].inputs[0].script_sig;
  if (found.size() < expected.size() || !equal(ByteView(found).first(expected.size()), expected))
    return {"bad-cb-height", "block height mismatch in coinbase"};
  if (Rejection rejection = check_witnesses(block)) return rejection;
  if (block_weight(block) > max_block_weight)
    return {"bad-blk-weight", "ContextualCheckBlock : weight limit failed"};
  return {};
}

std::int64_t stripped_size(const bitcoin::Block& block) {
  std::size_t size = 80 + compact_size_length(block.transactions.size());
  for (const bitcoin::Transaction& tx : block.transactions) size += tx.serialize_stripped().size();
  return static_cast<std::int64_t>(size);
}

std::int64_t block_weight(const bitcoin::Block& block) {
  std::size_t overhead = 80 + compact_size_length(block.transactions.size());
  std::int64_t weight = static_cast<std::int64_t>(overhead) * 4;
  for (const bitcoin::Transaction& tx : block.transactions) weight += tx.weight();
  return weight;
}

}  // namespace pegkit::regtest
