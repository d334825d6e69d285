#include <algorithm>
#include <fmt/core.h>

#include "regtest/methods.hpp"
#include "regtest/txout_proof.hpp"

namespace pegkit::regtest {
namespace {

using Type = RpcParameter::Type;

constexpr const char* not_found =
    "No such mempool transaction. Use -txindex or provide a block hash to enable blockchain transaction "
    "queries"
    ". Use gettransaction for wallet transactions.";

std::optional<std::size_t> position_of(const RegtestBlock& block, const bitcoin::Txid& txid) {
  auto found = std::ranges::find(block.txids, txid);
  if (found == block.txids.end()) return std::nullopt;
  return static_cast<std::size_t>(found - block.txids.begin());
}

Json confirmed_json(const RegtestState& state, const RegtestBlock& block, std::size_t position,
                    int verbosity) {
  const bitcoin::Transaction& tx = block.block.transactions[position];
  bool details = verbosity >= 2 && position > 0 && position <= block.spent.size();
  bool active = state.chain.is_active(block);
  Json out{{"in_active_chain", active}};
  out.update(transaction_json(tx, true, details ? &block.spent[position - 1] : nullptr, details));
  out["blockhash"] = block.hash.display();
  out["confirmations"] = active ? state.chain.height() - block.height + 1 : 0;
  if (active) {
    out["time"] = block.block.header.time;
    out["blocktime"] = block.block.header.time;
  }
  return out;
}

Json get_raw_transaction(RegtestState& state, const RpcArguments& arguments) {
  auto txid = arguments.hash<bitcoin::Txid>(0, "parameter 1");
  if (txid == state.chain.at(0)->txids[0])
    throw net::RpcError(rpc_invalid_address_or_key,
                        "The genesis block coinbase is not considered an ordinary transaction and cannot be "
                        "retrieved");
  int verbosity = arguments.verbosity(1, 0);
  if (!arguments.has(2)) {
    const MempoolEntry* entry = state.mempool.find(txid);
    if (!entry) throw net::RpcError(rpc_invalid_address_or_key, not_found);
    if (verbosity <= 0) return to_hex(entry->tx.serialize());
    return transaction_json(entry->tx, true);
  }
  auto hash = arguments.hash<bitcoin::BlockHash>(2, "parameter 3");
  const RegtestBlock* block = state.chain.find(hash);
  if (!block) throw net::RpcError(rpc_invalid_address_or_key, "Block hash not found");
  auto position = position_of(*block, txid);
  if (!position)
    throw net::RpcError(
        rpc_invalid_address_or_key,
        "No such transaction found in the provided block. Use gettransaction for wallet transactions.");
  if (verbosity <= 0) return to_hex(block->block.transactions[*position].serialize());
  return confirmed_json(state, *block, *position, verbosity);
}

Json decode_raw_transaction(RegtestState&, const RpcArguments& arguments) {
  auto tx = decode_transaction(arguments.text(0));
  if (!tx) throw net::RpcError(rpc_deserialization_error, "TX decode failed");
  return transaction_json(*tx, false);
}

Json decode_script(RegtestState&, const RpcArguments& arguments) {
  const std::string& text = arguments.text(0);
  return script_json(text.empty() ? Bytes{} : arguments.hex(0, "argument"));
}

const RegtestBlock& proof_block(const RegtestState& state, const RpcArguments& arguments,
                                const std::set<bitcoin::Txid>& txids) {
  if (arguments.has(1)) return block_of(state, arguments.hash<bitcoin::BlockHash>(1, "blockhash"));
  // Without a transaction index, only an unspent output tells the block of its transaction.
  const auto& coins = state.chain.coins();
  for (const bitcoin::Txid& txid : txids) {
    auto coin = coins.lower_bound({txid, 0});
    if (coin != coins.end() && coin->first.txid == txid) return *state.chain.at(coin->second.height);
  }
  throw net::RpcError(rpc_invalid_address_or_key, "Transaction not yet in block");
}

Json get_txout_proof(RegtestState& state, const RpcArguments& arguments) {
  std::set<bitcoin::Txid> txids;
  if (arguments.json(0).empty())
    throw net::RpcError(rpc_invalid_parameter, "Parameter 'txids' cannot be empty");
  for (const Json& item : arguments.json(0)) {
    auto txid = RpcArguments::hash_of<bitcoin::Txid>(item, "txid");
    if (!txids.insert(txid).second)
      throw net::RpcError(rpc_invalid_parameter,
                          "Invalid parameter, duplicated txid: " + RpcArguments::text_of(item));
  }
  const RegtestBlock& block = proof_block(state, arguments, txids);
  for (const bitcoin::Txid& txid : txids)
    if (!position_of(block, txid))
      throw net::RpcError(rpc_invalid_address_or_key,
                          "Not all transactions found in specified or retrieved block");
  return to_hex(make_txout_proof(block, txids));
}

Json verify_txout_proof(RegtestState& state, const RpcArguments& arguments) {
  TxoutProof proof;
  try {
    proof = read_txout_proof(arguments.hex(0, "proof"));
  } catch (const net::RpcError&) {
    throw;
  } catch (const Error& error) {
    throw net::RpcError(rpc_misc_error, error.message());
  }
  Json out = Json::array();
  if (proof.matches.empty()) return out;
  const RegtestBlock* block = state.chain.find(proof.header.hash());
  if (!block || !state.chain.is_active(*block))
    throw net::RpcError(rpc_invalid_address_or_key, "Block not found in chain");
  if (block->txids.size() != proof.transactions) return out;
  for (const bitcoin::Txid& txid : proof.matches) out.push_back(txid.display());
  return out;
}

}  // namespace

std::optional<bitcoin::Transaction> decode_transaction(const std::string& hex) {
  try {
    Bytes raw = from_hex(hex);
    try {
      return bitcoin::Transaction::parse(raw);
    } catch (const Error&) {
      return bitcoin::Transaction::parse_stripped(raw);
    }
  } catch (const Error&) {
    return std::nullopt;
  }
}

const std::vector<RpcMethod>& transaction_methods() {
  static const std::vector<RpcMethod> methods{
      {"getrawtransaction",
       {{"txid", Type::text, true}, {"verbosity|verbose", Type::any}, {"blockhash", Type::text}},
       get_raw_transaction},
      {"decoderawtransaction",
       {{"hexstring", Type::text, true}, {"iswitness", Type::boolean}},
       decode_raw_transaction},
      {"decodescript", {{"hexstring", Type::text, true}}, decode_script},
      {"gettxoutproof", {{"txids", Type::array, true}, {"blockhash", Type::text}}, get_txout_proof},
      {"verifytxoutproof", {{"proof", Type::text, true}}, verify_txout_proof},
  };
  return methods;
}

}  // namespace pegkit::regtest
