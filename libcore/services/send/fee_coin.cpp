#include "services/send/fee_coin.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "bitcoin/policy.hpp"
#include "bridge/weight.hpp"
#include "services/send/payout_ledger.hpp"
#include "services/send/wallet.hpp"
#include "store/intent_store.hpp"

namespace pegkit::services {

FeeCoinPlan add_fee_coin(const FeeRequest& request, std::vector<net::Coin> coins,
                         const bitcoin::Script& change, FeeRate rate, const bridge::Params& params) {
  rate = params.checked_fee_rate(rate);
  std::ranges::stable_sort(
      coins, [](const net::Coin& a, const net::Coin& b) { return a.output.value < b.output.value; });
  Sat wanted;
  for (const net::Coin& coin : coins) {
    optimistic::GraphTransaction made = request.base;
    made.add_input(coin.outpoint, coin.output, bitcoin::replaceable_sequence);
    made.tx.outputs.push_back({Sat(0), change});
    std::int64_t witness = request.base_witness + wallet_witness_size(coin.output.script_pubkey);
    std::int64_t vsize =
        bridge::vsize_of_weight(bridge::signed_weight(made.tx.inputs.size(), witness, made.tx.outputs));
    wanted = std::max(rate.fee(vsize + request.parent_vsize) - request.parent_fee,
                      params.fee_floor.fee(vsize) + request.replaced.value_or(Sat(0)));
    bitcoin::TxOut& rest = made.tx.outputs.back();
    rest.value = made.fee() - wanted;
    if (rest.value < bitcoin::dust_threshold(rest)) continue;
    params.check_fee(wanted);

    FeeCoinPlan out{bitcoin::Psbt::from_transaction(std::move(made.tx)), coin, wanted, vsize};
    for (std::size_t i = 0; i < made.spent.size(); ++i) out.psbt.inputs[i].witness_utxo = made.spent[i];
    return out;
  }
  std::string text = wanted > Sat(0)
                         ? fmt::format("no confirmed coin of the key pays a fee of {} sat", wanted.value())
                         : "the key has no confirmed coin to pay a fee with";
  throw not_ready("funds.short", text).hint("send coins to the key's address and wait for a block");
}

std::vector<net::Coin> free_wallet_coins(Ports& ports, const crypto::PublicKey& key) {
  std::vector<net::Coin> coins = spendable_coins(ports.node(), wallet_scripts(key));
  store::IntentStore intents(ports.database());
  std::erase_if(coins, [&](const net::Coin& coin) {
    return std::ranges::any_of(intents.by_key(coin_key(coin.outpoint)),
                               [](const store::Intent& intent) { return store::is_open(intent.state); });
  });
  return coins;
}

}  // namespace pegkit::services
