#include <fmt/core.h>
#include <string>
#include <vector>

#include "app/fee_rate_option.hpp"
#include "app/peg_out/commands.hpp"
#include "app/spend_path_options.hpp"
#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "bridge/payout.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/spend.hpp"
#include "services/follow/watcher.hpp"
#include "services/follow/watches.hpp"
#include "services/input.hpp"
#include "services/params_file.hpp"
#include "services/results.hpp"
#include "services/send/intents.hpp"
#include "services/send/payout_plan.hpp"
#include "services/send/sender.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app::peg_out {
namespace {

/// The PSBTs from `from` to `to` that were planned before and wait for their signatures.
std::vector<Json> open_moves(services::Sender& sender, const bridge::Custody& from,
                             const bitcoin::Script& to) {
  std::vector<Json> out;
  for (const store::Intent& intent : sender.open(bridge::TransactionKind::rotation)) {
    auto psbt = services::waiting_psbt(intent);
    if (!psbt || bitcoin::Transaction::parse(intent.raw).outputs.at(0).script_pubkey != to) continue;
    auto custody = bridge::PsbtDocument::parse(*psbt, bridge::Derive::stated).custody;
    if (custody && *custody == from) out.push_back(std::move(*psbt));
  }
  return out;
}

/// `peg-out rotate`: prints PSBTs that move the custody's coins and minted deposits to the next custody.
class RotateCustody : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_, to_;
  SpendPathOptions path_;
  FeeRateOption fee_rate_;
  bool check_ = false;
};

}  // namespace

void RotateCustody::options(Options& options) {
  options.chain();
  options.node();
  options.layer2();
  options.datadir();
  options.money();
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(custody_, "--custody", "the custody to move from (default: the only one watched)");
  options.file(to_, "--to", "the next custody; the same custody again only sweeps its deposits",
               Need::required);
  path_.declare(options);
  fee_rate_.declare(options);
  options.flag(check_, "--check", "record nothing; exit 1 when there is nothing to move");
}

Exit RotateCustody::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  bridge::Custody from = services::load_custody(ports, params, custody_);
  auto to = bridge::Custody::parse(services::read_json(ports, to_));
  bool dry = check_ || ports.dry_run();
  if (!dry)
    services::add_watch(ports.database(), services::watch_of(to.to_json(), "", params.chain),
                        params.start_height);
  services::Watcher(ports, params).sync_to_tip();
  services::Sender sender(ports, params);
  sender.review(dry ? services::Sender::Resend::no : services::Sender::Resend::yes);

  std::vector<Json> moves = open_moves(sender, from, to.script_pubkey());
  for (const Json& document : moves) ports.print_line(document);
  std::vector<bridge::CustodyCoin> coins = services::free_coins(ports, from, params);
  if (from == to) std::erase_if(coins, [](const bridge::CustodyCoin& coin) { return !coin.deposit; });
  if (coins.empty()) {
    if (!moves.empty()) return Exit::ok;
    ports.print_line(services::nothing_to_do("the custody has no coin to move"));
    return check_ ? Exit::no : Exit::ok;
  }

  bridge::SpendPath path = path_.read();
  bridge::RotationPlan plan = bridge::plan_rotation(from, path, std::move(coins), to.script_pubkey(),
                                                    fee_rate_.choose(ports, params), params);
  for (const bridge::CustodyCoin& coin : plan.left_out)
    ports.say(fmt::format("{} of {} sat is left where it is: it would not pay its fee", coin.outpoint.text(),
                          coin.output.value.value()));
  for (auto& move : plan.moves) {
    auto document = services::plan_document(bridge::TransactionKind::rotation, from, path,
                                            std::move(move.psbt), move.fee, move.vsize);
    if (!dry) sender.plan(document);
    ports.print_line(document.to_json());
  }
  if (plan.moves.empty() && moves.empty()) {
    ports.print_line(services::nothing_to_do("no coin is worth its fee"));
    return check_ ? Exit::no : Exit::ok;
  }
  return Exit::ok;
}

std::unique_ptr<Command> rotate_command() {
  return std::make_unique<RotateCustody>();
}

}  // namespace pegkit::app::peg_out
