// The same calls on a real bitcoind and on RegtestRpc must give the same results and the same errors. Both
// chains grow from the same mock time, so that even their block hashes agree.

#include <algorithm>
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "regtest/support.hpp"
#include "support/bitcoind.hpp"
#include "support/needs.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

constexpr std::int64_t start_time = 1'700'000'000;
constexpr int compared_version = 309900;  // the rules of other releases differ

/// An array of one; braces around a Json would only copy it.
Json only(const Json& value) {
  Json out = Json::array();
  out.push_back(value);
  return out;
}

/// Fields that may differ: texts about the node itself, memory use, and conveniences for people.
void drop_own(Json& value) {
  for (const char* name : {"warnings", "usage", "verificationprogress", "size_on_disk", "maxdatacarriersize"})
    if (value.is_object()) value.erase(name);
  if (value.is_structured())
    for (Json& item : value) drop_own(item);
}

Json outcome(net::Rpc& rpc, const std::string& method, const Json& params) {
  Json out;
  try {
    out = {{"result", rpc.call(method, params)}};
  } catch (const net::RpcError& error) {
    std::string message;
    for (char c : error.message())
      if (!std::isspace(static_cast<unsigned char>(c))) message += c;
    // A wrong number of parameters is answered with the help text, whose words are bitcoind's own.
    if (error.rpc_code() == -1 && message.starts_with(method)) message = method;
    out = {{"error", {{"code", error.rpc_code()}, {"message", message}}}};
  }
  drop_own(out);
  return out;
}

class Both {
 public:
  /// Asks both and compares; gives what they say.
  Json same(const std::string& method, const Json& params = Json::array()) {
    Json theirs = outcome(bitcoind_.rpc(), method, params), ours = outcome(ours_, method, params);
    // Fields of an object come in any order.
    bool equal = nlohmann::json::parse(theirs.dump()) == nlohmann::json::parse(ours.dump());
    CHECK_MESSAGE(equal, method, " ", params.dump().substr(0, 400), "\n  bitcoind: ", theirs.dump(),
                  "\n  ours:     ", ours.dump());
    return theirs;
  }
  Json result(const std::string& method, const Json& params = Json::array()) {
    return same(method, params)["result"];
  }
  std::string reason(const std::string& method, const Json& params) {
    Json both = same(method, params);
    return both.contains("error") ? both["error"]["message"].get<std::string>() : "";
  }
  /// testmempoolaccept, then sendrawtransaction; the error of the latter or nothing.
  std::string send(const bitcoin::Transaction& tx) {
    same("testmempoolaccept", {{hex_of(tx)}});
    return reason("sendrawtransaction", {hex_of(tx)});
  }
  /// On both; with transactions waiting, whose order in a block may differ where they pay the same rate, on
  /// bitcoind alone, and the block is handed over.
  void mine(int blocks) {
    for (; blocks > 0; --blocks) {
      std::size_t waiting = result("getrawmempool", {true}).size();
      if (waiting == 0) {
        same("generatetoaddress", {1, open_address()});
        continue;
      }
      Json hash = bitcoind().call("generatetoaddress", {1, open_address()})[0];
      Json raw = bitcoind().call("getblock", {hash, 0});
      CHECK(ours_.call("submitblock", only(raw)) == nullptr);
      same("getblock", only(hash));
    }
    advance(600);
  }
  void advance(std::int64_t seconds) {
    time_ += seconds;
    same("setmocktime", {time_});
  }
  /// A coinbase output not given out before.
  TestCoin coin() { return coinbase_of(ours_, next_coinbase_++); }
  net::Rpc& bitcoind() { return bitcoind_.rpc(); }
  net::Rpc& ours() { return ours_; }

  void compare_state() {
    for (const char* method :
         {"getblockchaininfo", "getblockcount", "getbestblockhash", "getmempoolinfo", "getindexinfo"})
      same(method);
    // Tips of one height come in any order.
    auto tips = [](net::Rpc& rpc) {
      std::vector<std::string> lines;
      for (const Json& tip : rpc.call("getchaintips")) lines.push_back(tip.dump());
      std::ranges::sort(lines);
      return lines;
    };
    CHECK(tips(bitcoind()) == tips(ours_));
    same("getrawmempool", {true});
    same("scantxoutset", {"start", {"addr(" + open_address() + ")"}});
    Json entries = ours_.call("getrawmempool", {true});
    for (const auto& [txid, entry] : entries.items()) {
      same("getmempoolentry", {txid});
      same("getrawtransaction", {txid, 1});
      same("gettxout", {txid, 0});
      same("getmempoolancestors", {txid});
      same("getmempooldescendants", {txid});
    }
  }

 private:
  Bitcoind bitcoind_;
  regtest::RegtestRpc ours_;
  std::int64_t time_ = start_time;
  std::uint32_t next_coinbase_ = 1;
};

bitcoin::TxOut open_txout(std::int64_t value) {
  return {Sat(value), open_output()};
}

void compare_parameters(Both& both) {
  std::string zero(64, '0');
  for (const auto& [method, params] : std::vector<std::pair<std::string, Json>>{
           {"getblockhash", {-1}},
           {"getblockhash", {1000}},
           {"getblockhash", {"1"}},
           {"getblockhash", Json::array()},
           {"getblockhash", {1, 2}},
           {"getblockhash", {1LL << 40}},
           {"getblock", {zero}},
           {"getblock", {"00"}},
           {"getblock", {std::string(64, 'x')}},
           {"getblock", {5}},
           {"getblockheader", {zero}},
           {"getblockheader", {zero, 1}},
           {"getrawtransaction", {zero}},
           {"getrawtransaction", {zero, true}},
           {"getrawtransaction", {zero, 0, zero}},
           {"getrawtransaction", {"4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"}},
           {"getmempoolentry", {zero}},
           {"gettxout", {zero, 0}},
           {"gettxout", {zero, -1}},
           {"gettxoutproof", {Json::array()}},
           {"gettxoutproof", {{zero}}},
           {"gettxoutproof", {{zero, zero}}},
           {"gettxoutproof", {{zero}, zero}},
           {"sendrawtransaction", {"00"}},
           {"sendrawtransaction", {"zz"}},
           {"sendrawtransaction", {""}},
           {"sendrawtransaction", {"00", "x"}},
           {"testmempoolaccept", {Json::array()}},
           {"testmempoolaccept", {{"00"}}},
           {"testmempoolaccept", {"00"}},
           {"submitpackage", {Json::array()}},
           {"submitpackage", {{"00"}}},
           {"gettxspendingprevout", {Json::array()}},
           {"gettxspendingprevout", {{{{"txid", zero}}}}},
           {"gettxspendingprevout", {{{{"txid", zero}, {"vout", -1}}}}},
           {"gettxspendingprevout", {{{{"txid", zero}, {"vout", 0}}}}},
           {"gettxspendingprevout", {{{{"txid", zero}, {"vout", 0}, {"x", 0}}}}},
           {"estimatesmartfee", {6}},
           {"estimatesmartfee", {0}},
           {"estimatesmartfee", {1009}},
           {"estimatesmartfee", {6, "hasty"}},
           {"generatetoaddress", {1, "nonsense"}},
           {"generatetoaddress", {0, open_address()}},
           {"generatetodescriptor", {1, "nonsense"}},
           {"generateblock", {"nonsense", Json::array()}},
           {"generateblock", {open_address(), {zero}}},
           {"generateblock", {open_address(), {"00"}}},
           {"invalidateblock", {zero}},
           {"reconsiderblock", {zero}},
           {"scantxoutset", {"status"}},
           {"scantxoutset", {"abort"}},
           {"scantxoutset", {"begin"}},
           {"scantxoutset", {"start"}},
           {"scantxoutset", {"start", {5}}},
           {"scantxoutset", {"start", {"raw(51)"}}},
           {"scantxoutset", {"start", {"raw(51)#00000000"}}},
           {"scantxoutset", {"start", {"raw(5)"}}},
           {"scantxoutset", {"start", {"addr(bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq)"}}},
           {"scantxoutset", {"start", {"ram(51)"}}},
           {"submitblock", {"00"}},
           {"setmocktime", {-1}},
           {"decoderawtransaction", {"00"}},
           {"nosuchmethod", Json::array()},
       })
    both.same(method, params);
}

void compare_rejections(Both& both) {
  TestCoin coin = both.coin();
  both.send(spend({{{bitcoin::Txid::from_display(std::string(64, '1')), 0}, Sat(1)}}, {open_txout(1000)}));
  both.send(move_coin(coinbase_of(both.ours(), 50), 1000));  // immature
  both.send(move_coin(coin, 0));
  both.send(move_coin(coin, 5));
  both.send(move_coin(coin, -1));
  both.send(move_coin(coin, 1'000'000'000));  // above maxfeerate
  bitcoin::Transaction dust = spend({coin}, {open_txout(100), open_txout(coin.value.value() - 10'000)});
  both.send(dust);
  dust.outputs.insert(dust.outputs.begin(), open_txout(100));
  both.send(dust);
  bitcoin::Transaction odd = move_coin(coin, 1000);
  odd.outputs[0].script_pubkey = {0x51, 0x51};
  both.send(odd);
  odd = move_coin(coin, 1000);
  odd.version = 4;
  both.send(odd);
  odd = move_coin(coin, 1000);
  odd.inputs[0].witness = {Bytes{0x52}};  // another script than committed to
  both.send(odd);
  odd.inputs[0].witness = {};
  both.send(odd);
  odd.inputs[0].witness = {Bytes(90, 1), Bytes{0x51}};
  both.send(odd);
  odd.inputs[0].witness = {Bytes{1}, Bytes{0x51}};
  both.send(odd);
  odd = move_coin(coin, 1000);
  odd.inputs.push_back(odd.inputs[0]);
  both.send(odd);
  odd = move_coin(coin, 1000);
  odd.outputs.clear();
  both.send(odd);
  odd = move_coin(coin, 1000);
  odd.outputs.push_back({max_money + Sat(1), open_output()});
  both.send(odd);
  odd = move_coin(coin, 1000);
  odd.lock_time = 5000;
  both.send(odd);
  odd.lock_time = static_cast<std::uint32_t>(start_time + 1'000'000);
  both.send(odd);
  both.send(move_coin(coin, 1000, 2, 500));               // 500 blocks
  both.send(move_coin(coin, 1000, 2, (1u << 22) | 500));  // 500 * 512 seconds
  both.send(move_coin(coin, 1000, 1, 500));               // version 1 has no relative locks
  odd = move_coin(both.coin(), 100'000);
  odd.outputs.assign(1, {odd.outputs[0].value, bitcoin::Script(100'000, 0x6a)});
  both.send(odd);
  odd.outputs[0] = open_txout(1'000'000);
  for (int i = 0; i < 2400; ++i) odd.outputs.push_back(open_txout(1000));
  both.send(odd);
  both.send(both.ours().call("getblockcount") == 0 ? odd : move_coin(both.coin(), 300'000));
  odd = spend({both.coin()},
              {{Sat(5000), bitcoin::ScriptBuilder().op(bitcoin::OP_RETURN).push(Bytes(10)).take()}});
  both.send(odd);  // maxburnamount
  odd = spend({coin}, {{Sat(600), bitcoin::ScriptBuilder().op(bitcoin::OP_0).take()}});
  both.send(odd);
}

void compare_signatures(Both& both) {
  crypto::SecretKey key = crypto::SecretKey::from(Bytes(32, 7));
  crypto::XOnlyKey x = crypto::xonly(key.public_key());
  bitcoin::Script script = bitcoin::ScriptBuilder().op(bitcoin::OP_1).push(x).take();
  TestCoin coin = both.coin();
  bitcoin::Transaction fund = spend({coin}, {{coin.value - Sat(1000), script}});
  both.send(fund);
  bitcoin::Transaction tx = spend({output_of(fund)}, {open_txout(100'000)});
  tx.outputs.push_back({fund.outputs[0].value - Sat(101'000), script});
  auto sign = [&](std::uint8_t type) {
    bitcoin::SighashCache cache(tx, {fund.outputs[0]});
    auto hash = cache.taproot(0, type, nullptr);
    Bytes signature = to_bytes(crypto::schnorr_sign(key, *hash, Bytes(32)));
    if (type != 0) signature.push_back(type);
    return signature;
  };
  tx.inputs[0].witness = {Bytes(64, 1)};
  both.send(tx);
  tx.inputs[0].witness = {Bytes(63, 1)};
  both.send(tx);
  Bytes bad = sign(1);
  bad.back() = 0x80;
  tx.inputs[0].witness = {bad};
  both.send(tx);
  tx.inputs[0].witness = {sign(0), Bytes{0x50, 1}};  // an annex
  both.send(tx);
  tx.inputs[0].witness = {sign(0x81)};
  CHECK(both.send(tx) == "");
  both.same("decoderawtransaction", {hex_of(tx)});
}

void compare_replacement(Both& both) {
  TestCoin coin = both.coin();
  bitcoin::Transaction first = move_coin(coin, 1000, 2, 0xffffffff);  // full RBF needs no signal
  CHECK(both.send(first) == "");
  both.send(first);  // again
  bitcoin::Transaction child = move_coin(output_of(first), 2000);
  CHECK(both.send(child) == "");
  both.compare_state();
  both.send(move_coin(coin, 999));
  both.send(move_coin(coin, 2999));
  both.send(move_coin(coin, 3001));
  bitcoin::Transaction both_inputs = spend({coin, output_of(first)}, {open_txout(1'000'000)});
  both.send(both_inputs);  // spends what it replaces
  // Pays more, but in a much bigger transaction.
  bitcoin::Transaction wide = move_coin(coin, 6000);
  for (int i = 0; i < 1000; ++i) {
    wide.outputs.push_back(open_txout(1000));
    wide.outputs[0].value -= Sat(1000);
  }
  both.send(wide);
  CHECK(both.send(move_coin(coin, 4000)) == "");
  both.same("gettxspendingprevout", {{{{"txid", coin.outpoint.txid.display()}, {"vout", 0}}}});
  both.compare_state();
}

void compare_chains(Both& both) {
  TestCoin coin = both.coin();
  std::vector<bitcoin::Transaction> chain{move_coin(coin, 500)};
  for (int i = 1; i < 66; ++i) {
    bitcoin::Transaction next = move_coin(output_of(chain.back()), 500 + i % 7 * 100);
    if (i < 62)
      both.ours().call("sendrawtransaction", {hex_of(chain.back())}),
          both.bitcoind().call("sendrawtransaction", {hex_of(chain.back())});
    else
      both.send(chain.back());
    chain.push_back(next);
  }
  both.same("getmempoolentry", {chain[0].txid().display()});
  both.same("getmempoolentry", {chain[63].txid().display()});
  both.mine(1);
  both.compare_state();
}

void compare_truc(Both& both) {
  TestCoin coin = both.coin();
  bitcoin::Transaction parent =
      spend({coin}, {open_txout(1'000'000), open_txout(coin.value.value() - 1'001'000)}, 3);
  CHECK(both.send(parent) == "");
  both.send(move_coin(output_of(parent), 1000, 2));  // not v3
  bitcoin::Transaction big = move_coin(output_of(parent), 20'000, 3);
  for (int i = 0; i < 40; ++i) {
    big.outputs.push_back(open_txout(1000));
    big.outputs[0].value -= Sat(1000);
  }
  both.send(big);  // more than 1,000 vB
  bitcoin::Transaction child = move_coin(output_of(parent), 1000, 3);
  CHECK(both.send(child) == "");
  both.send(move_coin(output_of(child), 1000, 3));      // a grandchild
  both.send(move_coin(output_of(parent, 1), 900, 3));   // a sibling that pays too little
  both.send(move_coin(output_of(parent, 1), 5000, 3));  // one that takes its place
  both.send(move_coin(output_of(parent, 1), 4000, 3));
  TestCoin other = both.coin();
  bitcoin::Transaction plain = move_coin(other, 1000, 2);
  both.send(plain);
  both.send(move_coin(output_of(plain), 1000, 3));  // v3 on not v3
  bitcoin::Transaction huge = move_coin(both.coin(), 200'000, 3);
  for (int i = 0; i < 300; ++i) {
    huge.outputs.push_back(open_txout(1000));
    huge.outputs[0].value -= Sat(1000);
  }
  both.send(huge);  // more than 10,000 vB
  both.compare_state();
}

Json package_of(const std::vector<bitcoin::Transaction>& txs) {
  Json out = Json::array();
  for (const bitcoin::Transaction& tx : txs) out.push_back(hex_of(tx));
  return only(out);
}

void compare_packages(Both& both) {
  bitcoin::TxOut anchor{Sat(0), from_hex("51024e73")};
  TestCoin coin = both.coin(), payer = both.coin();
  bitcoin::Transaction parent = spend({coin}, {{coin.value, open_output()}, anchor}, 3);
  bitcoin::Transaction child =
      spend({output_of(parent, 1), payer}, {{payer.value - Sat(3000), open_output()}}, 3);
  child.inputs[0].witness = {};
  bitcoin::Transaction leaves_dust = move_coin(output_of(parent, 0), 3000, 3);
  both.send(parent);
  both.send(child);
  both.same("testmempoolaccept", package_of({parent, child}));
  both.same("submitpackage", package_of({child, parent}));
  both.same("submitpackage", package_of({parent, leaves_dust}));
  both.same("submitpackage", package_of({parent, parent}));
  both.same("submitpackage", package_of({parent, move_coin(payer, 1000)}));
  bitcoin::Transaction poor = child;
  poor.outputs[0].value = payer.value - Sat(1);
  both.same("submitpackage", package_of({parent, poor}));
  both.same("submitpackage", package_of({parent, child}));
  both.same("submitpackage", package_of({parent, child}));  // again
  both.compare_state();
  bitcoin::Transaction better = child;
  better.outputs[0].value = payer.value - Sat(9000);
  both.same("submitpackage", package_of({parent, better}));
  // A package that replaces the whole of another.
  bitcoin::Transaction parent2 = parent;
  parent2.outputs[0].script_pubkey = bitcoin::ScriptBuilder().op(bitcoin::OP_1).push(Bytes(32, 2)).take();
  bitcoin::Transaction child2 = better;
  child2.inputs[0].prevout.txid = parent2.txid();
  both.same("submitpackage", package_of({parent2, child2}));
  child2.outputs[0].value = payer.value - Sat(30'000);
  both.same("submitpackage", package_of({parent2, child2}));
  both.compare_state();
  // Several parents and a child; a child without fee-poor parents.
  bitcoin::Transaction a = move_coin(both.coin(), 300), b = move_coin(both.coin(), 400);
  bitcoin::Transaction c = spend({output_of(a), output_of(b)}, {open_txout(1'000'000)});
  both.same("testmempoolaccept", package_of({a, b, c}));
  c.outputs[0].value = a.outputs[0].value + b.outputs[0].value - Sat(1000);
  both.same("testmempoolaccept", package_of({a, b, c}));
  both.same("testmempoolaccept", package_of({a, a}));
  both.same("submitpackage", package_of({a, b, c}));
  both.mine(1);
  both.same("submitpackage", package_of({a}));
  both.send(a);
  both.compare_state();
}

void compare_blocks(Both& both) {
  std::uint32_t height = both.result("getblockcount").get<std::uint32_t>();
  for (std::uint32_t h : {0u, 1u, 2u, 100u, height - 1, height}) {
    Json hash = both.result("getblockhash", {h});
    both.same("getblockheader", only(hash));
    both.same("getblockheader", {hash, false});
    for (int verbosity : {0, 1, 2, 3}) both.same("getblock", {hash, verbosity});
    Json txids = both.result("getblock", {hash, 1})["tx"];
    both.same("gettxoutproof", {txids, hash});
    both.same("verifytxoutproof", only(both.result("gettxoutproof", {only(txids.back()), hash})));
    if (h == 0) continue;
    for (int verbosity : {0, 1, 2}) both.same("getrawtransaction", {txids.back(), verbosity, hash});
    both.same("getrawtransaction", only(txids.back()));
    both.same("gettxoutproof", only(only(txids.back())));
    both.same("gettxout", {txids.back(), 0, false});
  }
}

void compare_block_rules(Both& both) {
  TestCoin coin = both.coin();
  bitcoin::Transaction good = move_coin(coin, 0);
  bitcoin::Transaction bad = good;
  bad.inputs[0].witness = {Bytes{0x52}};
  auto block_of = [](const std::vector<bitcoin::Transaction>& txs) {
    return Json{open_address(), package_of(txs)[0]};
  };
  both.same("generateblock", block_of({bad}));
  both.same("generateblock", block_of({good, good}));
  both.same("generateblock", block_of({move_coin(coin, -1)}));
  both.same("generateblock", block_of({move_coin(coin, 0, 2, 1000)}));
  both.same("generateblock", block_of({move_coin(output_of(good), 0), good}));
  bitcoin::Transaction late = good;
  late.lock_time = 10'000;
  both.same("generateblock", block_of({late}));
  both.same("generateblock", block_of({move_coin(coinbase_of(both.ours(), 60), 0)}));
  Json held = block_of({good});
  held.push_back(false);
  std::string hex = both.result("generateblock", held)["hex"].get<std::string>();
  both.same("submitblock", {hex});
  both.same("submitblock", {hex});
  hex[200] = hex[200] == '0' ? '1' : '0';
  both.same("submitblock", {hex});
  both.advance(600);
}

void compare_reorganisation(Both& both) {
  TestCoin coin = both.coin();
  bitcoin::Transaction tx = move_coin(coin, 1000);
  both.send(tx);
  both.mine(1);
  bitcoin::Transaction child = move_coin(output_of(tx), 2000);
  both.send(child);
  Json tip = both.result("getbestblockhash");
  both.same("invalidateblock", only(tip));
  both.compare_state();
  both.same("getblockheader", only(tip));
  both.same("reconsiderblock", only(tip));
  both.compare_state();
  both.same("invalidateblock", only(tip));
  both.mine(1);
  both.compare_state();
  both.same("reconsiderblock", only(tip));  // as much work, but first seen
  both.compare_state();
  both.mine(2);
  Json deep = both.result("getblockhash", {both.result("getblockcount").get<int>() - 3});
  both.same("invalidateblock", only(deep));
  both.compare_state();
  both.mine(1);
  both.same("reconsiderblock", only(deep));
  both.compare_state();
}

}  // namespace

TEST_CASE("bitcoind: RegtestRpc answers the same" * needs_bitcoind) {
  Both both;
  int version = both.bitcoind().call("getnetworkinfo")["version"].get<int>();
  if (version != compared_version) {
    test::skipped("the bitcoind on PATH is version " + std::to_string(version) + ", compared is " +
                  std::to_string(compared_version));
    return;
  }
  both.advance(0);
  both.compare_state();
  both.mine(115);
  both.compare_state();
  compare_parameters(both);
  compare_rejections(both);
  compare_signatures(both);
  compare_replacement(both);
  both.mine(1);
  compare_chains(both);
  compare_truc(both);
  both.mine(1);
  compare_packages(both);
  compare_block_rules(both);
  compare_blocks(both);
  compare_reorganisation(both);
}
