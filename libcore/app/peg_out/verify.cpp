#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/peg_out/commands.hpp"
#include "app/peg_out/ignored_transactions.hpp"
#include "app/proven_thread_options.hpp"
#include "base/verdict.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "bridge/payout.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/record.hpp"
#include "bridge/settlement.hpp"
#include "services/follow/watcher.hpp"
#include "services/follow/watches.hpp"
#include "services/layer2/settled_epochs.hpp"
#include "services/layer2/withdrawals.hpp"
#include "services/params_file.hpp"
#include "services/results.hpp"
#include "services/send/payout_ledger.hpp"

namespace pegkit::app::peg_out {
namespace {

using bitcoin::Transaction;

/// Reads a transaction document, a PSBT document or a bare PSBT in base64.
Transaction read_transaction(const std::string& text) {
  if (text.starts_with('{')) {
    Json document = parse_json(text);
    if (document_type(document) == "transaction") return bridge::TransactionDocument::parse(document).tx;
  }
  return bridge::PsbtDocument::parse_text(text, bridge::Derive::stated).psbt.tx;
}

/// Checks that each output pays a requested withdrawal, is change to the custody, or is the record.
Verdict check_outputs(const Transaction& tx, const bridge::PayoutRecord& record,
                      const services::RequestedWithdrawals& requested, const bitcoin::Script& own) {
  if (record.ids.empty()) return Verdict::no("the transaction is no payout of this bridge");
  std::vector<std::uint32_t> paid = bridge::check_payout(tx, record, requested.final);
  for (std::uint32_t id : record.ids) {
    if (id >= requested.final.size() + requested.immature.size())
      return Verdict::no(fmt::format("the layer 2 has no withdrawal {}", id));
    if (id >= requested.final.size())
      return Verdict::no(fmt::format("withdrawal {} is not final on the layer 2", id));
    if (!std::ranges::binary_search(paid, id))
      return Verdict::no(fmt::format("withdrawal {} asks for another script or amount", id));
  }
  for (std::size_t i = record.ids.size(); i + 1 < tx.outputs.size(); ++i)
    if (tx.outputs[i].script_pubkey != own)
      return Verdict::no(fmt::format("output {} pays neither a withdrawal nor the custody", i));
  return {};
}

/// Checks that no other transaction pays, or seems to pay, one of its withdrawals.
Verdict check_unpaid(services::PayoutLedger& ledger, const Transaction& tx,
                     const bridge::PayoutRecord& record, const services::RequestedWithdrawals& requested,
                     const std::set<bitcoin::Txid>& ignored) {
  try {
    ledger.require_unpaid(tx, record);
  } catch (const Error& e) {
    if (e.exit() != Exit::refused) throw;
    return Verdict::no(e.message());
  }
  auto standings = ledger.standings(requested.final, ignored);
  for (std::uint32_t id : record.ids)
    if (standings.at(id).state == services::PayoutLedger::State::unclear)
      return Verdict::no(
          fmt::format("{} looks like a payout of withdrawal {}, but spends no coin watched here",
                      standings.at(id).txid.display(), id));
  return {};
}

Verdict check_settled(const bridge::PayoutRecord& record, const services::RequestedWithdrawals& requested,
                      const bridge::Settlement& settlement) {
  for (std::uint32_t id : record.ids) {
    auto answer = settlement.of_withdrawal(requested.final.at(id).l2_block);
    if (answer.settled == bridge::Settled::no)
      return Verdict::no(fmt::format("withdrawal {} is not settled: {}", id, answer.reason));
  }
  return {};
}

/// `peg-out verify`: checks a payout against the withdrawals on the layer 2, before its signers sign.
class VerifyPayout : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_, input_ = "-";
  IgnoredTransactions ignored_;
  ProvenThreadOptions thread_;
};

}  // namespace

void VerifyPayout::options(Options& options) {
  options.chain();
  options.node();
  options.layer2();
  options.datadir();
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(custody_, "--custody", "the custody that pays (default: the only one watched)");
  options.file(input_, "--input", "a payout, as a PSBT or a transaction (default: stdin)");
  thread_.declare(options);
  ignored_.declare(options);
}

Exit VerifyPayout::run(Ports& ports) {
  // The input is read before the data directory is locked: the program that writes to this pipe may hold the
  // lock until it is done.
  Transaction tx = read_transaction(ports.read(input_));
  bridge::Params params = services::load_params(ports, params_);
  bridge::Custody custody = services::load_custody(ports, params, custody_);
  auto thread = thread_to_settle(ports, params, thread_, Need::required);
  services::RequestedWithdrawals requested = services::read_withdrawals(ports.layer2(), params);
  services::Watcher(ports, params).sync_to_tip();
  std::optional<bridge::Settlement> settlement;
  if (thread) settlement = services::settle(ports, params, *thread, requested);

  auto record = bridge::payout_record(params.magic, tx).value_or(bridge::PayoutRecord{});
  services::PayoutLedger ledger(ports, params);
  Verdict verdict = check_outputs(tx, record, requested, custody.script_pubkey());
  if (verdict) verdict = check_unpaid(ledger, tx, record, requested, ignored_.txids());
  if (verdict && settlement) verdict = check_settled(record, requested, *settlement);
  Json out = services::verdict_document(verdict);
  out["txid"] = tx.txid().display();
  out["withdrawals"] = record.ids;
  if (verdict && settlement) out["proven"] = services::proven_among(record.ids, requested.final, *settlement);
  ports.print(out);
  return verdict ? Exit::ok : Exit::no;
}

std::unique_ptr<Command> verify_command() {
  return std::make_unique<VerifyPayout>();
}

}  // namespace pegkit::app::peg_out
