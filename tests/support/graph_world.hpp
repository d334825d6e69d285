#pragma once

#include <deque>
#include <string>
#include <vector>

#include "bitcoin/address.hpp"
#include "bitcoin/block.hpp"
#include "net/rpc.hpp"
#include "support/graph_fixture.hpp"

namespace pegkit::test {

/// Several graphs of one operator, each of a deposit and a stake of its own, on a fresh regtest chain behind
/// any node. Everything is paid for by the operator's key.
class GraphWorld {
 public:
  net::Rpc& rpc;
  std::deque<GraphFixture> fixtures;
  std::vector<optimistic::SignedGraph> graphs;
  std::vector<optimistic::GraphCoin> coins;  ///< of 200,000 sat, spent with GraphFixture::wallet_signature

  GraphWorld(net::Rpc& node, std::size_t count, std::size_t parts, std::size_t steps, std::size_t coin_count)
      : rpc(node) {
    for (std::size_t i = 0; i < count; ++i) fixtures.emplace_back(3, parts, steps);
    mine(101);
    fund(coin_count);
    for (GraphFixture& fixture : fixtures) graphs.push_back(fixture.sign(fixture.build()));
    mine(1);
  }

  bitcoin::Script operator_script() const { return optimistic::operator_script(fixtures[0].operator_key); }
  void mine(int blocks) {
    rpc.call("generatetoaddress",
             {blocks, *bitcoin::script_address(operator_script(), bitcoin::Chain::regtest)});
  }
  /// The node's reason against a transaction; empty when it would take it.
  std::string refusal(const bitcoin::Transaction& tx) {
    Json list = Json::array();
    list.push_back(to_hex(tx.serialize()));
    Json params = Json::array();
    params.push_back(list);
    Json answer = rpc.call("testmempoolaccept", params).at(0);
    return answer.at("allowed").get<bool>() ? "" : answer.at("reject-reason").get<std::string>();
  }
  void send(const bitcoin::Transaction& tx) {
    rpc.call("sendrawtransaction", {to_hex(tx.serialize()), 0, "1.00000000"});
  }
  /// Locks and kickoffs of all graphs, in a block.
  void start() {
    for (std::size_t i = 0; i < graphs.size(); ++i) {
      send(graphs[i].lock());
      send(fixtures[i].kickoff(graphs[i].graph()));
      if (i % 10 == 9) mine(1);
    }
    mine(1);
  }
  bitcoin::Transaction challenge(std::size_t i) {
    optimistic::GraphCoin coin = take_coin();
    bitcoin::Psbt psbt = graphs[i].challenge({coin}, {{Sat(140'000), operator_script()}});
    psbt.inputs[1].final_witness =
        bitcoin::Witness{fixtures[i].wallet_signature(psbt.taproot_sighash(1, nullptr))};
    return psbt.extract();
  }
  bitcoin::Transaction assert_part(std::size_t i, std::size_t part, std::uint32_t epoch = 1) {
    return fixtures[i].assert_part(graphs[i].graph(), part, epoch, take_coin(), Sat(2000));
  }
  optimistic::GraphCoin take_coin() {
    optimistic::GraphCoin out = coins.back();
    coins.pop_back();
    return out;
  }

 private:
  /// One transaction with all deposits, stakes and coins; the graphs learn where theirs are.
  void fund(std::size_t coin_count) {
    Json hash = rpc.call("getblockhash", {1});
    auto block = bitcoin::Block::parse(from_hex(rpc.call("getblock", {hash, 0}).get<std::string>()));
    const bitcoin::Transaction& coinbase = block.transactions[0];
    optimistic::GraphTransaction made;
    made.add_input({coinbase.txid(), 0}, coinbase.outputs[0], 0xfffffffd);
    for (GraphFixture& fixture : fixtures) {
      made.tx.outputs.push_back({fixture.params.challenge->denomination, fixture.deposit.script_pubkey()});
      made.tx.outputs.push_back(fixture.stake.outputs[0]);
    }
    for (std::size_t i = 0; i < coin_count; ++i) made.tx.outputs.push_back({Sat(200'000), operator_script()});
    made.tx.outputs.push_back({Sat(0), operator_script()});
    made.tx.outputs.back().value = made.fee() - Sat(20'000);
    made.tx.inputs[0].witness = {fixtures[0].wallet_signature(made.sighash(0, 0))};
    send(made.tx);
    bitcoin::Txid txid = made.tx.txid();
    std::uint32_t vout = 0;
    for (GraphFixture& fixture : fixtures) {
      fixture.deposit.funding = {{txid, vout}, fixture.params.challenge->denomination};
      fixture.stake = made.tx;
      fixture.stake_vout = vout + 1;
      vout += 2;
    }
    for (; vout + 1 < made.tx.outputs.size(); ++vout) coins.push_back({{txid, vout}, made.tx.outputs[vout]});
  }
};

}  // namespace pegkit::test
