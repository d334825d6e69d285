#include <fmt/core.h>
#include <optional>
#include <string>

#include "app/peg_out/commands.hpp"
#include "app/proven_thread_options.hpp"
#include "bridge/params.hpp"
#include "bridge/settlement.hpp"
#include "bridge/withdrawal.hpp"
#include "services/follow/watcher.hpp"
#include "services/layer2/settled_epochs.hpp"
#include "services/layer2/withdrawals.hpp"
#include "services/params_file.hpp"
#include "services/send/payout_ledger.hpp"

namespace pegkit::app::peg_out {
namespace {

void add_settlement(Ports& ports, Json& line, const bridge::Settlement& settlement,
                    const bridge::Withdrawal& withdrawal) {
  auto answer = settlement.of_withdrawal(withdrawal.l2_block);
  line["epoch"] = settlement.epoch_of(withdrawal.l2_block);
  line["settled"] = bridge::settled_name(answer.settled);
  if (!answer.reason.empty())
    ports.verbose(fmt::format("withdrawal {} is not settled: {}", withdrawal.id, answer.reason));
}

/// `peg-out list`: prints all withdrawals with their states.
class ListWithdrawals : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, state_;
  ProvenThreadOptions thread_;
};

}  // namespace

void ListWithdrawals::options(Options& options) {
  options.chain();
  options.node();
  options.layer2();
  options.datadir();
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.choice(state_, "--state", {"immature", "requested", "planned", "sent", "paid", "unclear"},
                 "only withdrawals in this state");
  thread_.declare(options);
}

Exit ListWithdrawals::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  auto thread = thread_to_settle(ports, params, thread_, Need::optional);
  services::RequestedWithdrawals requested = services::read_withdrawals(ports.layer2(), params);
  services::Watcher(ports, params).sync_to_tip();
  std::optional<bridge::Settlement> settlement;
  if (thread) settlement = services::settle(ports, params, *thread, requested);
  auto standings = services::PayoutLedger(ports, params).standings(requested.final);
  auto print = [&](const bridge::Withdrawal& withdrawal, const std::string& state,
                   const bitcoin::Txid& txid) {
    if (!state_.empty() && state != state_) return;
    Json line = bridge::withdrawal_document(withdrawal, params.chain);
    line["state"] = state;
    if (!txid.is_null()) line["txid"] = txid.display();
    if (settlement) add_settlement(ports, line, *settlement, withdrawal);
    ports.print_line(line);
  };
  for (const bridge::Withdrawal& withdrawal : requested.final) {
    const auto& standing = standings.at(withdrawal.id);
    print(withdrawal, services::payout_state_name(standing.state), standing.txid);
  }
  for (const bridge::Withdrawal& withdrawal : requested.immature) print(withdrawal, "immature", {});
  return Exit::ok;
}

std::unique_ptr<Command> list_command() {
  return std::make_unique<ListWithdrawals>();
}

}  // namespace pegkit::app::peg_out
