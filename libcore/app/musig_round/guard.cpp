#include "app/musig_round/guard.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/amount.hpp"
#include "bitcoin/address.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/psbt.hpp"
#include "bridge/mint.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/record.hpp"
#include "evm/address.hpp"
#include "optimistic/graph.hpp"
#include "store/graph_guard.hpp"
#include "store/payout_guard.hpp"

namespace pegkit::app::musig_round {
namespace {

constexpr std::size_t lines_shown = 25;

std::string place_name(const bitcoin::Script& script, std::optional<bitcoin::Chain> chain) {
  if (chain)
    if (auto address = bitcoin::script_address(script, *chain)) return *address;
  return "script " + to_hex(script);
}

void say_lines(Ports& ports, const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < std::min(lines.size(), lines_shown); ++i) ports.say("  " + lines[i]);
  if (lines.size() > lines_shown) ports.say(fmt::format("  and {} more", lines.size() - lines_shown));
}

bool is_foreign(const signing::RoundRequest& request, std::size_t input) {
  return std::ranges::binary_search(request.foreign_inputs, input);
}

std::vector<std::string> describe_inputs(const signing::RoundRequest& request) {
  const bitcoin::Psbt& psbt = request.psbt->psbt;
  std::vector<bitcoin::TxOut> spent = psbt.spent();
  std::vector<std::string> out;
  for (std::size_t i = 0; i < spent.size(); ++i)
    out.push_back(fmt::format("in   {} {}{}", format_btc(spent[i].value), psbt.tx.inputs[i].prevout.text(),
                              is_foreign(request, i) ? ", not the custody's: not signed here" : ""));
  return out;
}

std::vector<std::string> describe_outputs(const signing::RoundRequest& request,
                                          std::optional<bitcoin::Chain> chain) {
  const bitcoin::Script own = request.key_set.custody.script_pubkey();
  std::vector<std::string> out;
  for (const bitcoin::TxOut& output : request.psbt->psbt.tx.outputs)
    out.push_back(fmt::format("out  {} {}{}", format_btc(output.value),
                              place_name(output.script_pubkey, chain),
                              output.script_pubkey == own ? ", back to the custody" : ""));
  return out;
}

void say_mint(Ports& ports, const bridge::Mint& mint) {
  ports.say(fmt::format("signing: mint {} of deposit {} to {} on chain {}, contract {}",
                        format_btc(mint.amount), mint.outpoint.text(), evm::format_address(mint.recipient),
                        mint.chain_id, evm::format_address(mint.contract)));
}

void say_graph(Ports& ports, const optimistic::Graph& graph) {
  const bridge::Params::Challenge& rules = graph.rules();
  ports.say(fmt::format("signing a graph of {} parts and {} steps, {} signatures", graph.parts(),
                        graph.steps(), graph.tasks().size()));
  say_lines(ports, {fmt::format("deposit  {} {}, for {}", format_btc(rules.denomination),
                                graph.inputs().deposit.funding->outpoint.text(),
                                evm::format_address(graph.inputs().deposit.recipient())),
                    fmt::format("operator {}", to_hex(graph.inputs().operator_key)),
                    fmt::format("stake    {} {}", format_btc(rules.bond), graph.stake().text()),
                    fmt::format("windows  {} {} {} {}", rules.challenge_window, rules.assert_window,
                                rules.final_window, rules.reclaim_window)});
}

void record_graph(Ports& ports, const signing::RoundRequest& request) {
  const optimistic::Graph& graph = request.graph->graph;
  store::GraphGuard(ports.database())
      .guard({graph.stake(), graph.inputs().deposit.funding->outpoint, graph.lock().tx.txid(),
              request.session()});
}

std::string contract_name(const bridge::Params& params) {
  return fmt::format("{}:{}", params.layer2.chain_id, evm::format_address(params.layer2.contract));
}

/// The withdrawal ids in the payout's record; empty for a transaction without a record or with a
/// commitment's. Throws Error `record.invalid` (exit 7).
std::vector<std::uint32_t> payout_ids(const bitcoin::Transaction& tx, const bridge::Magic& magic) {
  if (auto payout = bridge::payout_record(magic, tx)) return payout->ids;
  for (std::size_t i = 0; i < tx.outputs.size(); ++i)
    if (bridge::has_magic(magic, tx.outputs[i].script_pubkey) &&
        !(i == 1 && bridge::commitment_record(magic, tx)))
      throw refused(
          "record.invalid",
          fmt::format("output {} carries the bridge's magic but is not a valid record at that place", i));
  return {};
}

/// True when the transaction has a mark of a payout or commitment: withdrawal notes, the kind payout, or an
/// OP_RETURN output. Needs no parameters.
bool speaks_of_bridge(const bridge::PsbtDocument& document) {
  return !document.notes.withdrawals.empty() || document.notes.kind == bridge::TransactionKind::payout ||
         std::ranges::any_of(document.psbt.tx.outputs, [](const bitcoin::TxOut& output) {
           return !output.script_pubkey.empty() && output.script_pubkey[0] == bitcoin::OP_RETURN;
         });
}

}  // namespace

void SigningGuard::declare(Options& options) {
  options.maybe_integer(fee_cap_, "--fee-cap", "SAT",
                        "refuse a higher fee (default: the cap of --params, else 1000000)", 0,
                        max_money.value());
}

void SigningGuard::inspect(Ports& ports, const signing::RoundRequest& request) {
  const std::optional<bridge::Params>& params = request.params;
  if (params) params->require_chain(ports.chain());
  if (request.mint) say_mint(ports, *request.mint);
  if (request.graph) say_graph(ports, request.graph->graph);
  if (!request.psbt) return;
  const bitcoin::Psbt& psbt = request.psbt->psbt;
  if (!params && speaks_of_bridge(*request.psbt))
    throw usage_error("the transaction carries a record of the bridge: --params is required")
        .hint("--params params.json, so that no withdrawal is signed twice");
  std::optional<bitcoin::Chain> chain;
  if (params) chain = params->chain;
  Sat fee = psbt.fee();
  ports.say(fmt::format("signing {} of {} inputs of {}", request.messages.size(), psbt.inputs.size(),
                        psbt.tx.txid().display()));
  say_lines(ports, describe_inputs(request));
  say_lines(ports, describe_outputs(request, chain));
  ports.say(fmt::format("  fee  {}", format_btc(fee)));
  if (params)
    for (std::uint32_t id : payout_ids(psbt.tx, params->magic))
      ports.say(fmt::format("  pays withdrawal {}", id));
  Sat cap = fee_cap_ ? Sat(*fee_cap_) : params ? params->fee_cap_total : default_fee_cap;
  if (fee > cap)
    throw refused("fee.cap",
                  fmt::format("the fee is {} sat, above the cap of {} sat", fee.value(), cap.value()))
        .hint("--fee-cap SAT");
}

void SigningGuard::record(Ports& ports, const signing::RoundRequest& request) const {
  if (request.graph) record_graph(ports, request);
  if (!request.psbt || !request.params) return;
  const bitcoin::Transaction& tx = request.psbt->psbt.tx;
  auto ids = payout_ids(tx, request.params->magic);
  if (ids.empty()) return;
  std::vector<bitcoin::OutPoint> inputs;
  for (const bitcoin::TxIn& input : tx.inputs) inputs.push_back(input.prevout);
  store::PayoutGuard(ports.database())
      .guard(contract_name(*request.params), {ids.begin(), ids.end()}, tx.txid(), inputs);
}

}  // namespace pegkit::app::musig_round
