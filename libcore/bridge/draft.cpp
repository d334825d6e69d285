#include "bridge/draft.hpp"

#include <tuple>

#include "bridge/weight.hpp"

namespace pegkit::bridge {

Spend Draft::spend_of(const CustodyCoin& coin) const {
  auto expect = [&](const bitcoin::Script& script) {
    if (coin.output.script_pubkey != script)
      throw input_error("coin.script", "coin " + coin.outpoint.text() + " does not belong to this custody");
  };
  if (!coin.deposit) {
    expect(own_script_);
    return own_;
  }
  if (!(coin.deposit->custody() == *custody_))
    throw input_error("coin.script", "coin " + coin.outpoint.text() + " is a deposit to another custody");
  expect(coin.deposit->script_pubkey());
  // Our custody has its tree already; the deposit's own copy of it perhaps not.
  return custody_->spend_beside(path_, coin.deposit->refund_leaf_hash());
}

void Draft::add(CustodyCoin coin, Spend spend) {
  total_ += coin.output.value;
  witness_bytes_ += spend.witness_size();
  spent_.push_back(std::move(coin));
  spends_.push_back(std::move(spend));
}

std::int64_t Draft::weight(const std::vector<bitcoin::TxOut>& outputs) const {
  return signed_weight(spent_.size(), witness_bytes_, outputs);
}

std::int64_t Draft::vsize(const std::vector<bitcoin::TxOut>& outputs) const {
  return vsize_of_weight(weight(outputs));
}

bitcoin::Psbt Draft::psbt(std::vector<bitcoin::TxOut> outputs) const {
  bitcoin::Transaction tx;
  for (std::size_t i = 0; i < spent_.size(); ++i)
    tx.inputs.push_back({spent_[i].outpoint, {}, spends_[i].sequence, {}});
  tx.outputs = std::move(outputs);
  bitcoin::Psbt out = bitcoin::Psbt::from_transaction(std::move(tx));
  for (std::size_t i = 0; i < spent_.size(); ++i) spends_[i].fill(out.inputs[i], spent_[i].output);
  return out;
}

std::vector<CustodyCoin> spending_order(std::vector<CustodyCoin> coins) {
  std::erase_if(coins, [](const CustodyCoin& coin) { return coin.height == 0; });
  std::ranges::sort(coins, {}, [](const CustodyCoin& coin) {
    return std::tuple(coin.deposit == nullptr, coin.height, coin.outpoint);
  });
  return coins;
}

}  // namespace pegkit::bridge
