#include "services/send/custody_coins.hpp"

#include <map>
#include <memory>

#include "bridge/deposit.hpp"
#include "store/watch_store.hpp"

namespace pegkit::services {

std::vector<bridge::CustodyCoin> custody_coins(store::Database& database, const bridge::Custody& custody) {
  store::WatchStore watches(database);
  bitcoin::Script own = custody.script_pubkey();
  auto deposit_of = [&](const bitcoin::Script& script) -> std::shared_ptr<const bridge::Deposit> {
    auto watch = watches.find(script);
    if (!watch || watch->kind != store::WatchKind::deposit) return nullptr;
    auto stated = bridge::Deposit::parse(watch->data, bridge::Derive::stated);
    if (!(stated.custody() == custody)) return nullptr;
    // The document's derived fields are not trusted: the deposit is computed again from the custody.
    auto made =
        bridge::Deposit::make(custody, stated.recipient(), stated.refund_key(), stated.refund_blocks());
    if (made.script_pubkey() != script) return nullptr;
    return std::make_shared<const bridge::Deposit>(std::move(made));
  };
  std::map<bitcoin::Script, std::shared_ptr<const bridge::Deposit>> deposits;
  std::vector<bridge::CustodyCoin> out;
  for (const store::WatchedCoin& coin : watches.unspent()) {
    const bitcoin::Script& script = coin.output.script_pubkey;
    auto known = deposits.find(script);
    if (known == deposits.end() && script != own) known = deposits.emplace(script, deposit_of(script)).first;
    if (script == own) {
      out.push_back({coin.outpoint, coin.output, coin.height, nullptr});
    } else if (known->second) {
      out.push_back({coin.outpoint, coin.output, coin.height, known->second});
    }
  }
  return out;
}

}  // namespace pegkit::services
