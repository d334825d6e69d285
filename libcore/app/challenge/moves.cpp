#include "app/challenge/moves.hpp"

#include <algorithm>
#include <set>

#include "base/amount.hpp"
#include "base/serialize.hpp"
#include "bitcoin/psbt.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "net/bitcoin_node.hpp"
#include "optimistic/claim_leaves.hpp"
#include "optimistic/claim_program.hpp"
#include "optimistic/claim_verdict.hpp"
#include "optimistic/graph.hpp"
#include "optimistic/graph_signed.hpp"
#include "services/graph/graph_status.hpp"
#include "services/key.hpp"
#include "services/send/fee_coin.hpp"
#include "services/send/intents.hpp"
#include "services/send/payout_ledger.hpp"
#include "services/send/wallet.hpp"
#include "store/intent_store.hpp"

namespace pegkit::app::challenge {
namespace {

using bitcoin::OutPoint;
using bitcoin::Transaction;
using bitcoin::Txid;
using bridge::TransactionKind;
using optimistic::ChallengeMove;
using store::Intent;
using store::IntentState;

FeeRate rate_of(Sat fee, std::int64_t vsize) {
  return FeeRate::per_kvb(fee.value() * 1000 / vsize);
}
/// The smallest rate whose fee for `vsize` is at least `fee`.
FeeRate rate_for(Sat fee, std::int64_t vsize) {
  return FeeRate::per_kvb((fee.value() * 1000 + vsize - 1) / vsize);
}
/// True when `rate` is below four fifths of `wanted`.
bool falls_short(FeeRate rate, FeeRate wanted) {
  return 5 * rate.sat_per_kvb() < 4 * wanted.sat_per_kvb();
}

std::int64_t witness_size(const bitcoin::Witness& witness) {
  auto prefixed = [](std::size_t size) { return compact_size_length(size) + size; };
  std::size_t out = compact_size_length(witness.size());
  for (const Bytes& element : witness) out += prefixed(element.size());
  return static_cast<std::int64_t>(out);
}

bridge::TransactionNotes notes_of(TransactionKind kind) {
  return {.kind = kind, .fee = {}, .vsize = {}, .withdrawals = {}};
}

}  // namespace

bool is_challenge_kind(TransactionKind kind) {
  return kind == TransactionKind::challenge || kind == TransactionKind::disprove ||
         kind == TransactionKind::assert_timeout;
}

Json moved_document(const Moved& moved) {
  Json out = services::sent_document(moved.sent, notes_of(moved.kind));
  if (moved.replaced) out["replaces"] = moved.replaced->display();
  if (!moved.note.empty()) out["note"] = moved.note;
  return out;
}

Challenger::Challenger(Ports& ports, const bridge::Params& params, const FeeRateOption& fee_rate,
                       std::optional<bitcoin::Script> to)
    : ports_(ports), params_(params), fee_rate_(fee_rate), to_(std::move(to)) {}

const crypto::SecretKey& Challenger::key() {
  if (!key_) key_ = services::load_key(ports_);
  return *key_;
}

bitcoin::Script Challenger::reward_script() {
  if (!to_) to_ = services::wallet_script(key().public_key());
  return *to_;
}

// --- The three moves

/// The key's coins, including those that an earlier challenge of this graph spends: the two challenges
/// conflict anyway.
std::vector<net::Coin> Challenger::coins_for(const Move& move) {
  std::vector<net::Coin> out = services::free_wallet_coins(ports_, key().public_key());
  std::set<OutPoint> have;
  for (const net::Coin& coin : out) have.insert(coin.outpoint);
  auto scripts = services::wallet_scripts(key().public_key());
  for (const Intent& intent :
       store::IntentStore(ports_.database()).by_key(services::coin_key(move.spends[0]))) {
    if (!store::is_open(intent.state)) continue;
    for (const auto& input : Transaction::parse(intent.raw).inputs) {
      if (input.prevout == move.spends[0] || !have.insert(input.prevout).second) continue;
      auto coin = ports_.node().coin(input.prevout, false);
      if (coin && std::ranges::count(scripts, coin->output.script_pubkey)) out.push_back(*coin);
    }
  }
  return out;
}

Challenger::Move Challenger::open(const services::LoadedGraph& loaded, const ChallengeFinding& finding) {
  const optimistic::Graph& graph = loaded.graph();
  Move move{loaded, finding, TransactionKind::challenge, {graph.challenge_connector()}, {}, Sat(0)};
  auto coins = std::make_shared<std::vector<net::Coin>>(coins_for(move));
  auto signed_graph = std::make_shared<optimistic::SignedGraph>(loaded.document.signed_graph());
  move.build = [this, coins, signed_graph](FeeRate rate) {
    optimistic::GraphTransaction base = signed_graph->graph().challenge();
    net::Coin connector{base.tx.inputs[0].prevout, base.spent[0], 0, false};
    services::GivenInput given{connector,
                               witness_size(*signed_graph->challenge({}, {}).inputs[0].final_witness)};
    services::FundingPlan plan = services::fund(
        *coins, base.tx.outputs, services::wallet_script(key().public_key()), rate, params_, {given});
    std::vector<optimistic::GraphCoin> chosen;
    for (std::size_t i = 1; i < plan.psbt.inputs.size(); ++i)
      chosen.push_back({plan.psbt.tx.inputs[i].prevout, *plan.psbt.inputs[i].witness_utxo});
    std::vector<bitcoin::TxOut> change(plan.psbt.tx.outputs.begin() + 1, plan.psbt.tx.outputs.end());
    bitcoin::Psbt psbt = signed_graph->challenge(chosen, std::move(change));
    services::sign_with(key(), psbt);
    psbt.finalize();
    return Built{psbt.extract(), plan.fee};
  };
  return move;
}

Challenger::Move Challenger::disprove(const services::LoadedGraph& loaded, const ChallengeFinding& finding) {
  const optimistic::Graph& graph = loaded.graph();
  auto signed_graph = std::make_shared<optimistic::SignedGraph>(loaded.document.signed_graph());
  auto build = [this, &loaded, &finding, signed_graph](FeeRate rate) {
    std::size_t step = finding.verdict.number;
    auto stack = [&](ByteView own) {
      return optimistic::disprove_witness(loaded.program(), step, finding.revealed.signatures, own);
    };
    Transaction tx = signed_graph->disprove(step, stack, reward_script(), rate);
    Sat fee = loaded.graph().bond_value() - tx.outputs[0].value - tx.outputs[1].value;
    return Built{std::move(tx), fee};
  };
  return {loaded,         finding,          TransactionKind::disprove,
          {graph.bond()}, std::move(build), loaded.graph().rules().burn};
}

Challenger::Move Challenger::timeout(const services::LoadedGraph& loaded, const ChallengeFinding& finding) {
  const optimistic::Graph& graph = loaded.graph();
  std::size_t part = finding.verdict.number;
  auto signed_graph = std::make_shared<optimistic::SignedGraph>(loaded.document.signed_graph());
  auto build = [this, &loaded, part, signed_graph](FeeRate rate) {
    Transaction tx = signed_graph->assert_timeout(part, reward_script(), rate);
    Sat in = loaded.graph().bond_value() + optimistic::Graph::connector;
    Sat fee = in - tx.outputs[0].value - tx.outputs[1].value;
    return Built{std::move(tx), fee};
  };
  return {loaded,
          finding,
          TransactionKind::assert_timeout,
          {graph.bond(), graph.part(part)},
          std::move(build),
          loaded.graph().rules().burn};
}

Json Challenger::disprove_document(const services::LoadedGraph& loaded, const ChallengeFinding& finding,
                                   FeeRate rate) {
  Built built = disprove(loaded, finding).build(params_.checked_fee_rate(rate));
  params_.check_fee(built.fee);
  const optimistic::ClaimStep& step = loaded.program().steps()[finding.verdict.number];
  Json out =
      bridge::TransactionDocument{
          built.tx,
          {.kind = TransactionKind::disprove, .fee = built.fee, .vsize = built.tx.vsize(), .withdrawals = {}}}
          .to_json();
  out["step"] = step.name;
  out["words"] = step.words;
  return out;
}

// --- Against what is in the mempool

std::optional<Challenger::Rival> Challenger::find_rival(const Move& move) {
  store::IntentStore intents(ports_.database());
  const services::GraphStatus& status = move.finding.status;
  std::set<Txid> seen;
  Rival out;
  out.own = out.challengers = true;
  for (const auto& spender : ports_.node().spending(move.spends)) {
    if (!spender || !seen.insert(*spender).second) continue;
    auto entry = ports_.node().mempool_entry(*spender);
    if (!entry) continue;
    out.txid = *spender;
    out.fees += entry->descendant_fees;
    out.rate = std::max(out.rate, rate_of(entry->fee, entry->vsize));
    auto intent = intents.find_txid(*spender);
    out.own = out.own && intent && is_challenge_kind(services::kind_of(*intent));
    bool challenge =
        move.kind == TransactionKind::challenge && status.challenge && status.challenge->txid == *spender;
    bool ends = status.end && status.end->txid == *spender &&
                (status.ending == services::GraphEnding::disprove ||
                 status.ending == services::GraphEnding::assert_timeout);
    out.challengers = out.challengers && (challenge || ends);
  }
  if (seen.empty() || out.txid.is_null()) return std::nullopt;
  return out;
}

/// The last transaction of this kind that we sent, unless another one replaced it.
std::optional<Intent> Challenger::evicted(const Move& move) {
  std::optional<Intent> out;
  for (Intent& intent : store::IntentStore(ports_.database()).by_key(services::coin_key(move.spends[0])))
    if (services::kind_of(intent) == move.kind && intent.state == IntentState::sent) out = std::move(intent);
  return out;
}

FeeRate Challenger::wanted_rate(const Move& move, FeeRate base, std::int64_t vsize) const {
  const optimistic::ChallengeVerdict& verdict = move.finding.verdict;
  FeeRate cap = std::min(params_.fee_cap, FeeRate::per_kvb(params_.fee_cap_total.value() * 1000 / vsize));
  if (move.burn > Sat(0)) {
    // The rest of the bond pays the fee; a small output must remain.
    Sat rest = move.loaded.graph().bond_value() - move.burn - optimistic::Graph::connector;
    cap = std::min(cap, FeeRate::per_kvb(std::max<std::int64_t>(0, rest.value()) * 1000 / vsize));
  }
  if (!verdict.deadline) return std::min(base, cap);
  return optimistic::urgent_rate(base, cap, verdict.since, *verdict.deadline, move.finding.status.tip);
}

/// Builds the move at `rate` or more: enough to replace the rival by BIP125's rules 3 and 4.
Challenger::Built Challenger::outbid(const Move& move, FeeRate rate,
                                     const std::optional<Rival>& rival) const {
  Built built = move.build(rate);
  if (!rival) return built;
  constexpr FeeRate step = FeeRate::per_vb(1);
  for (int round = 0; round < 3; ++round) {
    std::int64_t vsize = built.tx.vsize();
    Sat least = rival->fees + step.fee(vsize);
    FeeRate above = FeeRate::per_kvb(rival->rate.sat_per_kvb() + step.sat_per_kvb());
    FeeRate needed = std::max(rate_for(least, vsize), above);
    if (built.fee >= least && rate_of(built.fee, vsize) >= above) break;
    built = move.build(std::max(rate, needed));
  }
  return built;
}

std::optional<Moved> Challenger::resend(const Move& move, const Intent& intent, FeeRate wanted) {
  Transaction tx = Transaction::parse(intent.raw);
  net::MempoolVerdict verdict = ports_.node().test_accept({tx}).at(0);
  if (!verdict.allowed || falls_short(rate_of(verdict.fee, verdict.vsize), wanted)) return std::nullopt;
  Moved out{move.kind,
            services::Sender(ports_, params_).send(tx, notes_of(move.kind), {move.burn, std::nullopt}),
            std::nullopt, "sent again"};
  return out;
}

Moved Challenger::send(const Move& move, const Built& built, const std::optional<Txid>& old) {
  auto intent = old ? store::IntentStore(ports_.database()).find_txid(*old) : std::nullopt;
  services::SendTerms terms{move.burn, std::nullopt};
  if (intent && store::is_open(intent->state) && *old != built.tx.txid()) terms.replaces = *old;
  return {move.kind, services::Sender(ports_, params_).send(built.tx, notes_of(move.kind), terms), old, ""};
}

/// True in the second half of the blocks that a move has.
bool Challenger::pressing(const ChallengeFinding& finding) {
  const optimistic::ChallengeVerdict& verdict = finding.verdict;
  if (!verdict.deadline) return false;
  constexpr FeeRate low = FeeRate::per_vb(1), high = FeeRate::per_vb(1'000'000);
  return optimistic::urgent_rate(low, high, verdict.since, *verdict.deadline, finding.status.tip) > low;
}

Moved Challenger::make(const services::LoadedGraph& loaded, const ChallengeFinding& finding) {
  Move move = finding.verdict.move == ChallengeMove::open       ? open(loaded, finding)
              : finding.verdict.move == ChallengeMove::disprove ? disprove(loaded, finding)
                                                                : timeout(loaded, finding);
  auto rival = find_rival(move);
  auto leave = [&](const char* note) {
    services::Sent there;
    there.txid = rival->txid;
    there.already = true;
    return Moved{move.kind, there, std::nullopt, note};
  };
  bool theirs = rival && rival->challengers && !rival->own;
  if (theirs && !pressing(finding)) return leave("another challenger's waits in the mempool");
  FeeRate base = fee_rate_.choose(ports_, params_);
  FeeRate wanted = wanted_rate(move, base, move.build(base).tx.vsize());
  bool enough = rival && !falls_short(rival->rate, wanted);
  if (enough && rival->own) return leave("ours waits in the mempool");
  if (enough && theirs) return leave("another challenger's waits in the mempool");

  std::optional<Txid> old;
  if (rival) old = rival->txid;
  if (!rival) {
    if (auto intent = evicted(move)) {
      if (auto moved = resend(move, *intent, wanted)) return *moved;
      old = intent->txid;
    }
  }
  return send(move, outbid(move, wanted, rival), old);
}

}  // namespace pegkit::app::challenge
