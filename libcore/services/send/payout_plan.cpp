#include "services/send/payout_plan.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>

#include "services/layer2/minted.hpp"
#include "services/ports.hpp"
#include "services/send/custody_coins.hpp"
#include "services/send/payout_ledger.hpp"

namespace pegkit::services {

using bridge::CustodyCoin;
using bridge::SpendPath;

std::vector<CustodyCoin> free_coins(Ports& ports, const bridge::Custody& custody,
                                    const bridge::Params& params) {
  std::vector<CustodyCoin> coins = custody_coins(ports.database(), custody);
  std::set<std::string> held;
  for (const store::Intent& intent : store::IntentStore(ports.database()).open())
    held.insert(intent.keys.begin(), intent.keys.end());
  std::erase_if(coins, [&](const CustodyCoin& coin) { return held.contains(coin_key(coin.outpoint)); });

  std::vector<bitcoin::OutPoint> outpoints;
  for (const CustodyCoin& coin : coins) outpoints.push_back(coin.outpoint);
  std::vector<bool> spendable = ports.node().spendable(outpoints);
  std::vector<CustodyCoin> out;
  for (std::size_t i = 0; i < coins.size(); ++i) {
    if (!spendable.at(i)) continue;
    if (coins[i].deposit && !is_minted(ports.layer2(), params, coins[i].outpoint)) {
      ports.verbose("deposit " + coins[i].outpoint.text() + " is not minted and stays its depositor's");
      continue;
    }
    out.push_back(std::move(coins[i]));
  }
  return out;
}

std::vector<CustodyCoin> coins_spent(Ports& ports, const bridge::Custody& custody,
                                     const bitcoin::Transaction& tx) {
  std::map<bitcoin::OutPoint, CustodyCoin> known;
  for (CustodyCoin& coin : custody_coins(ports.database(), custody))
    known.emplace(coin.outpoint, std::move(coin));
  std::vector<CustodyCoin> out;
  for (const auto& input : tx.inputs) {
    auto found = known.find(input.prevout);
    if (found == known.end()) {
      throw input_error("payout.invalid",
                        "the coin " + input.prevout.text() + " is not one that this custody has now");
    }
    out.push_back(found->second);
  }
  return out;
}

bridge::PsbtDocument plan_document(bridge::TransactionKind kind, const bridge::Custody& custody,
                                   const SpendPath& path, bitcoin::Psbt psbt, Sat fee, std::int64_t vsize,
                                   std::vector<std::uint32_t> withdrawals) {
  bridge::PsbtDocument out;
  out.psbt = std::move(psbt);
  out.notes = {kind, fee, vsize, std::move(withdrawals)};
  out.spend = path;
  out.custody = custody;
  return out;
}

}  // namespace pegkit::services
