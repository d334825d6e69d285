#include <string>

#include "app/watch_chain/commands.hpp"
#include "app/watch_chain/status_document.hpp"
#include "bridge/params.hpp"
#include "services/params_file.hpp"

namespace pegkit::app::watch_chain {
namespace {

/// `watch-chain status`: prints heights, coins, balances, the node's state and open transactions.
class WatchStatus : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_;
  bool check_ = false;
};

}  // namespace

void WatchStatus::options(Options& options) {
  options.flag(
      check_, "--check",
      "exit 1 when the sequencer signed two roots for an epoch, or a commitment differs from the layer 2");
  options.chain();
  options.node();
  options.datadir();
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
}

Exit WatchStatus::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  Json status = status_document(ports, params);
  ports.print(status);
  if (!check_ || !status.contains("sequencer")) return Exit::ok;
  const Json& sequencer = status["sequencer"];
  return sequencer["equivocations"].empty() && sequencer["differences"].empty() ? Exit::ok : Exit::no;
}

std::unique_ptr<Command> status_command() {
  return std::make_unique<WatchStatus>();
}

}  // namespace pegkit::app::watch_chain
