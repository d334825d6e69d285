#include "app/payout_plan.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <set>

#include "app/bridge_state.hpp"
#include "app/input.hpp"
#include "app/minted.hpp"
#include "app/payout_ledger.hpp"

namespace pegkit::app {

using bridge::CustodyCoin;
using bridge::SpendPath;

void SpendPathOptions::declare(Options& options) {
  options.choice(path_, "--path", {"key", "leaf", "recovery"}, "how the coins are to be spent");
  options.text(signers_, "--signers", "LIST", "the subset that will sign, by its keys' indexes: 0,2,4");
}

SpendPath SpendPathOptions::read(const std::optional<SpendPath>& stated) const {
  if (path_.empty() && signers_.empty()) {
    if (stated) return *stated;
    throw usage_error("--path key or --signers is needed").hint("--signers 0,2,4 for a subset's leaf");
  }
  if (path_ == "key") {
    if (!signers_.empty()) throw usage_error("all sign on the key path; --signers does not belong to it");
    return SpendPath::key();
  }
  if (signers_.empty()) throw usage_error("--signers is needed with --path " + path_);
  auto signers = parse_signers(signers_);
  std::ranges::sort(signers);
  return path_ == "recovery" ? SpendPath::recovery(std::move(signers)) : SpendPath::leaf(std::move(signers));
}

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

std::optional<Json> planned_psbt(const store::Intent& intent) {
  auto found = intent.details.find("psbt");
  if (found == intent.details.end()) return std::nullopt;
  return *found;
}

bridge::PsbtDocument plan_document(const std::string& kind, const bridge::Custody& custody,
                                   const SpendPath& path, bitcoin::Psbt psbt, Sat fee, std::int64_t vsize,
                                   std::vector<std::uint32_t> withdrawals) {
  bridge::PsbtDocument out;
  out.psbt = std::move(psbt);
  out.notes = {kind, fee, vsize, std::move(withdrawals)};
  out.spend = path;
  out.custody = custody;
  return out;
}

Json nothing_to_do(const std::string& reason) {
  Json out = new_document("result");
  out["already"] = true;
  out["reason"] = reason;
  return out;
}

}  // namespace pegkit::app
