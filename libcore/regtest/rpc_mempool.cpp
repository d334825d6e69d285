#include <algorithm>
#include <fmt/core.h>

#include "bitcoin/script.hpp"
#include "regtest/methods.hpp"

namespace pegkit::regtest {
namespace {

using Type = RpcParameter::Type;

constexpr std::int64_t max_mempool_bytes = 300'000'000;  // only reported; nothing is evicted
constexpr const char* max_fee_exceeded =
    "Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)";
constexpr const char* max_burn_exceeded =
    "Unspendable output exceeds maximum configured by user (maxburnamount)";

Json rate_json(FeeRate rate) {
  return btc(Sat(rate.sat_per_kvb()));
}

bool has_valid_opcodes(ByteView script) {
  constexpr std::uint8_t last_opcode = 0xb9;
  try {
    bitcoin::ScriptReader reader(script);
    while (auto item = reader.next())
      if (item->opcode > last_opcode || item->data.size() > 520) return false;
    return true;
  } catch (const Error&) {
    return false;
  }
}

void check_burn(const bitcoin::Transaction& tx, Sat limit) {
  for (const bitcoin::TxOut& output : tx.outputs) {
    ByteView script = output.script_pubkey;
    bool unspendable = (!script.empty() && script[0] == bitcoin::OP_RETURN) || script.size() > 10'000 ||
                       !has_valid_opcodes(script);
    if (unspendable && output.value > limit) throw net::RpcError(rpc_verify_error, max_burn_exceeded);
  }
}

std::vector<bitcoin::Transaction> package_argument(const RpcArguments& arguments) {
  const Json& items = arguments.json(0);
  if (items.empty() || items.size() > max_package_count)
    throw net::RpcError(rpc_invalid_parameter,
                        fmt::format("Array must contain between 1 and {} transactions.", max_package_count));
  std::vector<bitcoin::Transaction> txs;
  for (const Json& item : items) {
    const std::string& hex = RpcArguments::text_of(item);
    auto tx = decode_transaction(hex);
    if (!tx)
      throw net::RpcError(rpc_deserialization_error,
                          fmt::format("TX decode failed: {} Make sure the tx has at "
                                      "least one input.",
                                      hex));
    txs.push_back(std::move(*tx));
  }
  return txs;
}

net::RpcError rejected(const Rejection& rejection) {
  bool missing = rejection.kind == Rejection::Kind::missing_inputs;
  return {missing ? rpc_verify_error : rpc_verify_rejected, rejection.text()};
}

Json send_raw_transaction(RegtestState& state, const RpcArguments& arguments) {
  Sat burn_limit = arguments.amount_or(2, Sat(0));
  auto tx = decode_transaction(arguments.text(0));
  if (!tx)
    throw net::RpcError(rpc_deserialization_error,
                        "TX decode failed. Make sure the tx has at least one input.");
  check_burn(*tx, burn_limit);
  FeeRate max_rate = arguments.max_fee_rate(1);
  bitcoin::Txid txid = tx->txid();
  for (std::uint32_t i = 0; i < tx->outputs.size(); ++i)
    if (state.chain.coin({txid, i}))
      throw net::RpcError(rpc_already_in_utxo_set, "Transaction outputs already in utxo set");
  if (state.mempool.contains(txid)) return txid.display();
  Sat max_fee = max_rate.fee(tx->vsize());
  AcceptResult trial = state.acceptor.test(*tx, state.now());
  if (trial.kind != AcceptResult::Kind::valid) throw rejected(trial.rejection);
  if (max_fee > Sat(0) && trial.fee > max_fee) throw net::RpcError(rpc_verify_error, max_fee_exceeded);
  AcceptResult result = state.acceptor.accept(*tx, state.now());
  if (result.kind != AcceptResult::Kind::valid) throw rejected(result.rejection);
  state.mempool.mark_unbroadcast(txid);
  return txid.display();
}

Json fees_json(const AcceptResult& result) {
  Json fees{{"base", btc(result.fee)}};
  if (result.kind == AcceptResult::Kind::already_there) return fees;
  fees["effective-feerate"] = rate_json(result.effective_rate);
  Json& includes = fees["effective-includes"] = Json::array();
  for (const bitcoin::Wtxid& wtxid : result.effective_includes) includes.push_back(wtxid.display());
  return fees;
}

Json test_mempool_accept(RegtestState& state, const RpcArguments& arguments) {
  if (arguments.json(0).empty() || arguments.json(0).size() > max_package_count) package_argument(arguments);
  FeeRate max_rate = arguments.max_fee_rate(1);
  std::vector<bitcoin::Transaction> txs = package_argument(arguments);
  PackageResult package;
  if (txs.size() > 1)
    package = state.acceptor.test_package(txs, state.now());
  else
    package.results[txs[0].wtxid()] = state.acceptor.test(txs[0], state.now());

  Json out = Json::array();
  bool stop = false;
  for (const bitcoin::Transaction& tx : txs) {
    Json one{{"txid", tx.txid().display()}, {"wtxid", tx.wtxid().display()}};
    if (package.kind == PackageResult::Kind::policy) one["package-error"] = package.rejection.text();
    auto found = package.results.find(tx.wtxid());
    if (!stop && found != package.results.end()) {
      const AcceptResult& result = found->second;
      bool valid = result.kind == AcceptResult::Kind::valid;
      Sat max_fee = max_rate.fee(result.vsize);
      bool too_much = valid && max_fee > Sat(0) && result.fee > max_fee;
      one["allowed"] = valid && !too_much;
      if (too_much) {
        one["reject-reason"] = "max-fee-exceeded";
        stop = true;
      } else if (valid) {
        one["vsize"] = result.vsize;
        one["fees"] = fees_json(result);
      } else if (result.rejection.kind == Rejection::Kind::missing_inputs) {
        one["reject-reason"] = "missing-inputs";
      } else {
        one["reject-reason"] = result.rejection.reason;
        one["reject-details"] = result.rejection.text();
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

Json package_entry_json(const bitcoin::Transaction& tx, const AcceptResult* result) {
  Json out{{"txid", tx.txid().display()}};
  if (!result) {
    out["error"] = "package-not-validated";
  } else if (result->kind == AcceptResult::Kind::other_witness_there) {
    out["other-wtxid"] = result->other_wtxid.display();
  } else if (result->kind == AcceptResult::Kind::invalid) {
    out["error"] = result->rejection.text();
  } else {
    out["vsize"] = result->vsize;
    out["fees"] = fees_json(*result);
  }
  return out;
}

Json submit_package(RegtestState& state, const RpcArguments& arguments) {
  if (arguments.json(0).empty() || arguments.json(0).size() > max_package_count) package_argument(arguments);
  FeeRate rate = arguments.max_fee_rate(1);
  std::optional<FeeRate> max_rate;
  if (rate.sat_per_kvb() > 0) max_rate = rate;
  Sat burn_limit = arguments.amount_or(2, Sat(0));
  std::vector<bitcoin::Transaction> txs = package_argument(arguments);
  for (const bitcoin::Transaction& tx : txs) check_burn(tx, burn_limit);
  if (txs.size() > 1 && !is_child_with_independent_parents(txs))
    throw net::RpcError(
        rpc_verify_error,
        "package topology disallowed. not child-with-parents or parents depend on each other.");
  PackageResult package = state.acceptor.submit_package(txs, state.now(), max_rate);
  bool whole = package.kind == PackageResult::Kind::valid;
  Json out{{"package_msg", whole ? "success" : package.rejection.text()}};
  Json& results = out["tx-results"] = Json::object();
  std::set<bitcoin::Txid> replaced;
  for (const bitcoin::Transaction& tx : txs) {
    auto found = package.results.find(tx.wtxid());
    const AcceptResult* result = found == package.results.end() ? nullptr : &found->second;
    results[tx.wtxid().display()] = package_entry_json(tx, result);
    if (result) replaced.insert(result->replaced.begin(), result->replaced.end());
  }
  Json& list = out["replaced-transactions"] = Json::array();
  for (const bitcoin::Txid& txid : replaced) list.push_back(txid.display());
  return out;
}

struct Sum {
  std::int64_t count = 0, vsize = 0;
  Sat fees;
};

Sum sum_of(const RegtestMempool& mempool, const RegtestMempool::Set& txids) {
  Sum sum;
  for (const bitcoin::Txid& txid : txids) {
    const MempoolEntry& entry = *mempool.find(txid);
    ++sum.count;
    sum.vsize += entry.vsize;
    sum.fees += entry.fee;
  }
  return sum;
}

Json txids_json(const RegtestMempool::Set& txids) {
  std::vector<std::string> names;
  for (const bitcoin::Txid& txid : txids) names.push_back(txid.display());
  std::ranges::sort(names);
  return names;
}

Json entry_json(const RegtestMempool& mempool, const MempoolEntry& entry, const FeeSize& chunk) {
  RegtestMempool::Set ancestors = mempool.ancestors(entry.txid);
  Sum above = sum_of(mempool, ancestors), below = sum_of(mempool, mempool.descendants(entry.txid));
  bool replaceable = std::ranges::any_of(
      ancestors, [&](const bitcoin::Txid& txid) { return mempool.find(txid)->signals_replacement(); });
  return {{"vsize", entry.vsize},
          {"weight", entry.weight},
          {"time", entry.time},
          {"height", entry.height},
          {"descendantcount", below.count},
          {"descendantsize", below.vsize},
          {"ancestorcount", above.count},
          {"ancestorsize", above.vsize},
          {"wtxid", entry.wtxid.display()},
          {"chunkweight", chunk.size},
          {"fees",
           {{"base", btc(entry.fee)},
            {"modified", btc(entry.fee)},
            {"ancestor", btc(above.fees)},
            {"descendant", btc(below.fees)},
            {"chunk", btc(Sat(chunk.fee))}}},
          {"depends", txids_json(mempool.parents(entry.tx))},
          {"spentby", txids_json(mempool.children(entry.txid))},
          {"bip125-replaceable", replaceable},
          {"unbroadcast", entry.unbroadcast}};
}

Json get_raw_mempool(RegtestState& state, const RpcArguments& arguments) {
  bool verbose = arguments.boolean_or(0, false), with_sequence = arguments.boolean_or(1, false);
  if (verbose && with_sequence)
    throw net::RpcError(rpc_invalid_parameter, "Verbose results cannot contain mempool sequence values.");
  Json out = verbose ? Json::object() : Json::array();
  for (const RegtestMempool::MiningChunk& chunk : state.mempool.mining_order()) {
    for (const MempoolEntry* entry : chunk.entries) {
      if (verbose)
        out[entry->txid.display()] = entry_json(state.mempool, *entry, chunk.total);
      else
        out.push_back(entry->txid.display());
    }
  }
  if (!with_sequence) return out;
  return {{"txids", std::move(out)}, {"mempool_sequence", state.mempool.sequence()}};
}

const MempoolEntry& entry_argument(const RegtestState& state, const RpcArguments& arguments) {
  const MempoolEntry* entry = state.mempool.find(arguments.hash<bitcoin::Txid>(0, "txid"));
  if (!entry) throw net::RpcError(rpc_invalid_address_or_key, "Transaction not in mempool");
  return *entry;
}

Json entry_json(const RegtestState& state, const MempoolEntry& entry) {
  for (const RegtestMempool::MiningChunk& chunk : state.mempool.mining_order({entry.txid}))
    if (std::ranges::find(chunk.entries, &entry) != chunk.entries.end())
      return entry_json(state.mempool, entry, chunk.total);
  return entry_json(state.mempool, entry, entry.fee_size());
}

Json get_mempool_entry(RegtestState& state, const RpcArguments& arguments) {
  return entry_json(state, entry_argument(state, arguments));
}

Json relatives_json(const RegtestState& state, RegtestMempool::Set relatives, const bitcoin::Txid& self,
                    bool verbose) {
  relatives.erase(self);
  if (!verbose) return txids_json(relatives);
  Json out = Json::object();
  for (const bitcoin::Txid& txid : relatives)
    out[txid.display()] = entry_json(state, *state.mempool.find(txid));
  return out;
}

Json get_mempool_ancestors(RegtestState& state, const RpcArguments& arguments) {
  const MempoolEntry& entry = entry_argument(state, arguments);
  return relatives_json(state, state.mempool.ancestors(entry.txid), entry.txid,
                        arguments.boolean_or(1, false));
}

Json get_mempool_descendants(RegtestState& state, const RpcArguments& arguments) {
  const MempoolEntry& entry = entry_argument(state, arguments);
  return relatives_json(state, state.mempool.descendants(entry.txid), entry.txid,
                        arguments.boolean_or(1, false));
}

Json get_mempool_info(RegtestState& state, const RpcArguments&) {
  RegtestMempool::Set all;
  std::size_t memory = 0, unbroadcast = 0;
  for (const auto& [txid, entry] : state.mempool.entries()) {
    all.insert(txid);
    unbroadcast += entry.unbroadcast;
    memory += sizeof(MempoolEntry) + static_cast<std::size_t>(entry.weight);
  }
  Sum sum = sum_of(state.mempool, all);
  return {{"loaded", true},
          {"size", sum.count},
          {"bytes", sum.vsize},
          {"usage", memory},
          {"total_fee", btc(sum.fees)},
          {"maxmempool", max_mempool_bytes},
          {"mempoolminfee", rate_json(state.policy.min_relay)},
          {"minrelaytxfee", rate_json(state.policy.min_relay)},
          {"incrementalrelayfee", rate_json(state.policy.incremental)},
          {"unbroadcastcount", unbroadcast},
          {"fullrbf", true},
          {"permitbaremultisig", true},
          {"maxdatacarriersize", 83},
          {"limitclustercount", state.policy.cluster_count},
          {"limitclustersize", state.policy.cluster_vsize}};
}

Json get_tx_spending_prevout(RegtestState& state, const RpcArguments& arguments) {
  if (arguments.json(0).empty())
    throw net::RpcError(rpc_invalid_parameter, "Invalid parameter, outputs are missing");
  Json out = Json::array();
  for (const Json& item : arguments.json(0)) {
    if (!item.is_object())
      throw net::RpcError(rpc_type_error, fmt::format("JSON value of type {} is not of expected type object",
                                                      RpcArguments::type_name(item)));
    auto field = [&](const char* name, const char* type) -> const Json& {
      auto found = item.find(name);
      if (found == item.end() || found->is_null())
        throw net::RpcError(rpc_type_error, fmt::format("Missing {}", name));
      if (std::string_view(RpcArguments::type_name(*found)) != type)
        throw net::RpcError(rpc_type_error,
                            fmt::format("JSON value of type {} for field {} is not of expected type {}",
                                        RpcArguments::type_name(*found), name, type));
      return *found;
    };
    const Json &txid_json = field("txid", "string"), &vout_json = field("vout", "number");
    for (const auto& [name, value] : item.items())
      if (name != "txid" && name != "vout")
        throw net::RpcError(rpc_type_error, fmt::format("Unexpected key {}", name));
    auto txid = RpcArguments::hash_of<bitcoin::Txid>(txid_json, "txid");
    std::int64_t vout = vout_json.is_number_integer() ? vout_json.get<std::int64_t>() : INT64_MAX;
    if (vout > INT32_MAX || vout < INT32_MIN)
      throw net::RpcError(rpc_misc_error, "JSON integer out of range");
    if (vout < 0) throw net::RpcError(rpc_invalid_parameter, "Invalid parameter, vout cannot be negative");
    Json one{{"txid", txid.display()}, {"vout", vout}};
    if (const MempoolEntry* spender = state.mempool.spender({txid, static_cast<std::uint32_t>(vout)}))
      one["spendingtxid"] = spender->txid.display();
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

const std::vector<RpcMethod>& mempool_methods() {
  static const std::vector<RpcParameter> by_txid{{"txid", Type::text, true}, {"verbose", Type::boolean}};
  static const std::vector<RpcMethod> methods{
      {"sendrawtransaction",
       {{"hexstring", Type::text, true}, {"maxfeerate", Type::any}, {"maxburnamount", Type::any}},
       send_raw_transaction},
      {"testmempoolaccept", {{"rawtxs", Type::array, true}, {"maxfeerate", Type::any}}, test_mempool_accept},
      {"submitpackage",
       {{"package", Type::array, true}, {"maxfeerate", Type::any}, {"maxburnamount", Type::any}},
       submit_package},
      {"getrawmempool", {{"verbose", Type::boolean}, {"mempool_sequence", Type::boolean}}, get_raw_mempool},
      {"getmempoolentry", {{"txid", Type::text, true}}, get_mempool_entry},
      {"getmempoolancestors", by_txid, get_mempool_ancestors},
      {"getmempooldescendants", by_txid, get_mempool_descendants},
      {"getmempoolinfo", {}, get_mempool_info},
      {"gettxspendingprevout", {{"outputs", Type::array, true}}, get_tx_spending_prevout},
  };
  return methods;
}

}  // namespace pegkit::regtest
