#include "regtest/miner.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "bitcoin/script.hpp"

namespace pegkit::regtest {
namespace {

constexpr std::int64_t reserved_weight = 8'000;
constexpr std::int64_t reserved_sigop_cost = 400;
constexpr FeeRate least_rate = FeeRate::per_kvb(1);  // a chunk's least feerate (bitcoind's -blockmintxfee)
constexpr std::int32_t block_version = 0x20000000;   // BIP9, no deployment signalled
constexpr std::uint32_t sequence_nonfinal = 0xfffffffe;

const bitcoin::ChainParams& params() {
  return bitcoin::chain_params(bitcoin::Chain::regtest);
}

bitcoin::Transaction make_coinbase(std::uint32_t height, const bitcoin::Script& script, Sat value) {
  bitcoin::Transaction coinbase;
  coinbase.lock_time = height - 1;
  bitcoin::TxIn& input = coinbase.inputs.emplace_back();
  input.prevout.vout = 0xffffffff;
  input.script_sig = bitcoin::ScriptBuilder().number(height).op(bitcoin::OP_0).take();
  input.sequence = sequence_nonfinal;
  coinbase.outputs.push_back({value, script});
  return coinbase;
}

bitcoin::Script commitment_script(const ByteArray<32>& root, ByteView reserved) {
  bitcoin::Script script = from_hex("6a24aa21a9ed");
  append(script, crypto::Sha256().write(root).write(reserved).finish_double());
  return script;
}

/// Chooses the mempool's chunks that fit into a block; `fees` becomes the sum of their fees.
std::vector<bitcoin::Transaction> choose(const RegtestChain& chain, const RegtestMempool& mempool,
                                         Sat& fees) {
  std::vector<bitcoin::Transaction> chosen;
  std::int64_t weight = reserved_weight, sigops = reserved_sigop_cost;
  std::set<bitcoin::Txid> skipped;
  const RegtestBlock& tip = chain.tip();
  for (const RegtestMempool::MiningChunk& chunk : mempool.mining_order()) {
    if (Sat(chunk.total.fee) < least_rate.fee((chunk.total.size + 3) / 4)) break;
    std::int64_t chunk_sigops = 0;
    bool fits = weight + chunk.total.size < max_block_weight;
    for (const MempoolEntry* entry : chunk.entries) {
      chunk_sigops += entry->sigop_cost;
      fits = fits && is_final(entry->tx, tip.height + 1, tip.median_time) &&
             std::ranges::none_of(entry->tx.inputs, [&](const bitcoin::TxIn& input) {
               return skipped.contains(input.prevout.txid);
             });
    }
    fits = fits && sigops + chunk_sigops < max_block_sigop_cost;
    for (const MempoolEntry* entry : chunk.entries) {
      if (!fits) {
        skipped.insert(entry->txid);
        continue;
      }
      chosen.push_back(entry->tx);
      weight += entry->weight;
      fees += entry->fee;
    }
    if (fits) sigops += chunk_sigops;
  }
  return chosen;
}

bitcoin::Block assemble(const RegtestChain& chain, const bitcoin::Script& script, std::int64_t now,
                        std::vector<bitcoin::Transaction> transactions, Sat fees) {
  const RegtestBlock& tip = chain.tip();
  std::uint32_t height = tip.height + 1;
  bitcoin::Block block;
  block.header.version = block_version;
  block.header.previous = tip.hash;
  block.header.time = static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(now, std::int64_t{tip.median_time} + 1, 0xffffffff));
  block.header.bits = params().pow_limit_bits;
  block.transactions.push_back(make_coinbase(height, script, block_subsidy(height) + fees));
  for (bitcoin::Transaction& tx : transactions) block.transactions.push_back(std::move(tx));
  commit_transactions(block);
  if (Rejection rejection = chain.test(block, now, true))
    throw Error(Exit::bug, "regtest.template",
                "CreateNewBlock: TestBlockValidity failed: " + rejection.text());
  return block;
}

}  // namespace

bitcoin::Block make_block(const RegtestChain& chain, const RegtestMempool& mempool,
                          const bitcoin::Script& script, std::int64_t now) {
  Sat fees;
  std::vector<bitcoin::Transaction> transactions = choose(chain, mempool, fees);
  return assemble(chain, script, now, std::move(transactions), fees);
}

bitcoin::Block make_empty_block(const RegtestChain& chain, const bitcoin::Script& script, std::int64_t now) {
  return assemble(chain, script, now, {}, {});
}

void commit_transactions(bitcoin::Block& block) {
  bitcoin::Transaction& coinbase = block.transactions[0];
  coinbase.outputs.resize(1);
  Bytes reserved(32);
  coinbase.inputs[0].witness = {reserved};
  coinbase.outputs.push_back({Sat(0), commitment_script(bitcoin::witness_merkle_root(block), reserved)});
  block.header.merkle_root = bitcoin::merkle_root(block.merkle_leaves());
}

bool mine(bitcoin::Block& block, std::uint64_t& tries) {
  block.header.nonce = 0;
  while (tries > 0) {
    if (bitcoin::meets_target(block.header, params())) return true;
    if (block.header.nonce == 0xffffffff) return false;
    ++block.header.nonce;
    --tries;
  }
  return false;
}

}  // namespace pegkit::regtest
