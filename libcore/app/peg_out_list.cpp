#include <fmt/core.h>

#include "app/bridge_state.hpp"
#include "app/payout_ledger.hpp"
#include "app/peg_out.hpp"
#include "app/watcher.hpp"
#include "app/withdrawals.hpp"

namespace pegkit::app {

void ListWithdrawals::options(Options& options) {
  options.chain();
  options.node();
  options.layer2();
  options.datadir();
  options.file(params_, "--params", "the bridge's parameters (default: those used before)");
  options.choice(state_, "--state", {"immature", "requested", "planned", "sent", "paid", "unclear"},
                 "withdrawals in this state alone");
}

Exit ListWithdrawals::run(Ports& ports) {
  bridge::Params params = load_params(ports, params_);
  RequestedWithdrawals requested = read_withdrawals(ports.layer2(), params);
  Watcher(ports, params).sync_to_tip();
  auto standings = PayoutLedger(ports, params).standings(requested.final);
  auto print = [&](const bridge::Withdrawal& withdrawal, const std::string& state,
                   const bitcoin::Txid& txid) {
    if (!state_.empty() && state != state_) return;
    Json line = bridge::withdrawal_document(withdrawal, params.chain);
    line["state"] = state;
    if (!txid.is_null()) line["txid"] = txid.display();
    ports.print_line(line);
  };
  for (const bridge::Withdrawal& withdrawal : requested.final) {
    const auto& standing = standings.at(withdrawal.id);
    print(withdrawal, payout_state_name(standing.state), standing.txid);
  }
  for (const bridge::Withdrawal& withdrawal : requested.immature) print(withdrawal, "immature", {});
  return Exit::ok;
}

}  // namespace pegkit::app
