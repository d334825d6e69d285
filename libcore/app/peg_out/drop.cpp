#include <fmt/core.h>
#include <string>

#include "app/peg_out/commands.hpp"
#include "bitcoin/transaction.hpp"
#include "services/params_file.hpp"
#include "services/results.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app::peg_out {
namespace {

using bitcoin::Txid;

/// `peg-out drop`: gives up a plan that was never sent, so that its coins and withdrawals are free again.
class DropPlan : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, txid_;
};

}  // namespace

void DropPlan::options(Options& options) {
  options.chain();
  options.datadir();
  options.money();
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.text(txid_, "--txid", "TXID", "the plan to give up, which was never sent", Need::required);
}

Exit DropPlan::run(Ports& ports) {
  services::load_params(ports, params_);
  Txid txid = Txid::from_display(txid_);
  store::IntentStore intents(ports.database());
  auto intent = intents.find_txid(txid);
  if (!intent) throw input_error("tx.unknown", "this data directory has no plan with the txid " + txid_);
  if (intent->state == store::IntentState::replaced) {
    ports.print(services::nothing_to_do("the plan was given up before"));
    return Exit::ok;
  }
  if (intent->state != store::IntentState::planned)
    throw refused("tx.sent",
                  fmt::format("the transaction is {} already", store::intent_state_name(intent->state)));
  if (ports.dry_run()) {
    ports.say("the plan would be given up");
  } else {
    if (!ports.confirm("give up the plan " + txid_ + "? Nobody must have all signatures of it."))
      throw Error(Exit::no, "confirm.no", "not given up");
    intents.set_state(intent->id, store::IntentState::replaced);
  }
  Json out = new_document("result");
  out["txid"] = txid_;
  ports.print(out);
  return Exit::ok;
}

std::unique_ptr<Command> drop_command() {
  return std::make_unique<DropPlan>();
}

}  // namespace pegkit::app::peg_out
