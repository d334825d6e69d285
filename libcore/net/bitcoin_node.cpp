#include "net/bitcoin_node.hpp"

#include <fmt/format.h>
#include <set>

#include "bitcoin/policy.hpp"
#include "net/answer.hpp"
#include "net/rpc_codes.hpp"

namespace pegkit::net {
namespace {

using bitcoin::BlockHash;
using bitcoin::OutPoint;
using bitcoin::Transaction;
using bitcoin::Txid;

constexpr std::int64_t oldest_version = 280'000;
constexpr std::size_t max_block_bytes = 4'000'000;
constexpr std::int64_t max_height = 0x7fffffff;
constexpr std::size_t spending_chunk = 1000;
constexpr std::size_t transactions_chunk = 100;

/// Runs `read` on the result of `method`; a malformed result becomes `node.garbage`.
template <class F>
auto answer(const Json& result, const std::string& method, F&& read) {
  return read_answer_of("node.garbage", method, [&] { return read(JsonField(result, "")); });
}
template <class F>
auto ask(Rpc& rpc, const std::string& method, Json params, F&& read) {
  Json result = rpc.call(method, std::move(params));
  return answer(result, method, read);
}

Error wrong(const std::string& message) {
  return input_error("node.garbage", message);
}

/// Reads a hash in display order; T is Txid, Wtxid or BlockHash.
template <class T>
T hash_from(const JsonField& field) {
  return field.at([&] { return T::from_display(field.text(64)); });
}

std::uint32_t height_from(const JsonField& field) {
  return static_cast<std::uint32_t>(field.integer(0, max_height));
}

/// Reads an amount in BTC: a float, which the reader keeps as text, or an integer.
Sat btc_from(const JsonField& field) {
  return field.at(
      [&] { return parse_btc(field.json().is_number_integer() ? field.json().dump() : field.text(32)); });
}

Sat money_from(const JsonField& field) {
  Sat amount = btc_from(field);
  if (!amount.in_range()) field.fail("node.garbage", "the amount is out of range");
  return amount;
}

std::string reason_from(const JsonField& field) {
  return field.text(4096);
}

Json outpoint_json(const OutPoint& outpoint) {
  return {{"txid", outpoint.txid.display()}, {"vout", outpoint.vout}};
}

Json hex_list(const std::vector<Transaction>& txs) {
  Json out = Json::array();
  for (const Transaction& tx : txs) out.push_back(to_hex(tx.serialize()));
  return out;
}

/// Arguments of a call that sends: what it sends and, unless it is 0, the most that it may burn.
Json with_max_burn(Json sent, Sat max_burn) {
  Json out = Json::array({std::move(sent)});
  if (max_burn == Sat(0)) return out;
  constexpr std::int64_t coin = 100'000'000;
  out.push_back(nullptr);
  out.push_back(fmt::format("{}.{:08}", max_burn.value() / coin, max_burn.value() % coin));
  return out;
}

bool is_rejection(const RpcError& e) {
  return e.rpc_code() == rpc_deserialization_error || e.rpc_code() == rpc_verify_error ||
         e.rpc_code() == rpc_verify_rejected;
}

bool says_pruned(const RpcError& e) {
  return e.rpc_code() == rpc_misc_error && (e.message().find("pruned") != std::string::npos ||
                                            e.message().find("not found on disk") != std::string::npos ||
                                            e.message().find("not available") != std::string::npos);
}

Error pruned(const BlockHash& hash) {
  return unreachable("node.pruned", "the node no longer has the block " + hash.display())
      .hint("ask a node that keeps it");
}

}  // namespace

void BitcoinNode::require_chain(bitcoin::Chain chain) {
  std::vector<Json> results = rpc_->batch({{"getblockchaininfo"}, {"getnetworkinfo"}});
  std::string name = answer(results.at(0), "getblockchaininfo", [](const JsonField& info) {
    return JsonObject(info).required("chain").text(64);
  });
  if (name != bitcoin::chain_name(chain)) {
    throw refused("chain.mismatch",
                  fmt::format("the node is on the chain '{}', not '{}'", name, bitcoin::chain_name(chain)));
  }
  std::int64_t version = answer(results.at(1), "getnetworkinfo", [](const JsonField& info) {
    return JsonObject(info).required("version").integer(0, max_height);
  });
  if (version < oldest_version) {
    throw Error(Exit::usage, "node.old", fmt::format("the node's version {} is too old", version))
        .hint("bitcoind 28 or newer is needed");
  }
}

std::uint32_t BitcoinNode::block_count() {
  return ask(*rpc_, "getblockcount", Json::array(), height_from);
}

BlockHash BitcoinNode::best_block() {
  return ask(*rpc_, "getbestblockhash", Json::array(), hash_from<BlockHash>);
}

BlockHash BitcoinNode::block_hash(std::uint32_t height) {
  return ask(*rpc_, "getblockhash", Json::array({height}), hash_from<BlockHash>);
}

std::vector<BlockHash> BitcoinNode::block_hashes(std::uint32_t first, std::uint32_t count) {
  std::vector<RpcCall> calls;
  for (std::uint32_t i = 0; i < count; ++i) calls.push_back({"getblockhash", Json::array({first + i})});
  std::vector<BlockHash> out;
  for (const Json& result : rpc_->batch(calls)) {
    out.push_back(answer(result, "getblockhash", hash_from<BlockHash>));
  }
  return out;
}

std::vector<bitcoin::Header> BitcoinNode::headers(const std::vector<BlockHash>& hashes) {
  std::vector<RpcCall> calls;
  for (const BlockHash& hash : hashes) {
    calls.push_back({"getblockheader", Json::array({hash.display(), false})});
  }
  std::vector<Json> results = rpc_->batch(calls);
  std::vector<bitcoin::Header> out;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    out.push_back(answer(results.at(i), "getblockheader", [&](const JsonField& field) {
      auto header = bitcoin::Header::parse(field.hex());
      if (header.hash() != hashes[i]) throw wrong("the header does not hash to the block hash asked for");
      return header;
    }));
  }
  return out;
}

Bytes BitcoinNode::raw_block(const BlockHash& hash) {
  try {
    return ask(*rpc_, "getblock", Json::array({hash.display(), 0}), [&](const JsonField& field) {
      Bytes raw = field.hex();
      if (raw.size() > max_block_bytes) throw wrong("the block is too large");
      auto scan = bitcoin::scan_block(raw, [](const Transaction&, ByteView, const Txid&) {});
      if (scan.header.hash() != hash) throw wrong("the block does not hash to the block hash asked for");
      if (scan.mutated || scan.merkle_root != scan.header.merkle_root) {
        throw wrong("the block's transactions do not give the merkle root in its header");
      }
      return raw;
    });
  } catch (const RpcError& e) {
    if (says_pruned(e)) throw pruned(hash);
    throw;
  }
}

BitcoinNode::BlockPosition BitcoinNode::block_position(const BlockHash& hash) {
  try {
    return ask(*rpc_, "getblockheader", Json::array({hash.display(), true}), [&](const JsonField& field) {
      JsonObject header(field);
      if (hash_from<BlockHash>(header.required("hash")) != hash) throw wrong("it is another block's header");
      return BlockPosition{height_from(header.required("height")),
                           header.required("confirmations").integer(-1, max_height)};
    });
  } catch (const RpcError& e) {
    if (e.rpc_code() == rpc_invalid_address_or_key) return {0, -1};
    throw;
  }
}

std::optional<Transaction> BitcoinNode::transaction(const Txid& txid, const BlockHash* block) {
  Json params = Json::array({txid.display(), 0});
  if (block) params.push_back(block->display());
  try {
    return ask(*rpc_, "getrawtransaction", std::move(params), [&](const JsonField& field) {
      auto tx = Transaction::parse(field.hex());
      if (tx.txid() != txid) throw wrong("it is another transaction");
      return tx;
    });
  } catch (const RpcError& e) {
    if (e.rpc_code() == rpc_invalid_address_or_key) return std::nullopt;
    if (block && says_pruned(e)) throw pruned(*block);
    throw;
  }
}

std::vector<std::optional<Transaction>> BitcoinNode::transactions(const std::vector<Txid>& txids) {
  std::vector<std::optional<Transaction>> out;
  for (std::size_t at = 0; at < txids.size(); at += transactions_chunk) {
    std::size_t end = std::min(txids.size(), at + transactions_chunk);
    std::vector<RpcCall> calls;
    for (std::size_t i = at; i < end; ++i) {
      calls.push_back({"getrawtransaction", Json::array({txids[i].display(), 0})});
    }
    std::vector<Json> results;
    try {
      results = rpc_->batch(calls);
    } catch (const RpcError&) {
      // One of the transactions is not in the mempool, perhaps since a moment ago; ask one by one.
      for (std::size_t i = at; i < end; ++i) out.push_back(transaction(txids[i]));
      continue;
    }
    for (std::size_t i = at; i < end; ++i) {
      out.push_back(answer(results.at(i - at), "getrawtransaction", [&](const JsonField& field) {
        auto tx = Transaction::parse(field.hex());
        if (tx.txid() != txids[i]) throw wrong("it is another transaction");
        return tx;
      }));
    }
  }
  return out;
}

std::optional<Coin> BitcoinNode::coin(const OutPoint& outpoint, bool with_mempool) {
  Json result = rpc_->call("gettxout", Json::array({outpoint.txid.display(), outpoint.vout, with_mempool}));
  if (result.is_null()) return std::nullopt;
  BlockHash best;
  std::int64_t confirmations = 0;
  Coin coin = answer(result, "gettxout", [&](const JsonField& field) {
    JsonObject out(field);
    best = hash_from<BlockHash>(out.required("bestblock"));
    confirmations = out.required("confirmations").integer(0, max_height);
    Coin read;
    read.outpoint = outpoint;
    read.output = {money_from(out.required("value")),
                   JsonObject(out.required("scriptPubKey")).required("hex").hex()};
    read.coinbase = out.required("coinbase").boolean();
    return read;
  });
  if (confirmations == 0) return coin;
  std::int64_t tip = block_position(best).height;
  if (confirmations > tip + 1) {
    throw unreachable("node.garbage", "the answer to gettxout has more confirmations than there are blocks");
  }
  coin.height = static_cast<std::uint32_t>(tip + 1 - confirmations);
  return coin;
}

std::vector<bool> BitcoinNode::spendable(const std::vector<OutPoint>& outpoints) {
  std::vector<RpcCall> calls;
  for (const OutPoint& outpoint : outpoints) {
    calls.push_back({"gettxout", Json::array({outpoint.txid.display(), outpoint.vout, true})});
  }
  std::vector<bool> out;
  for (const Json& result : rpc_->batch(calls)) {
    out.push_back(!result.is_null() && answer(result, "gettxout", [](const JsonField& field) {
      JsonObject coin(field);
      std::int64_t confirmations = coin.required("confirmations").integer(0, max_height);
      return !coin.required("coinbase").boolean() || confirmations >= bitcoin::coinbase_maturity;
    }));
  }
  return out;
}

std::vector<Coin> BitcoinNode::scan_scripts(const std::vector<bitcoin::Script>& scripts) {
  if (scripts.empty()) return {};
  std::set<bitcoin::Script> wanted(scripts.begin(), scripts.end());
  Json descriptors = Json::array();
  for (const bitcoin::Script& script : wanted) descriptors.push_back("raw(" + to_hex(script) + ")");

  auto read_coin = [&](const JsonField& field) {
    JsonObject unspent(field);
    Coin coin;
    coin.outpoint.txid = hash_from<Txid>(unspent.required("txid"));
    coin.outpoint.vout = unspent.required("vout").u32();
    coin.output = {money_from(unspent.required("amount")), unspent.required("scriptPubKey").hex()};
    coin.height = height_from(unspent.required("height"));
    coin.coinbase = unspent.required("coinbase").boolean();
    if (!wanted.contains(coin.output.script_pubkey)) throw wrong("it has a coin of another script");
    return coin;
  };
  try {
    return ask(*rpc_, "scantxoutset", Json::array({"start", descriptors}), [&](const JsonField& field) {
      JsonObject scan(field);
      if (!scan.required("success").boolean()) throw wrong("the scan did not finish");
      std::vector<Coin> coins;
      std::set<OutPoint> seen;
      for (const JsonField& item : scan.required("unspents").items()) {
        coins.push_back(read_coin(item));
        if (!seen.insert(coins.back().outpoint).second) throw wrong("it has a coin twice");
      }
      std::ranges::sort(coins, [](const Coin& a, const Coin& b) {
        return std::tie(a.height, a.outpoint) < std::tie(b.height, b.outpoint);
      });
      return coins;
    });
  } catch (const RpcError& e) {
    if (e.rpc_code() != rpc_invalid_parameter) throw;
    throw not_ready("node.busy", "the node cannot scan now: " + e.message());
  }
}

std::vector<Txid> BitcoinNode::mempool() {
  return ask(*rpc_, "getrawmempool", Json::array({false}), [](const JsonField& field) {
    std::vector<Txid> out;
    for (const JsonField& item : field.items()) out.push_back(hash_from<Txid>(item));
    return out;
  });
}

bool BitcoinNode::in_mempool(const Txid& txid) {
  try {
    return ask(*rpc_, "getmempoolentry", Json::array({txid.display()}), [](const JsonField& field) {
      JsonObject{field};
      return true;
    });
  } catch (const RpcError& e) {
    if (e.rpc_code() == rpc_invalid_address_or_key) return false;
    throw;
  }
}

std::optional<MempoolEntry> BitcoinNode::mempool_entry(const Txid& txid) {
  try {
    return ask(*rpc_, "getmempoolentry", Json::array({txid.display()}), [](const JsonField& field) {
      JsonObject entry(field);
      JsonObject fees(entry.required("fees"));
      return std::optional(MempoolEntry{money_from(fees.required("base")),
                                        entry.required("vsize").integer(1, max_block_bytes),
                                        money_from(fees.required("descendant"))});
    });
  } catch (const RpcError& e) {
    if (e.rpc_code() == rpc_invalid_address_or_key) return std::nullopt;
    throw;
  }
}

std::vector<std::optional<Txid>> BitcoinNode::spending(const std::vector<OutPoint>& outpoints) {
  std::vector<std::optional<Txid>> out;
  for (std::size_t at = 0; at < outpoints.size(); at += spending_chunk) {
    std::size_t end = std::min(outpoints.size(), at + spending_chunk);
    Json asked = Json::array();
    for (std::size_t i = at; i < end; ++i) asked.push_back(outpoint_json(outpoints[i]));
    ask(*rpc_, "gettxspendingprevout", Json::array({asked}), [&](const JsonField& field) {
      std::vector<JsonField> items = field.items(spending_chunk);
      if (items.size() != end - at) throw wrong("it has another number of elements");
      for (std::size_t i = at; i < end; ++i) {
        JsonObject item(items[i - at]);
        OutPoint about{hash_from<Txid>(item.required("txid")), item.required("vout").u32()};
        if (about != outpoints[i]) throw wrong("it is about another outpoint");
        auto spender = item.optional("spendingtxid");
        out.push_back(spender ? std::optional(hash_from<Txid>(*spender)) : std::nullopt);
      }
    });
  }
  return out;
}

std::vector<MempoolVerdict> BitcoinNode::test_accept(const std::vector<Transaction>& txs) {
  auto read_verdict = [](const JsonField& field, const Txid& txid) {
    JsonObject verdict(field);
    if (hash_from<Txid>(verdict.required("txid")) != txid) throw wrong("it is about another transaction");
    MempoolVerdict out;
    auto allowed = verdict.optional("allowed");
    out.allowed = allowed && allowed->boolean();
    if (out.allowed) {
      out.fee = money_from(JsonObject(verdict.required("fees")).required("base"));
      out.vsize = verdict.required("vsize").integer(1, max_block_bytes);
    } else if (auto reason = verdict.optional("reject-reason")) {
      out.reason = reason_from(*reason);
    } else if (auto package = verdict.optional("package-error")) {
      out.reason = reason_from(*package);
    } else {
      out.reason = "not validated, because another transaction of the package was refused";
    }
    return out;
  };
  try {
    return ask(*rpc_, "testmempoolaccept", Json::array({hex_list(txs)}), [&](const JsonField& field) {
      std::vector<JsonField> items = field.items(txs.size());
      if (items.size() != txs.size()) throw wrong("it has another number of verdicts");
      std::vector<MempoolVerdict> out;
      for (std::size_t i = 0; i < txs.size(); ++i) out.push_back(read_verdict(items[i], txs[i].txid()));
      return out;
    });
  } catch (const RpcError& e) {
    if (is_rejection(e)) throw input_error("tx.rejected", e.message());
    throw;
  }
}

Txid BitcoinNode::send(const Transaction& tx, Sat max_burn) {
  Txid txid = tx.txid();
  try {
    return ask(*rpc_, "sendrawtransaction", with_max_burn(to_hex(tx.serialize()), max_burn),
               [&](const JsonField& field) {
                 if (hash_from<Txid>(field) != txid) throw wrong("it is another txid");
                 return txid;
               });
  } catch (const RpcError& e) {
    if (e.rpc_code() == rpc_already_in_utxo_set) return txid;
    if (!is_rejection(e)) throw;
    // A transaction with the same txid and another witness counts as being there.
    if (in_mempool(txid)) return txid;
    throw input_error("tx.rejected", "the node refuses the transaction: " + e.message());
  }
}

void BitcoinNode::submit_package(const std::vector<Transaction>& txs, Sat max_burn) {
  auto refusal = [](const std::string& why) {
    return input_error("tx.rejected", "the node refuses the package: " + why);
  };
  Json result;
  try {
    result = rpc_->call("submitpackage", with_max_burn(hex_list(txs), max_burn));
  } catch (const RpcError& e) {
    if (is_rejection(e) || e.rpc_code() == rpc_invalid_parameter) throw refusal(e.message());
    throw;
  }
  std::string reason = answer(result, "submitpackage", [&](const JsonField& field) -> std::string {
    JsonObject package(field);
    std::string message = reason_from(package.required("package_msg"));
    if (message == "success") return "";
    for (const auto& [wtxid, verdict] : package.required("tx-results").json().items()) {
      auto error = JsonObject(verdict, "tx-results." + wtxid.substr(0, 64)).optional("error");
      if (error) return message + " (" + reason_from(*error) + ")";
    }
    return message;
  });
  if (!reason.empty()) throw refusal(reason);
}

std::optional<FeeRate> BitcoinNode::estimate_fee(int target_blocks) {
  return ask(*rpc_, "estimatesmartfee", Json::array({target_blocks}),
             [](const JsonField& field) -> std::optional<FeeRate> {
               auto rate = JsonObject(field).optional("feerate");
               if (!rate) return std::nullopt;
               return FeeRate::per_kvb(money_from(*rate).value());
             });
}

Bytes BitcoinNode::txout_proof(const std::vector<Txid>& txids, const BlockHash& block) {
  Json names = Json::array();
  for (const Txid& txid : txids) names.push_back(txid.display());
  try {
    return ask(*rpc_, "gettxoutproof", Json::array({names, block.display()}), [&](const JsonField& field) {
      Bytes proof = field.hex();
      if (proof.size() < 80 || bitcoin::Header::parse(ByteView(proof).first(80)).hash() != block) {
        throw wrong("the proof is of another block");
      }
      return proof;
    });
  } catch (const RpcError& e) {
    if (says_pruned(e)) throw pruned(block);
    throw;
  }
}

}  // namespace pegkit::net
