#include "net/bitcoin_node.hpp"

#include <doctest/doctest.h>

#include "net/fake_rpc.hpp"

using namespace pegkit;
using namespace pegkit::net;
using pegkit::test::error_code;
using pegkit::test::FakeRpc;

namespace {

/// Runs `use` on a node that gives one answer.
template <class F>
std::string code_for(const std::string& answer, F&& use) {
  auto rpc = std::make_shared<FakeRpc>();
  rpc->answers(answer);
  BitcoinNode node(rpc);
  return error_code([&] { use(node); });
}

const std::string genesis_hash = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206";
const std::string genesis_header =
    "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f61"
    "7fc81bc3"
    "888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000";
const std::string genesis_transaction =
    "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468"
    "652054696d"
    "65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f7574"
    "20666f72"
    "2062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61"
    "deb649f6"
    "bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";
const std::string genesis_txid = "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b";

std::string in_quotes(const std::string& text) {
  return "\"" + text + "\"";
}
bitcoin::BlockHash genesis() {
  return bitcoin::BlockHash::from_display(genesis_hash);
}
bitcoin::Txid coinbase() {
  return bitcoin::Txid::from_display(genesis_txid);
}
bitcoin::Transaction transaction() {
  return bitcoin::Transaction::from_hex(genesis_transaction);
}

}  // namespace

TEST_CASE("the node's chain and version are checked") {
  auto check = [](const std::string& chain, int version) {
    auto rpc = std::make_shared<FakeRpc>();
    rpc->answers(R"({"chain":)" + in_quotes(chain) + "}")
        .answers(R"({"version":)" + std::to_string(version) + "}");
    return error_code([&] { BitcoinNode(rpc).require_chain(bitcoin::Chain::regtest); });
  };
  CHECK(check("regtest", 280000).empty());
  CHECK(check("main", 280000) == "chain.mismatch");
  CHECK(check("regtest", 270100) == "node.old");
  CHECK(check("regtest", -1) == "node.garbage");
}

TEST_CASE("heights and hashes") {
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers("7")
      .answers(in_quotes(genesis_hash))
      .answers(in_quotes(genesis_hash))
      .answers(in_quotes(genesis_hash));
  CHECK(node.block_count() == 7);
  CHECK(node.best_block() == genesis());
  CHECK(node.block_hashes(0, 2) == std::vector{genesis(), genesis()});
  CHECK(rpc->asked[3].params == Json::array({1}));
  for (std::string bad : {"-1", "\"7\"", "null", "[]", "99999999999", "7.5"}) {
    CHECK(code_for(bad, [](BitcoinNode& n) { n.block_count(); }) == "node.garbage");
  }
  for (std::string bad : {"7", "\"\"", "\"0f91\"", "\"zz\""}) {
    CHECK(code_for(bad, [](BitcoinNode& n) { n.best_block(); }) == "node.garbage");
  }
}

TEST_CASE("headers and blocks are checked against the hash asked for") {
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers(in_quotes(genesis_header)).answers(in_quotes(genesis_header + "01" + genesis_transaction));
  CHECK(node.headers({genesis()}).at(0).hash() == genesis());
  CHECK(node.raw_block(genesis()).size() == 285);

  std::string other = genesis_header;
  other.back() = '1';
  CHECK(code_for(in_quotes(other), [](BitcoinNode& n) { n.headers({genesis()}); }) == "node.garbage");
  CHECK(code_for("\"00\"", [](BitcoinNode& n) { n.headers({genesis()}); }) == "node.garbage");

  auto block = [](const std::string& hex) {
    return code_for(in_quotes(hex), [](BitcoinNode& n) { n.raw_block(genesis()); });
  };
  CHECK(block("") == "node.garbage");
  CHECK(block(other + "01" + genesis_transaction) == "node.garbage");
  CHECK(block(genesis_header + "00") == "node.garbage");
  CHECK(block(genesis_header + "02" + genesis_transaction + genesis_transaction) == "node.garbage");
  CHECK(block(genesis_header + "01" + genesis_transaction + "00") == "node.garbage");
  std::string changed = genesis_transaction;
  changed[100] = changed[100] == '0' ? '1' : '0';
  CHECK(block(genesis_header + "01" + changed) == "node.garbage");

  rpc->fails(-1, "Block not available (pruned data)");
  CHECK(error_code([&] { node.raw_block(genesis()); }) == "node.pruned");
  rpc->fails(-5, "Block not found");
  CHECK(error_code([&] { node.raw_block(genesis()); }) == "rpc.error");
}

TEST_CASE("where a block stands") {
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers(R"({"hash":)" + in_quotes(genesis_hash) + R"(,"height":5,"confirmations":-1})");
  CHECK(node.block_position(genesis()).confirmations == -1);
  rpc->fails(-5, "Block not found");
  CHECK(node.block_position(genesis()).confirmations == -1);
  CHECK(code_for(R"({"hash":"00","height":5,"confirmations":1})",
                 [](BitcoinNode& n) { n.block_position(genesis()); }) == "node.garbage");
}

TEST_CASE("transactions are what was asked for, or not there") {
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers(in_quotes(genesis_transaction)).fails(-5, "No such mempool transaction");
  CHECK(node.transaction(coinbase())->txid() == coinbase());
  CHECK(!node.transaction(coinbase()));
  bitcoin::Txid other = coinbase();
  other.bytes[0] ^= 1;
  CHECK(code_for(in_quotes(genesis_transaction), [&](BitcoinNode& n) { n.transaction(other); }) ==
        "node.garbage");
  CHECK(code_for("\"0100\"", [](BitcoinNode& n) { n.transaction(coinbase()); }) == "node.garbage");
}

TEST_CASE("an unspent output gets the height of its block") {
  std::string txout = R"({"bestblock":)" + in_quotes(genesis_hash) +
                      R"(,"confirmations":3,"value":0.10000001,"scriptPubKey":{"hex":"51"},"coinbase":true})";
  std::string position = R"({"hash":)" + in_quotes(genesis_hash) + R"(,"height":10,"confirmations":1})";
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers(txout).answers(position).answers("null");
  auto coin = node.coin({coinbase(), 4}, true);
  CHECK(coin->height == 8);
  CHECK(coin->output == bitcoin::TxOut{Sat{10'000'001}, {0x51}});
  CHECK(coin->coinbase);
  CHECK(rpc->asked[0].params == Json::array({genesis_txid, 4, true}));
  CHECK(!node.coin({coinbase(), 4}, true));

  for (std::string value : {"-1", "0.000000001", "21000000.00000001", "\"x\"", "1e20", "{}"}) {
    CAPTURE(value);
    CHECK(code_for(R"({"bestblock":)" + in_quotes(genesis_hash) + R"(,"confirmations":0,"value":)" + value +
                       R"(,"scriptPubKey":{"hex":"51"},"coinbase":false})",
                   [](BitcoinNode& n) {
                     n.coin({coinbase(), 0}, true);
                   }) == "node.garbage");
  }
  rpc->answers(txout).answers(R"({"hash":)" + in_quotes(genesis_hash) + R"(,"height":1,"confirmations":1})");
  CHECK(error_code([&] { node.coin({coinbase(), 4}, true); }) == "node.garbage");
}

TEST_CASE("a scan's coins are of the scripts asked for, once each, in order") {
  auto unspent = [](int vout, int height, const std::string& script) {
    return R"({"txid":)" + in_quotes(genesis_txid) + R"(,"vout":)" + std::to_string(vout) +
           R"(,"scriptPubKey":)" + in_quotes(script) + R"(,"amount":1.5,"coinbase":false,"height":)" +
           std::to_string(height) + "}";
  };
  auto scan = [](const std::string& unspents) { return R"({"success":true,"unspents":[)" + unspents + "]}"; };
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers(scan(unspent(1, 9, "51") + "," + unspent(2, 8, "52") + "," + unspent(0, 9, "51")));
  auto coins = node.scan_scripts({{0x51}, {0x52}});
  REQUIRE(coins.size() == 3);
  CHECK(coins[0].outpoint.vout == 2);
  CHECK(coins[1].outpoint.vout == 0);
  CHECK(coins[1].output.value == Sat{150'000'000});
  CHECK(rpc->asked[0].params == Json::array({"start", Json::array({"raw(51)", "raw(52)"})}));
  CHECK(node.scan_scripts({}).empty());

  auto use = [](BitcoinNode& n) { n.scan_scripts({{0x51}}); };
  CHECK(code_for(scan(unspent(1, 9, "53")), use) == "node.garbage");
  CHECK(code_for(scan(unspent(1, 9, "51") + "," + unspent(1, 9, "51")), use) == "node.garbage");
  CHECK(code_for(R"({"success":false,"unspents":[]})", use) == "node.garbage");
  rpc->fails(-8, "Scan already in progress, use action \"abort\" or \"status\"");
  CHECK(error_code([&] { use(node); }) == "node.busy");
}

TEST_CASE("the mempool") {
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers("[" + in_quotes(genesis_txid) + "]").answers("{}").fails(-5, "Transaction not in mempool");
  CHECK(node.mempool() == std::vector{coinbase()});
  CHECK(node.in_mempool(coinbase()));
  CHECK(!node.in_mempool(coinbase()));

  std::string spent = R"({"txid":)" + in_quotes(genesis_txid) + R"(,"vout":0,"spendingtxid":)" +
                      in_quotes(genesis_txid) + "}";
  std::string unspent = R"({"txid":)" + in_quotes(genesis_txid) + R"(,"vout":1})";
  rpc->answers("[" + spent + "," + unspent + "]");
  auto spending = node.spending({{coinbase(), 0}, {coinbase(), 1}});
  CHECK(spending.at(0) == coinbase());
  CHECK(!spending.at(1));
  CHECK(node.spending({}).empty());
  CHECK(code_for("[" + unspent + "]", [](BitcoinNode& n) {
          n.spending({{coinbase(), 0}});
        }) == "node.garbage");
  CHECK(code_for("[]", [](BitcoinNode& n) { n.spending({{coinbase(), 0}}); }) == "node.garbage");
}

TEST_CASE("verdicts of testmempoolaccept") {
  auto verdict = [](const std::string& rest) {
    return R"([{"txid":)" + in_quotes(genesis_txid) + "," + rest + "}]";
  };
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers(verdict(R"("allowed":true,"vsize":204,"fees":{"base":0.00001})"))
      .answers(verdict(R"("allowed":false,"reject-reason":"missing-inputs")"))
      .answers(verdict(R"("package-error":"package-not-sorted")"))
      .fails(-22, "TX decode failed");
  auto good = node.test_accept({transaction()}).at(0);
  CHECK(good.allowed);
  CHECK(good.fee == Sat{1000});
  CHECK(good.vsize == 204);
  CHECK(node.test_accept({transaction()}).at(0).reason == "missing-inputs");
  CHECK(node.test_accept({transaction()}).at(0).reason == "package-not-sorted");
  CHECK(error_code([&] { node.test_accept({transaction()}); }) == "tx.rejected");
  CHECK(code_for("[]", [](BitcoinNode& n) { n.test_accept({transaction()}); }) == "node.garbage");
  CHECK(code_for(verdict(R"("allowed":true)"), [](BitcoinNode& n) { n.test_accept({transaction()}); }) ==
        "node.garbage");
}

TEST_CASE("sending, and what counts as sent") {
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers(in_quotes(genesis_txid));
  CHECK(node.send(transaction()) == coinbase());
  rpc->fails(-27, "Transaction outputs already in utxo set");
  CHECK(node.send(transaction()) == coinbase());
  rpc->fails(-26, "txn-same-nonwitness-data-in-mempool").answers("{}");
  CHECK(node.send(transaction()) == coinbase());
  rpc->fails(-26, "min relay fee not met").fails(-5, "Transaction not in mempool");
  CHECK(error_code([&] { node.send(transaction()); }) == "tx.rejected");
  rpc->fails(-28, "Loading block index");
  CHECK(error_code([&] { node.send(transaction()); }) == "rpc.error");
  rpc->answers(in_quotes(genesis_hash));
  CHECK(error_code([&] { node.send(transaction()); }) == "node.garbage");
}

TEST_CASE("coins are burned only where the caller says how many") {
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers(in_quotes(genesis_txid));
  node.send(transaction(), Sat{123'000'045'678});
  CHECK(rpc->asked.back().params.size() == 3);
  CHECK(rpc->asked.back().params[1].is_null());
  CHECK(rpc->asked.back().params[2] == "1230.00045678");
  rpc->answers(in_quotes(genesis_txid));
  node.send(transaction());
  CHECK(rpc->asked.back().params.size() == 1);
  rpc->answers(R"({"package_msg":"success","tx-results":{}})");
  node.submit_package({transaction()}, Sat{1});
  CHECK(rpc->asked.back().params[2] == "0.00000001");
}

TEST_CASE("what the mempool says of a transaction") {
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers(R"({"vsize":204,"fees":{"base":0.00001,"descendant":"0.00003"}})");
  auto entry = node.mempool_entry(coinbase());
  REQUIRE(entry);
  CHECK(entry->fee == Sat{1000});
  CHECK(entry->vsize == 204);
  CHECK(entry->descendant_fees == Sat{3000});
  rpc->fails(-5, "Transaction not in mempool");
  CHECK_FALSE(node.mempool_entry(coinbase()));
  CHECK(code_for(R"({"vsize":204})", [](BitcoinNode& n) { n.mempool_entry(coinbase()); }) == "node.garbage");
}

TEST_CASE("packages") {
  auto use = [](BitcoinNode& n) { n.submit_package({transaction()}); };
  CHECK(code_for(R"({"package_msg":"success","tx-results":{}})", use).empty());
  CHECK(code_for(R"({"package_msg":"transaction failed","tx-results":{"00":{"txid":"00","error":"dust"}}})",
                 use) == "tx.rejected");
  CHECK(code_for(R"({"package_msg":"transaction failed","tx-results":{}})", use) == "tx.rejected");
  CHECK(code_for(R"({"package_msg":"transaction failed","tx-results":7})", use) == "node.garbage");
  CHECK(code_for(R"({})", use) == "node.garbage");
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->fails(-25, "package topology disallowed");
  CHECK(error_code([&] { use(node); }) == "tx.rejected");
}

TEST_CASE("fee estimates and proofs") {
  auto rpc = std::make_shared<FakeRpc>();
  BitcoinNode node(rpc);
  rpc->answers(R"({"feerate":0.00001234,"blocks":2})")
      .answers(R"({"errors":["Insufficient data"],"blocks":0})");
  CHECK(node.estimate_fee(2) == FeeRate::per_kvb(1234));
  CHECK(!node.estimate_fee(2));
  rpc->answers(in_quotes(genesis_header + "00"));
  CHECK(node.txout_proof({coinbase()}, genesis()).size() == 81);
  CHECK(code_for("\"00\"", [](BitcoinNode& n) { n.txout_proof({coinbase()}, genesis()); }) == "node.garbage");
}
