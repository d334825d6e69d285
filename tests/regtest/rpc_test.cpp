#include <doctest/doctest.h>
#include <filesystem>
#include <unistd.h>

#include "regtest/json.hpp"
#include "regtest/support.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

constexpr const char* genesis_hash = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206";

regtest::RegtestSettings at_time(std::int64_t time) {
  regtest::RegtestSettings settings;
  settings.clock = [time] { return time; };
  return settings;
}

struct Folder {
  std::filesystem::path path;
  Folder() {
    char name[] = "/tmp/pegkit-regtest-XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
};

std::string send(net::Rpc& rpc, const bitcoin::Transaction& tx) {
  return error_of(rpc, "sendrawtransaction", {hex_of(tx)}).message();
}

/// A chain whose first coinbase outputs are mature.
struct Node {
  regtest::RegtestRpc rpc{at_time(1'700'000'000)};
  Node() { rpc.call("generatetoaddress", {110, open_address()}); }
};

}  // namespace

TEST_CASE("regtest starts with Bitcoin's genesis block and grows on demand") {
  regtest::RegtestRpc rpc(at_time(1'700'000'000));
  CHECK(rpc.call("getblockcount") == 0);
  CHECK(rpc.call("getbestblockhash") == genesis_hash);
  Json hashes = rpc.call("generatetoaddress", {150, open_address()});
  CHECK(hashes.size() == 150);
  CHECK(rpc.call("getbestblockhash") == hashes[149]);
  CHECK(rpc.call("getblockchaininfo")["chain"] == "regtest");
  CHECK(coinbase_of(rpc, 149).value == Sat(50'0000'0000));
  CHECK(coinbase_of(rpc, 150).value == Sat(25'0000'0000));  // the first halving
  Json header = rpc.call("getblockheader", {rpc.call("getblockhash", {1})});
  CHECK(header["previousblockhash"] == genesis_hash);
  CHECK(header["confirmations"] == 150);
}

TEST_CASE("amounts are text in-process and exact numbers on the wire") {
  Node node;
  TestCoin coin = coinbase_of(node.rpc, 1);
  Json params{coin.outpoint.txid.display(), 0};
  CHECK(node.rpc.call("gettxout", params)["value"] == "50.00000000");
  CHECK(regtest::write_json(node.rpc.call_exact("gettxout", params)).find("\"value\":50.00000000,") !=
        std::string::npos);
  CHECK(regtest::write_json(regtest::btc(Sat(1))) == "0.00000001");
  CHECK(regtest::write_json({{"a", {regtest::btc(Sat(10000)), "0.1", nullptr}}}) ==
        R"({"a":[0.00010000,"0.1",null]})");
}

TEST_CASE("the mempool takes what a block could hold and gives bitcoind's reasons for the rest") {
  Node node;
  TestCoin coin = coinbase_of(node.rpc, 1);
  CHECK(send(node.rpc, move_coin(coinbase_of(node.rpc, 100), 1000)) ==
        "bad-txns-premature-spend-of-coinbase, tried to spend coinbase at depth 11");
  CHECK(send(node.rpc, move_coin(coin, 0)) == "min relay fee not met, 0 < 10");
  CHECK(send(node.rpc, move_coin(coin, -1)) ==
        "bad-txns-in-belowout, value in (50.00) < value out (50.00000001)");
  CHECK(send(node.rpc, move_coin(coin, 1000, 2, 200)) == "non-BIP68-final");
  bitcoin::Transaction tx = move_coin(coin, 1000);
  tx.lock_time = 111;
  CHECK(send(node.rpc, tx) == "non-final");
  tx.lock_time = 110;
  tx.inputs[0].witness = {Bytes{0x52}};
  CHECK(send(node.rpc, tx)
            .starts_with("mempool-script-verify-flag-failed (Witness program hash mismatch), input 0 of"));
  net::RpcError missing =
      error_of(node.rpc, "sendrawtransaction", {hex_of(move_coin({{tx.txid(), 0}, Sat(5000)}, 1000))});
  CHECK(missing.rpc_code() == -25);
  CHECK(missing.message() == "bad-txns-inputs-missingorspent");
  CHECK(error_of(node.rpc, "sendrawtransaction", {hex_of(move_coin(coin, 100'000'000))}).rpc_code() == -25);
  CHECK(node.rpc.call("getrawmempool").empty());

  tx = move_coin(coin, 1000);
  CHECK(node.rpc.call("sendrawtransaction", {hex_of(tx)}) == tx.txid().display());
  CHECK(node.rpc.call("sendrawtransaction", {hex_of(tx)}) == tx.txid().display());
  CHECK(send(node.rpc, move_coin(coin, 1009)).starts_with("insufficient fee, rejecting replacement"));
  bitcoin::Transaction better = move_coin(coin, 1010);
  CHECK(node.rpc.call("sendrawtransaction", {hex_of(better)}) == better.txid().display());
  CHECK(node.rpc.call("getrawmempool") == Json{better.txid().display()});
  node.rpc.call("generatetoaddress", {1, open_address()});
  CHECK(node.rpc.call("getrawmempool").empty());
  net::RpcError confirmed = error_of(node.rpc, "sendrawtransaction", {hex_of(better)});
  CHECK(confirmed.rpc_code() == -27);
  CHECK(confirmed.message() == "Transaction outputs already in utxo set");
}

TEST_CASE("a parent without fee comes in with a child that pays for both") {
  Node node;
  bitcoin::TxOut anchor{Sat(0), from_hex("51024e73")};
  TestCoin coin = coinbase_of(node.rpc, 1), payer = coinbase_of(node.rpc, 2);
  bitcoin::Transaction parent = spend({coin}, {{coin.value, open_output()}, anchor}, 3);
  bitcoin::Transaction child =
      spend({output_of(parent, 1), payer}, {{payer.value - Sat(2000), open_output()}}, 3);
  child.inputs[0].witness = {};
  CHECK(send(node.rpc, parent) == "min relay fee not met, 0 < 11");
  Json params = Json::array();
  params.push_back({hex_of(parent), hex_of(child)});
  Json result = node.rpc.call("submitpackage", params);
  CHECK(result["package_msg"] == "success");
  CHECK(node.rpc.call("getrawmempool").size() == 2);
  node.rpc.call("generatetoaddress", {1, open_address()});
  CHECK(node.rpc.call("getrawmempool").empty());
}

TEST_CASE("a reorganisation puts transactions back and takes away what depended on lost blocks") {
  Node node;
  bitcoin::Transaction tx = move_coin(coinbase_of(node.rpc, 1), 1000);
  node.rpc.call("sendrawtransaction", {hex_of(tx)});
  Json block = node.rpc.call("generatetoaddress", {1, open_address()})[0];
  std::string txid = tx.txid().display();
  CHECK(node.rpc.call("gettxout", {txid, 0})["confirmations"] == 1);
  Json hash = Json::array({block});
  node.rpc.call("invalidateblock", hash);
  CHECK(node.rpc.call("getblockcount") == 110);
  CHECK(node.rpc.call("getrawmempool") == Json{txid});
  CHECK(node.rpc.call("getblockheader", hash)["confirmations"] == -1);
  node.rpc.call("reconsiderblock", hash);
  CHECK(node.rpc.call("getbestblockhash") == block);
  CHECK(node.rpc.call("getrawmempool").empty());

  // A longer branch without the transaction's coinbase: it can never come back.
  Json first = Json::array({node.rpc.call("getblockhash", {1})});
  node.rpc.call("invalidateblock", first);
  CHECK(node.rpc.call("getblockcount") == 0);
  CHECK(node.rpc.call("getrawmempool").empty());
  node.rpc.call("reconsiderblock", first);
  CHECK(node.rpc.call("getblockcount") == 111);
  CHECK(node.rpc.call("scantxoutset", {"start", {"addr(" + open_address() + ")"}})["unspents"].size() == 111);
}

TEST_CASE("a restart goes on where the node was stopped") {
  Folder folder;
  std::int64_t time = 1'700'000'000;
  regtest::RegtestSettings settings;
  settings.clock = [&time] { return time; };
  settings.directory = folder.path;
  std::string txid;
  Json tip, info;
  {
    regtest::RegtestRpc rpc(settings);
    rpc.call("generatetoaddress", {105, open_address()});
    rpc.call("invalidateblock", Json::array({rpc.call("getblockhash", {104})}));
    time += 1000;  // else the new block would be the invalid one again
    rpc.call("generatetoaddress", {1, open_address()});
    bitcoin::Transaction tx = move_coin(coinbase_of(rpc, 1), 1000);
    txid = rpc.call("sendrawtransaction", {hex_of(tx)}).get<std::string>();
    tip = rpc.call("getchaintips");
    info = rpc.call("getblockchaininfo");
  }
  regtest::RegtestRpc rpc(settings);
  CHECK(rpc.call("getblockchaininfo") == info);
  CHECK(rpc.call("getchaintips") == tip);
  CHECK(rpc.call("getrawmempool") == Json{txid});
  rpc.call("generatetoaddress", {1, open_address()});
  CHECK(rpc.call("getblockcount") == 105);
}

TEST_CASE("a proof of inclusion verifies, and a changed one does not") {
  Node node;
  for (std::uint32_t h = 1; h <= 5; ++h)
    node.rpc.call("sendrawtransaction", {hex_of(move_coin(coinbase_of(node.rpc, h), 1000))});
  Json block = node.rpc.call("generatetoaddress", {1, open_address()})[0];
  Json txids = node.rpc.call("getblock", Json::array({block}))["tx"];
  CHECK(txids.size() == 6);
  for (const Json& txid : txids) {
    Json params = Json::array({Json::array({txid}), block});
    std::string proof = node.rpc.call("gettxoutproof", params).get<std::string>();
    CHECK(node.rpc.call("verifytxoutproof", {proof}) == Json::array({txid}));
    for (std::size_t at : {100u, 170u, 180u, 250u}) {
      std::string changed = proof;
      changed[at] = changed[at] == '0' ? '1' : '0';
      std::string answer = error_of(node.rpc, "verifytxoutproof", {changed}).message();
      bool empty = answer == "no error" && node.rpc.call("verifytxoutproof", {changed}).empty();
      CHECK((empty || answer == "Block not found in chain" || answer != "no error"));
    }
    CHECK(error_of(node.rpc, "verifytxoutproof", {proof.substr(0, 200)}).rpc_code() != 0);
  }
}

TEST_CASE("parameters are checked as bitcoind checks them") {
  regtest::RegtestRpc rpc(at_time(1'700'000'000));
  CHECK(error_of(rpc, "nosuchmethod", Json::array()).rpc_code() == -32601);
  CHECK(error_of(rpc, "getblockhash", Json::array()).rpc_code() == -1);
  CHECK(error_of(rpc, "getblockhash", {"0"}).rpc_code() == -3);
  CHECK(error_of(rpc, "getblockhash", {7}).message() == "Block height out of range");
  CHECK(error_of(rpc, "getblockhash", {{"altitude", 0}}).message() == "Unknown named parameter altitude");
  CHECK(rpc.call("getblockhash", {{"height", 0}}) == genesis_hash);
  CHECK(error_of(rpc, "getblock", {"xyz"}).rpc_code() == -8);
  CHECK(error_of(rpc, "sendrawtransaction", {"00"}).rpc_code() == -22);
  CHECK(error_of(rpc, "generatetoaddress", {1, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"}).rpc_code() ==
        -5);
  CHECK(rpc.call("estimatesmartfee", {6}) ==
        Json{{"errors", {"Insufficient data or no feerate found"}}, {"blocks", 0}});
  rpc.call("stop");
  CHECK(rpc.stopped());
}
