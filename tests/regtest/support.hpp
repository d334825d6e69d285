#pragma once

#include <vector>

#include "bitcoin/address.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/sighash.hpp"
#include "bitcoin/taproot.hpp"
#include "regtest/rpc.hpp"

namespace pegkit::test {

/// An output that anybody can spend with the witness [OP_1]: P2WSH of OP_1.
inline bitcoin::Script open_output() {
  return bitcoin::ScriptBuilder().op(bitcoin::OP_0).push(crypto::sha256(Bytes{bitcoin::OP_1})).take();
}
inline std::string open_address() {
  return *bitcoin::script_address(open_output(), bitcoin::Chain::regtest);
}

struct TestCoin {
  bitcoin::OutPoint outpoint;
  Sat value;
};

/// A spend of open outputs.
inline bitcoin::Transaction spend(const std::vector<TestCoin>& coins, std::vector<bitcoin::TxOut> outputs,
                                  std::uint32_t version = 2, std::uint32_t sequence = 0xfffffffd) {
  bitcoin::Transaction tx;
  tx.version = version;
  for (const TestCoin& coin : coins) {
    bitcoin::TxIn& input = tx.inputs.emplace_back();
    input.prevout = coin.outpoint;
    input.sequence = sequence;
    input.witness = {Bytes{bitcoin::OP_1}};
  }
  tx.outputs = std::move(outputs);
  return tx;
}

/// The same with one open output of the coins' value less a fee.
inline bitcoin::Transaction move_coin(const TestCoin& coin, std::int64_t fee, std::uint32_t version = 2,
                                      std::uint32_t sequence = 0xfffffffd) {
  return spend({coin}, {{coin.value - Sat(fee), open_output()}}, version, sequence);
}

inline TestCoin output_of(const bitcoin::Transaction& tx, std::uint32_t vout = 0) {
  return {{tx.txid(), vout}, tx.outputs[vout].value};
}

inline std::string hex_of(const bitcoin::Transaction& tx) {
  return to_hex(tx.serialize());
}

/// The coinbase output of a block of the best chain.
inline TestCoin coinbase_of(net::Rpc& rpc, std::uint32_t height) {
  Json block = rpc.call("getblock", {rpc.call("getblockhash", {height}), 2});
  const Json& tx = block["tx"][0];
  auto txid = bitcoin::Txid::from_display(tx["txid"].get<std::string>());
  return {{txid, 0}, parse_btc(tx["vout"][0]["value"].get<std::string>())};
}

/// The error that a call gives; fails the test when it gives none.
inline net::RpcError error_of(net::Rpc& rpc, const std::string& method, Json params) {
  try {
    rpc.call(method, std::move(params));
  } catch (const net::RpcError& error) {
    return error;
  }
  return {0, "no error"};
}

}  // namespace pegkit::test
