#include <fmt/core.h>

#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "app/peg_in/commands.hpp"
#include "crypto/keys.hpp"
#include "optimistic/graph.hpp"
#include "optimistic/graph_signed.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/key.hpp"
#include "services/send/anchor_bump.hpp"

namespace pegkit::app::peg_in {
namespace {

/// Throws unless the coin is unspent, equals the graph's output and has enough confirmations. The error codes
/// begin with `name`: `.absent` and `.shallow` (exit 4), `.mismatch` (exit 7).
void require_buried(Ports& ports, const bitcoin::OutPoint& outpoint, const bitcoin::TxOut& output,
                    std::uint32_t confirmations, const char* name) {
  auto coin = ports.node().coin(outpoint, true);
  if (!coin)
    throw not_ready(fmt::format("{}.absent", name),
                    fmt::format("the {} {} does not exist, or is spent", name, outpoint.text()));
  if (coin->output != output)
    throw refused(fmt::format("{}.mismatch", name),
                  fmt::format("the {} {} does not have the amount and script that the graph says", name,
                              outpoint.text()));
  std::uint32_t depth = coin->height == 0 ? 0 : ports.node().block_count() + 1 - coin->height;
  if (depth < confirmations)
    throw not_ready(fmt::format("{}.shallow", name),
                    fmt::format("the {} has {} of {} confirmations", name, depth, confirmations));
}

/// `peg-in lock`: sends the lock of a signed graph once deposit and stake have enough confirmations.
class LockDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  FeeRateOption fee_rate_;
};

}  // namespace

void LockDeposit::options(Options& options) {
  graph_.declare(options);
  fee_rate_.declare(options);
  options.node();
  options.datadir();
  options.key();
  options.money();
}

Exit LockDeposit::run(Ports& ports) {
  services::LoadedGraph loaded = graph_.load(ports);
  const optimistic::Graph& graph = loaded.graph();
  optimistic::SignedGraph with = loaded.document.signed_graph();
  const bitcoin::OutPoint& deposit = graph.inputs().deposit.funding->outpoint;
  bool sent_before = ports.node().coin(graph.locked(), true).has_value();
  if (!sent_before) {
    require_buried(ports, deposit, graph.deposit_output(), loaded.params.deposit_confirmations, "deposit");
    require_buried(ports, graph.stake(), graph.stake_output(), loaded.params.deposit_confirmations, "stake");
  }
  crypto::SecretKey key = services::load_key(ports);
  services::Anchored lock{with.lock(), graph.lock().fee(), bridge::TransactionKind::lock};
  ports.print(services::anchored_document(
      services::send_anchored(ports, loaded.params, lock, key, fee_rate_.choose(ports, loaded.params)),
      lock));
  return Exit::ok;
}

std::unique_ptr<Command> lock_command() {
  return std::make_unique<LockDeposit>();
}

}  // namespace pegkit::app::peg_in
