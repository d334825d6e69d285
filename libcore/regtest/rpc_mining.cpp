#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "regtest/methods.hpp"
#include "regtest/miner.hpp"

namespace pegkit::regtest {
namespace {

using Type = RpcParameter::Type;

constexpr std::uint64_t default_tries = 1'000'000;

std::uint64_t tries_argument(const RpcArguments& arguments, std::size_t i) {
  return arguments.has(i) ? static_cast<std::uint64_t>(arguments.integer(i, 0, INT64_MAX)) : default_tries;
}

void submit(RegtestState& state, bitcoin::Block block) {
  RegtestChain::Added added = state.chain.add(std::move(block), state.now());
  if (added.rejection) throw net::RpcError(rpc_internal_error, "ProcessNewBlock, block not accepted");
}

Json generate(RegtestState& state, const bitcoin::Script& script, std::int64_t count, std::uint64_t tries) {
  Json hashes = Json::array();
  for (; count > 0; --count) {
    bitcoin::Block block = make_block(state.chain, state.mempool, script, state.now());
    if (!mine(block, tries)) break;
    hashes.push_back(block.header.hash().display());
    submit(state, std::move(block));
  }
  return hashes;
}

Json generate_to_address(RegtestState& state, const RpcArguments& arguments) {
  std::int64_t count = arguments.integer(0, INT32_MIN, INT32_MAX);
  std::uint64_t tries = tries_argument(arguments, 2);
  auto script = address_script(arguments.text(1));
  if (!script) throw net::RpcError(rpc_invalid_address_or_key, "Error: Invalid address");
  return generate(state, *script, count, tries);
}

Json generate_to_descriptor(RegtestState& state, const RpcArguments& arguments) {
  std::int64_t count = arguments.integer(0, INT32_MIN, INT32_MAX);
  std::uint64_t tries = tries_argument(arguments, 2);
  return generate(state, descriptor_script(arguments.text(1)), count, tries);
}

bitcoin::Script output_argument(const std::string& text) {
  try {
    return descriptor_script(text);
  } catch (const net::RpcError&) {
    if (auto script = address_script(text)) return *script;
    throw net::RpcError(rpc_invalid_address_or_key, "Error: Invalid address or descriptor");
  }
}

bitcoin::Transaction block_transaction(const RegtestState& state, const std::string& text) {
  if (text.size() == 64) {
    auto txid = RpcArguments::hash_of<bitcoin::Txid>(text, "txid");
    if (const MempoolEntry* entry = state.mempool.find(txid)) return entry->tx;
    throw net::RpcError(rpc_invalid_address_or_key, fmt::format("Transaction {} not in mempool.", text));
  }
  if (auto tx = decode_transaction(text)) return *tx;
  throw net::RpcError(
      rpc_deserialization_error,
      fmt::format("Transaction decode failed for {}. Make sure the tx has at least one input.", text));
}

Json generate_block(RegtestState& state, const RpcArguments& arguments) {
  bitcoin::Script script = output_argument(arguments.text(0));
  std::vector<bitcoin::Transaction> txs;
  for (const Json& item : arguments.json(1))
    txs.push_back(block_transaction(state, RpcArguments::text_of(item)));
  bool send = arguments.boolean_or(2, true);
  bitcoin::Block block = make_empty_block(state.chain, script, state.now());
  for (bitcoin::Transaction& tx : txs) block.transactions.push_back(std::move(tx));
  commit_transactions(block);
  if (Rejection rejection = state.chain.test(block, state.now(), false))
    throw net::RpcError(rpc_verify_error, "TestBlockValidity failed: " + rejection.text());
  std::uint64_t tries = default_tries;
  if (!mine(block, tries)) throw net::RpcError(rpc_misc_error, "Failed to make block.");
  Json out{{"hash", block.header.hash().display()}};
  if (!send)
    out["hex"] = to_hex(block.serialize());
  else
    submit(state, std::move(block));
  return out;
}

Json submit_block(RegtestState& state, const RpcArguments& arguments) {
  bitcoin::Block block;
  try {
    block = bitcoin::Block::parse(from_hex(arguments.text(0)));
  } catch (const Error&) {
    throw net::RpcError(rpc_deserialization_error, "Block decode failed");
  }
  if (block.transactions.empty()) throw net::RpcError(rpc_deserialization_error, "Block decode failed");
  RegtestChain::Added added = state.chain.add(std::move(block), state.now());
  if (added.rejection) return added.rejection.reason;
  if (added.duplicate) return "duplicate";
  if (!added.connected) return "inconclusive";
  return nullptr;
}

Json estimate_smart_fee(RegtestState&, const RpcArguments& arguments) {
  constexpr std::int64_t max_target = 1008;
  std::int64_t target = arguments.integer(0, INT32_MIN, INT32_MAX);
  if (target < 1 || target > max_target)
    throw net::RpcError(rpc_invalid_parameter,
                        fmt::format("Invalid conf_target, must be between 1 and {}", max_target));
  std::string mode = arguments.has(1) ? arguments.text(1) : "economical";
  for (char& c : mode) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (mode != "unset" && mode != "economical" && mode != "conservative")
    throw net::RpcError(
        rpc_invalid_parameter,
        R"(Invalid estimate_mode parameter, must be one of: "unset", "economical", "conservative")");
  return {{"errors", {"Insufficient data or no feerate found"}}, {"blocks", 0}};
}

Json get_mining_info(RegtestState& state, const RpcArguments&) {
  const RegtestBlock& tip = state.chain.tip();
  return {{"blocks", tip.height},
          {"bits", fmt::format("{:08x}", tip.block.header.bits)},
          {"difficulty", real_number(difficulty_of(tip.block.header.bits))},
          {"pooledtx", state.mempool.size()},
          {"chain", "regtest"},
          {"warnings", Json::array()}};
}

}  // namespace

std::optional<bitcoin::Script> address_script(const std::string& address) {
  try {
    return bitcoin::parse_address(address, bitcoin::Chain::regtest);
  } catch (const Error&) {
    return std::nullopt;
  }
}

const std::vector<RpcMethod>& mining_methods() {
  static const std::vector<RpcMethod> methods{
      {"generatetoaddress",
       {{"nblocks", Type::number, true}, {"address", Type::text, true}, {"maxtries", Type::number}},
       generate_to_address},
      {"generatetodescriptor",
       {{"num_blocks", Type::number, true}, {"descriptor", Type::text, true}, {"maxtries", Type::number}},
       generate_to_descriptor},
      {"generateblock",
       {{"output", Type::text, true}, {"transactions", Type::array, true}, {"submit", Type::boolean}},
       generate_block},
      {"submitblock", {{"hexdata", Type::text, true}, {"dummy", Type::any}}, submit_block},
      {"estimatesmartfee",
       {{"conf_target", Type::number, true}, {"estimate_mode", Type::text}},
       estimate_smart_fee},
      {"getmininginfo", {}, get_mining_info},
  };
  return methods;
}

}  // namespace pegkit::regtest
