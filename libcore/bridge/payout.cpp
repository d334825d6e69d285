#include "bridge/payout.hpp"

#include <fmt/core.h>
#include <map>
#include <span>

#include "bitcoin/policy.hpp"
#include "bitcoin/script.hpp"
#include "bridge/draft.hpp"
#include "bridge/weight.hpp"

namespace pegkit::bridge {
namespace {

using bitcoin::TxOut;

Sat sum_of(const std::vector<TxOut>& outputs) {
  Sat out;
  for (const TxOut& output : outputs) out += output.value;
  return out;
}

void check_weight(std::int64_t weight) {
  if (weight > bitcoin::max_standard_weight)
    throw input_error("payout.weight",
                      fmt::format("the transaction would have {} weight units, {} are standard", weight,
                                  bitcoin::max_standard_weight))
        .hint(
            "pay fewer withdrawals at once, or first join small coins with peg-out rotate to the same "
            "custody");
}

/// Adds coins until they cover the outputs and `fee_of(vsize)`, then settles the change.
PayoutPlan settle(Draft& draft, std::span<const CustodyCoin> pool, std::vector<TxOut> paid,
                  const TxOut& record, const std::function<Sat(std::int64_t)>& fee_of, const Params& params) {
  std::vector<TxOut> outputs = paid;
  outputs.push_back(record);
  Sat needed = sum_of(outputs);
  auto covered = [&] { return draft.size() > 0 && draft.total() >= needed + fee_of(draft.vsize(outputs)); };
  for (const CustodyCoin& coin : pool) {
    if (covered()) break;
    draft.add(coin);
    check_weight(draft.weight(outputs));
  }
  if (!covered())
    throw not_ready("funds.short", fmt::format("confirmed coins of {} do not cover {} and the fee of {}",
                                               format_btc(draft.total()), format_btc(needed),
                                               format_btc(fee_of(draft.vsize(outputs)))));
  PayoutPlan plan;
  std::vector<TxOut> with_change = paid;
  with_change.push_back({Sat(0), draft.own_script()});
  with_change.push_back(record);
  TxOut& change = with_change[paid.size()];
  change.value = draft.total() - needed - fee_of(draft.vsize(with_change));
  if (change.value >= bitcoin::dust_threshold(change) &&
      draft.weight(with_change) <= bitcoin::max_standard_weight) {
    plan.change_vout = static_cast<std::uint32_t>(paid.size());
    outputs = std::move(with_change);
  }
  plan.fee = draft.total() - sum_of(outputs);
  params.check_fee(plan.fee);
  plan.vsize = draft.vsize(outputs);
  plan.psbt = draft.psbt(std::move(outputs));
  plan.spent = draft.spent();
  return plan;
}

/// Splits withdrawals into those to pay, ascending, and those left out with their reason.
std::vector<Withdrawal> payable(std::vector<Withdrawal> withdrawals, std::vector<LeftOut>& left_out) {
  std::ranges::sort(withdrawals, {}, &Withdrawal::id);
  std::vector<Withdrawal> out;
  std::vector<std::uint32_t> ids;
  for (std::size_t i = 0; i < withdrawals.size(); ++i) {
    const Withdrawal& w = withdrawals[i];
    if (i > 0 && w.id == withdrawals[i - 1].id)
      throw input_error("withdrawal.twice", fmt::format("withdrawal {} is named twice", w.id));
    std::string reason = unpayable_reason(w);
    ids.push_back(w.id);
    if (reason.empty() && !record_fits(ids)) reason = "record is full";
    if (reason.empty()) {
      out.push_back(w);
    } else {
      ids.pop_back();
      left_out.push_back({w.id, std::move(reason)});
    }
  }
  return out;
}

/// The parts of a payout: its outputs without the change.
struct Parts {
  std::vector<TxOut> paid;
  TxOut record;
  std::vector<std::uint32_t> ids;
};

Parts parts_of(const bitcoin::Transaction& tx, const bitcoin::Script& own_script, const Magic& magic) {
  auto invalid = [](const char* why) { return input_error("payout.invalid", why); };
  auto record = payout_record(magic, tx);
  if (!record) throw invalid("the transaction has no payout record of this bridge as its last output");
  std::size_t paid = record->ids.size();
  if (tx.outputs.size() > paid + 2) throw invalid("the payout has more outputs than its record explains");
  if (tx.outputs.size() == paid + 2 && tx.outputs[paid].script_pubkey != own_script)
    throw invalid("the payout's change does not go to this custody");
  return {{tx.outputs.begin(), tx.outputs.begin() + static_cast<std::ptrdiff_t>(paid)},
          tx.outputs.back(),
          record->ids};
}

}  // namespace

std::string unpayable_reason(const Withdrawal& withdrawal) {
  using bitcoin::ScriptKind;
  constexpr std::size_t standard_multisig_keys = 3;
  auto kind = bitcoin::script_kind(withdrawal.script);
  auto multisig = bitcoin::parse_multisig(withdrawal.script);
  if (withdrawal.script.size() > max_withdrawal_script || kind == ScriptKind::nonstandard ||
      kind == ScriptKind::nulldata || (multisig && multisig->keys.size() > standard_multisig_keys))
    return "nonstandard script";
  if (!withdrawal.amount.in_range()) return "amount out of range";
  if (withdrawal.amount < bitcoin::dust_threshold({withdrawal.amount, withdrawal.script}) ||
      withdrawal.amount <= Sat(0))
    return "dust";
  return {};
}

PayoutPlan plan_payout(const PayoutRequest& request, const Params& params) {
  FeeRate rate = params.checked_fee_rate(request.fee_rate);
  std::vector<LeftOut> left_out;
  std::vector<Withdrawal> withdrawals = payable(request.withdrawals, left_out);
  if (withdrawals.empty()) throw not_ready("payout.none", "there is no withdrawal that can be paid now");
  PayoutRecord record;
  std::vector<TxOut> paid;
  for (const Withdrawal& w : withdrawals) {
    record.ids.push_back(w.id);
    paid.push_back({w.amount, w.script});
  }
  Draft draft(request.custody, request.path);
  std::vector<CustodyCoin> pool = spending_order(request.coins);
  TxOut record_output{Sat(0), record_script(params.magic, record)};
  PayoutPlan plan = settle(
      draft, pool, std::move(paid), record_output, [&](std::int64_t vsize) { return rate.fee(vsize); },
      params);
  plan.ids = std::move(record.ids);
  plan.left_out = std::move(left_out);
  return plan;
}

PayoutPlan plan_bump(const BumpRequest& request, const Params& params) {
  FeeRate rate = params.checked_fee_rate(request.fee_rate);
  const bitcoin::Transaction& original = request.original;
  Draft draft(request.custody, request.path);
  Parts parts = parts_of(original, draft.own_script(), params.magic);
  if (original.inputs.size() != request.inputs.size())
    throw input_error("payout.invalid", "the coins given are not those that the payout spends");
  for (std::size_t i = 0; i < request.inputs.size(); ++i) {
    if (original.inputs[i].prevout != request.inputs[i].outpoint)
      throw input_error("payout.invalid", "the coins given are not those that the payout spends");
    draft.add(request.inputs[i]);
  }
  Sat old_fee = draft.total() - sum_of(original.outputs);
  if (old_fee < Sat(0)) throw input_error("payout.invalid", "the payout gives out more than its coins hold");
  std::int64_t old_vsize = original.has_witness() ? original.vsize() : draft.vsize(original.outputs);
  if (rate.fee(old_vsize) <= old_fee)
    throw input_error("bump.rate",
                      fmt::format("the payout pays {} sat for {} vB already: ask for a higher rate",
                                  old_fee.value(), old_vsize));
  auto fee_of = [&](std::int64_t vsize) {
    // BIP125 rules 3 and 4 with Bitcoin Core's older, higher increment of 1 sat/vB.
    return std::max(rate.fee(vsize), old_fee + FeeRate::per_vb(1).fee(vsize));
  };
  std::vector<CustodyCoin> pool = spending_order(request.extra);
  std::erase_if(pool, [&](const CustodyCoin& coin) {
    return std::ranges::find(request.inputs, coin.outpoint, &CustodyCoin::outpoint) != request.inputs.end();
  });
  PayoutPlan plan = settle(draft, pool, std::move(parts.paid), parts.record, fee_of, params);
  plan.ids = std::move(parts.ids);
  return plan;
}

RotationPlan plan_rotation(const Custody& from, const SpendPath& path, std::vector<CustodyCoin> coins,
                           const bitcoin::Script& to, FeeRate fee_rate, const Params& params) {
  FeeRate rate = params.checked_fee_rate(fee_rate);
  RotationPlan out;
  std::vector<TxOut> outputs{{Sat(0), to}};
  const Draft empty(from, path);
  Draft draft = empty;
  auto finish = [&] {
    if (draft.size() == 0) return;
    Sat fee = rate.fee(draft.vsize(outputs));
    TxOut output{draft.total() - fee, to};
    if (output.value < bitcoin::dust_threshold(output) || output.value <= Sat(0)) {
      out.left_out.insert(out.left_out.end(), draft.spent().begin(), draft.spent().end());
    } else {
      params.check_fee(fee);
      out.moves.push_back({draft.psbt({output}), draft.spent(), fee, draft.vsize(outputs)});
    }
    draft = empty;
  };
  for (const CustodyCoin& coin : coins)
    if (coin.height == 0) out.left_out.push_back(coin);
  for (CustodyCoin& coin : spending_order(std::move(coins))) {
    Spend spend = empty.spend_of(coin);
    Draft alone = empty;
    alone.add(coin, spend);
    std::int64_t input_weight = alone.weight(outputs) - empty.weight(outputs);
    if (coin.output.value <= rate.fee(vsize_of_weight(input_weight))) {
      out.left_out.push_back(std::move(coin));
      continue;
    }
    std::int64_t weight = draft.weight(outputs) + input_weight + 8;  // the count may take two bytes more
    if (weight > bitcoin::max_standard_weight || rate.fee(vsize_of_weight(weight)) > params.fee_cap_total)
      finish();
    draft.add(std::move(coin), std::move(spend));
  }
  finish();
  return out;
}

std::vector<std::uint32_t> check_payout(const bitcoin::Transaction& tx, const PayoutRecord& record,
                                        const std::vector<Withdrawal>& withdrawals) {
  std::map<std::uint32_t, const Withdrawal*> by_id;
  for (const Withdrawal& w : withdrawals) by_id[w.id] = &w;
  std::vector<std::uint32_t> out;
  for (std::size_t k = 0; k < record.ids.size() && k + 1 < tx.outputs.size(); ++k) {
    auto found = by_id.find(record.ids[k]);
    if (found == by_id.end()) continue;
    const Withdrawal& w = *found->second;
    if (tx.outputs[k].value == w.amount && tx.outputs[k].script_pubkey == w.script) out.push_back(w.id);
  }
  return out;
}

}  // namespace pegkit::bridge
