#include <algorithm>
#include <fmt/core.h>

#include "regtest/methods.hpp"

namespace pegkit::regtest {
namespace {

using Type = RpcParameter::Type;

constexpr std::int64_t initial_download_age = 24 * 3600;

std::string target_hex(std::uint32_t bits) {
  return to_hex(*bitcoin::target_of(bits, bitcoin::chain_params(bitcoin::Chain::regtest)));
}

const RegtestBlock& block_argument(const RegtestState& state, const RpcArguments& arguments, std::size_t i) {
  return block_of(state, arguments.hash<bitcoin::BlockHash>(i, "blockhash"));
}

Json header_json(const RegtestState& state, const RegtestBlock& block) {
  const RegtestChain& chain = state.chain;
  const bitcoin::Header& header = block.block.header;
  bool active = chain.is_active(block);
  Json out{{"hash", block.hash.display()},
           {"confirmations", active ? std::int64_t{chain.height()} - block.height + 1 : -1},
           {"height", block.height},
           {"version", header.version},
           {"versionHex", fmt::format("{:08x}", static_cast<std::uint32_t>(header.version))},
           {"merkleroot", to_hex(reversed(header.merkle_root))},
           {"time", header.time},
           {"mediantime", block.median_time},
           {"nonce", header.nonce},
           {"bits", fmt::format("{:08x}", header.bits)},
           {"target", target_hex(header.bits)},
           {"difficulty", real_number(difficulty_of(header.bits))},
           {"chainwork", to_hex(block.work)},
           {"nTx", block.txids.size()}};
  if (block.parent) out["previousblockhash"] = block.parent->hash.display();
  if (active && chain.at(block.height + 1)) out["nextblockhash"] = chain.at(block.height + 1)->hash.display();
  return out;
}

Json block_json(const RegtestState& state, const RegtestBlock& block, int verbosity) {
  Json out = header_json(state, block);
  std::int64_t stripped = stripped_size(block.block), weight = block_weight(block.block);
  out["strippedsize"] = stripped;
  out["size"] = weight - 3 * stripped;
  out["weight"] = weight;
  Json& transactions = out["tx"] = Json::array();
  for (std::size_t i = 0; i < block.txids.size(); ++i) {
    bool spent_known = i > 0 && i <= block.spent.size();
    if (verbosity == 1)
      transactions.push_back(block.txids[i].display());
    else
      transactions.push_back(transaction_json(block.block.transactions[i], true,
                                              spent_known ? &block.spent[i - 1] : nullptr, verbosity >= 3));
  }
  return out;
}

Json get_blockchain_info(RegtestState& state, const RpcArguments&) {
  const RegtestBlock& tip = state.chain.tip();
  std::int64_t size = 0;
  for (std::uint32_t h = 0; h <= tip.height; ++h)
    size += static_cast<std::int64_t>(state.chain.at(h)->block.serialize().size()) + 8;
  std::uint32_t best_header = tip.height;
  for (const RegtestBlock* leaf : state.chain.leaves())
    if (!leaf->invalid) best_header = std::max(best_header, leaf->height);
  state.synced = state.synced || std::int64_t{tip.block.header.time} > state.now() - initial_download_age;
  return {{"chain", "regtest"},
          {"blocks", tip.height},
          {"headers", best_header},
          {"bestblockhash", tip.hash.display()},
          {"bits", fmt::format("{:08x}", tip.block.header.bits)},
          {"target", target_hex(tip.block.header.bits)},
          {"difficulty", real_number(difficulty_of(tip.block.header.bits))},
          {"time", tip.block.header.time},
          {"mediantime", tip.median_time},
          {"verificationprogress", 1},
          {"initialblockdownload", !state.synced},
          {"chainwork", to_hex(tip.work)},
          {"size_on_disk", size},
          {"pruned", false},
          {"warnings", Json::array()}};
}

Json get_block_hash(RegtestState& state, const RpcArguments& arguments) {
  std::int64_t height = arguments.integer(0, INT32_MIN, INT32_MAX);
  if (height < 0 || height > state.chain.height())
    throw net::RpcError(rpc_invalid_parameter, "Block height out of range");
  return state.chain.at(static_cast<std::uint32_t>(height))->hash.display();
}

Json get_block_header(RegtestState& state, const RpcArguments& arguments) {
  auto hash = arguments.hash<bitcoin::BlockHash>(0, "hash");
  const RegtestBlock& block = block_of(state, hash);
  if (arguments.boolean_or(1, true)) return header_json(state, block);
  return to_hex(block.block.header.serialize());
}

Json get_block(RegtestState& state, const RpcArguments& arguments) {
  const RegtestBlock& block = block_argument(state, arguments, 0);
  int verbosity = arguments.verbosity(1, 1);
  if (verbosity <= 0) return to_hex(block.block.serialize());
  return block_json(state, block, verbosity);
}

Json get_chain_tips(RegtestState& state, const RpcArguments&) {
  Json out = Json::array();
  for (const RegtestBlock* leaf : state.chain.leaves()) {
    const RegtestBlock* fork = leaf;
    while (!state.chain.is_active(*fork)) fork = fork->parent;
    const char* status = state.chain.is_active(*leaf) ? "active" : leaf->invalid ? "invalid" : "valid-fork";
    out.push_back({{"height", leaf->height},
                   {"hash", leaf->hash.display()},
                   {"branchlen", leaf->height - fork->height},
                   {"status", status}});
  }
  return out;
}

Json invalidate_block(RegtestState& state, const RpcArguments& arguments) {
  state.chain.invalidate(block_argument(state, arguments, 0));
  return nullptr;
}

Json reconsider_block(RegtestState& state, const RpcArguments& arguments) {
  state.chain.reconsider(block_argument(state, arguments, 0));
  return nullptr;
}

Json get_txout(RegtestState& state, const RpcArguments& arguments) {
  auto txid = arguments.hash<bitcoin::Txid>(0, "txid");
  bitcoin::OutPoint outpoint{txid, static_cast<std::uint32_t>(arguments.integer(1, 0, UINT32_MAX))};
  bool with_mempool = arguments.boolean_or(2, true);
  const RegtestChain& chain = state.chain;
  if (with_mempool && state.mempool.spender(outpoint)) return nullptr;
  const RegtestCoin* coin = chain.coin(outpoint);
  RegtestCoin unconfirmed;
  const MempoolEntry* parent = with_mempool ? state.mempool.find(txid) : nullptr;
  if (parent && outpoint.vout < parent->tx.outputs.size()) {
    unconfirmed.output = parent->tx.outputs[outpoint.vout];
    coin = &unconfirmed;
  } else {
    parent = nullptr;
  }
  if (!coin) return nullptr;
  return {{"bestblock", chain.tip().hash.display()},
          {"confirmations", parent ? 0 : std::int64_t{chain.height()} - coin->height + 1},
          {"value", btc(coin->output.value)},
          {"scriptPubKey", script_json(coin->output.script_pubkey)},
          {"coinbase", coin->coinbase}};
}

std::map<bitcoin::Script, std::string> scan_objects(const Json& objects) {
  std::map<bitcoin::Script, std::string> wanted;
  for (const Json& object : objects) {
    const Json* descriptor = &object;
    if (object.is_object()) {
      auto field = object.find("desc");
      if (field == object.end() || field->is_null())
        throw net::RpcError(rpc_invalid_parameter, "Descriptor needs to be provided in scan object");
      descriptor = &*field;
    } else if (!object.is_string()) {
      throw net::RpcError(rpc_invalid_parameter, "Scan object needs to be either a string or an object");
    }
    bitcoin::Script script = descriptor_script(RpcArguments::text_of(*descriptor));
    wanted.emplace(script, inferred_descriptor(script));
  }
  return wanted;
}

Json scan_txout_set(RegtestState& state, const RpcArguments& arguments) {
  const std::string& action = arguments.text(0);
  if (action == "status") return nullptr;  // no scan can be running: calls come one after the other
  if (action == "abort") return false;
  if (action != "start")
    throw net::RpcError(rpc_invalid_parameter, fmt::format("Invalid action '{}'", action));
  if (!arguments.has(1))
    throw net::RpcError(rpc_misc_error, "scanobjects argument is required for the start action");
  auto wanted = scan_objects(arguments.json(1));
  const RegtestChain& chain = state.chain;
  Json unspents = Json::array();
  Sat total;
  for (const auto& [outpoint, coin] : chain.coins()) {
    auto found = wanted.find(coin.output.script_pubkey);
    if (found == wanted.end()) continue;
    total += coin.output.value;
    unspents.push_back({{"txid", outpoint.txid.display()},
                        {"vout", outpoint.vout},
                        {"scriptPubKey", to_hex(coin.output.script_pubkey)},
                        {"desc", found->second},
                        {"amount", btc(coin.output.value)},
                        {"coinbase", coin.coinbase},
                        {"height", coin.height},
                        {"blockhash", chain.at(coin.height)->hash.display()},
                        {"confirmations", chain.height() - coin.height + 1}});
  }
  return {{"success", true},
          {"txouts", chain.coins().size()},
          {"height", chain.height()},
          {"bestblock", chain.tip().hash.display()},
          {"unspents", std::move(unspents)},
          {"total_amount", btc(total)}};
}

}  // namespace

const RegtestBlock& block_of(const RegtestState& state, const bitcoin::BlockHash& hash) {
  if (const RegtestBlock* block = state.chain.find(hash)) return *block;
  throw net::RpcError(rpc_invalid_address_or_key, "Block not found");
}

const std::vector<RpcMethod>& chain_methods() {
  static const std::vector<RpcMethod> methods{
      {"getblockchaininfo", {}, get_blockchain_info},
      {"getblockcount", {}, [](RegtestState& s, const RpcArguments&) -> Json { return s.chain.height(); }},
      {"getbestblockhash",
       {},
       [](RegtestState& s, const RpcArguments&) -> Json { return s.chain.tip().hash.display(); }},
      {"getblockhash", {{"height", Type::number, true}}, get_block_hash},
      {"getblockheader", {{"blockhash", Type::text, true}, {"verbose", Type::boolean}}, get_block_header},
      {"getblock", {{"blockhash", Type::text, true}, {"verbosity|verbose", Type::any}}, get_block},
      {"getchaintips", {}, get_chain_tips},
      {"invalidateblock", {{"blockhash", Type::text, true}}, invalidate_block},
      {"reconsiderblock", {{"blockhash", Type::text, true}}, reconsider_block},
      {"gettxout",
       {{"txid", Type::text, true}, {"n", Type::number, true}, {"include_mempool", Type::boolean}},
       get_txout},
      {"scantxoutset", {{"action", Type::text, true}, {"scanobjects", Type::array}}, scan_txout_set},
  };
  return methods;
}

}  // namespace pegkit::regtest
