#include "optimistic/graph.hpp"

#include <optional>
#include <string>

#include "app/ots_options.hpp"
#include "app/peg_out/commands.hpp"
#include "app/peg_out/funded_deposit.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "crypto/keys.hpp"
#include "crypto/secret.hpp"
#include "optimistic/graph_document.hpp"
#include "optimistic/graph_program.hpp"
#include "optimistic/graph_signed.hpp"
#include "optimistic/ots_keys.hpp"
#include "services/input.hpp"
#include "services/key.hpp"

namespace pegkit::app::peg_out {
namespace {

/// `peg-out graph`: prints the graph of a deposit and a stake for its signers; the operator has signed the
/// challenge.
class MakeGraph : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, deposit_ = "-", sequencer_keys_, stake_;
  OperatorSetOption operator_set_;
};

}  // namespace

void MakeGraph::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(deposit_, "--deposit", "the deposit document (default: stdin)");
  options.file(sequencer_keys_, "--sequencer-keys", "the sequencer's public one-time keys", Need::required);
  operator_set_.declare(options);
  options.file(stake_, "--stake",
               "the stake's transaction document (default: the one that peg-out stake recorded)");
  options.datadir();
  options.key();
}

Exit MakeGraph::run(Ports& ports) {
  bridge::Params params = read_params(ports, params_);
  FundedDeposit deposit = read_funded_deposit(ports, deposit_);
  crypto::SecretKey key = services::load_key(ports);
  crypto::XOnlyKey operator_key = crypto::xonly(key.public_key());
  optimistic::OtsKeySet set = operator_set_.load(ports, params, deposit.outpoint, key);
  bitcoin::TxOut output{params.challenge->bond,
                        optimistic::stake_script(params, deposit.outpoint, operator_key, set)};
  std::optional<bitcoin::Transaction> stake;
  if (stake_.empty())
    stake = known_stake(ports, output);
  else
    stake = bridge::TransactionDocument::parse(services::read_json(ports, stake_)).tx;
  if (!stake)
    throw not_ready("stake.unknown", "this data directory has made no stake for this deposit")
        .hint("make one with peg-out stake --broadcast, or name its transaction document with --stake");
  std::uint32_t vout = place_of(*stake, output);
  auto claim = std::make_shared<optimistic::ProgramClaim>(
      optimistic::GraphSubject{params, deposit.deposit, operator_key}, std::move(set),
      optimistic::OtsKeySet::parse(services::read_json(ports, sequencer_keys_)));
  optimistic::GraphDocument out(optimistic::Graph::build(
      {params, deposit.deposit, operator_key, std::move(*stake), vout, std::move(claim)}));
  out.challenge =
      crypto::schnorr_sign(key, optimistic::challenge_message(out.graph), crypto::random_array<32>());
  ports.print(out.to_json());
  return Exit::ok;
}

std::unique_ptr<Command> graph_command() {
  return std::make_unique<MakeGraph>();
}

}  // namespace pegkit::app::peg_out
