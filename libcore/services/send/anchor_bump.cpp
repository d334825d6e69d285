#include "services/send/anchor_bump.hpp"

#include <fmt/core.h>

#include "bitcoin/policy.hpp"
#include "bridge/psbt_document.hpp"
#include "optimistic/graph.hpp"
#include "services/ports.hpp"
#include "services/send/fee_coin.hpp"
#include "services/send/wallet.hpp"

namespace pegkit::services {
namespace {

using bitcoin::OutPoint;
using bitcoin::Transaction;

bridge::TransactionNotes notes_of(bridge::TransactionKind kind, Sat fee, std::int64_t vsize) {
  return {.kind = kind, .fee = fee, .vsize = vsize, .withdrawals = {}};
}

/// A child in the mempool that spends the anchor.
struct Child {
  bitcoin::Txid txid;
  Sat fee;
  std::int64_t vsize = 0;
};

class AnchoredSender {
 public:
  AnchoredSender(Ports& ports, const bridge::Params& params, const Anchored& what,
                 const crypto::SecretKey& key, FeeRate rate)
      : ports_(ports),
        params_(params),
        what_(what),
        key_(key),
        rate_(rate),
        vsize_(what.tx.vsize()),
        anchor_{what.tx.txid(), static_cast<std::uint32_t>(what.tx.outputs.size() - 1)} {}

  AnchoredSent run() {
    auto entry = ports_.node().mempool_entry(anchor_.txid);
    bool confirmed = !entry && ports_.node().coin({anchor_.txid, 0}, false);
    AnchoredSent out;
    if (confirmed || rate_.fee(vsize_) <= what_.fee) {
      out.sent = send_alone();
      return out;
    }
    auto child = entry ? find_child() : std::nullopt;
    if (child && rate_.fee(vsize_ + child->vsize) <= what_.fee + child->fee) {
      out.sent = send_alone();
      out.child = child->txid;
      out.child_fee = child->fee;
      return out;
    }
    auto plan = plan_child(child, entry.has_value());
    if (!plan) {
      out.sent = send_alone();
      return out;
    }
    return entry ? send_child(*plan, child) : send_package(*plan);
  }

 private:
  Sent send_alone() {
    return Sender(ports_, params_).send(what_.tx, notes_of(what_.kind, what_.fee, vsize_));
  }

  std::optional<Child> find_child() {
    auto spender = ports_.node().spending({anchor_})[0];
    if (!spender) return std::nullopt;
    auto entry = ports_.node().mempool_entry(*spender);
    if (!entry) return std::nullopt;
    return Child{*spender, entry->fee, entry->vsize};
  }

  /// The next child; nullopt when no coin can pay and the transaction must go out as it is.
  std::optional<FeeCoinPlan> plan_child(const std::optional<Child>& replaced, bool in_mempool) {
    FeeRequest request;
    request.base.tx.version = 3;
    request.base.add_input(anchor_, what_.tx.outputs.back(), bitcoin::replaceable_sequence);
    request.base_witness = 1;
    request.parent_vsize = vsize_;
    request.parent_fee = what_.fee;
    if (replaced) request.replaced = replaced->fee;
    auto coins = free_wallet_coins(ports_, key_.public_key());
    try {
      FeeCoinPlan plan =
          add_fee_coin(request, std::move(coins), wallet_script(key_.public_key()), rate_, params_);
      plan.psbt.inputs[0].final_witness = bitcoin::Witness{};
      sign_with(key_, plan.psbt);
      plan.psbt.finalize();
      return plan;
    } catch (const Error& e) {
      if (e.code() != "funds.short" || in_mempool) throw;
      ports_.say("no coin can raise the fee: " + e.message());
      return std::nullopt;
    }
  }

  AnchoredSent send_child(const FeeCoinPlan& plan, const std::optional<Child>& replaced) {
    AnchoredSent out;
    SendTerms terms;
    terms.parent_vsize = vsize_;
    if (replaced) terms.replaces = replaced->txid;
    Transaction child = plan.psbt.extract();
    Sent sent = Sender(ports_, params_)
                    .send(child, notes_of(bridge::TransactionKind::anchor, plan.fee, plan.vsize), terms);
    out.sent.txid = anchor_.txid;
    out.sent.already = true;
    out.sent.dry_run = sent.dry_run;
    out.child = child.txid();
    out.child_fee = plan.fee;
    return out;
  }

  AnchoredSent send_package(const FeeCoinPlan& plan) {
    AnchoredSent out;
    Transaction child = plan.psbt.extract();
    out.sent.txid = anchor_.txid;
    out.sent.fee = what_.fee;
    out.sent.vsize = vsize_;
    out.child = child.txid();
    out.child_fee = plan.fee;
    params_.check_fee(what_.fee + plan.fee);
    if (ports_.dry_run()) {
      out.sent.dry_run = true;
      return out;
    }
    std::string question =
        fmt::format("send the {} {} with a fee of {} sat ({} vbytes), and a child that pays {} sat?",
                    bridge::transaction_kind_name(what_.kind), anchor_.txid.display(), what_.fee.value(),
                    vsize_, plan.fee.value());
    if (!ports_.confirm(question)) throw Error(Exit::no, "confirm.no", "not sent");
    Sender sender(ports_, params_);
    sender.adopt(what_.tx, what_.kind);
    sender.adopt(child, bridge::TransactionKind::anchor);
    ports_.node().submit_package({what_.tx, child});
    return out;
  }

  Ports& ports_;
  const bridge::Params& params_;
  const Anchored& what_;
  const crypto::SecretKey& key_;
  FeeRate rate_;
  std::int64_t vsize_;
  OutPoint anchor_;
};

}  // namespace

AnchoredSent send_anchored(Ports& ports, const bridge::Params& params, const Anchored& what,
                           const crypto::SecretKey& key, FeeRate rate) {
  return AnchoredSender(ports, params, what, key, params.checked_fee_rate(rate)).run();
}

Json anchored_document(const AnchoredSent& sent, const Anchored& what) {
  Json out = sent_document(sent.sent, notes_of(what.kind, what.fee, what.tx.vsize()));
  if (sent.child) out["child"] = sent.child->display();
  if (sent.child_fee) out["child_fee_sat"] = sent.child_fee->value();
  return out;
}

}  // namespace pegkit::services
