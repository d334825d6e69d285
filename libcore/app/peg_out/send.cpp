#include <fmt/core.h>

#include "app/command.hpp"
#include "app/peg_out/commands.hpp"
#include "bitcoin/policy.hpp"
#include "bridge/record.hpp"
#include "services/follow/watcher.hpp"
#include "services/input.hpp"
#include "services/params_file.hpp"
#include "services/send/payout_ledger.hpp"
#include "services/send/payout_plan.hpp"
#include "services/send/sender.hpp"

namespace pegkit::app {
namespace {

/// The transaction of a PSBT whose signatures are all there; each input is run through the interpreter.
bridge::TransactionDocument finalized(bridge::PsbtDocument document) {
  document.psbt.finalize();
  bridge::TransactionDocument out{document.psbt.extract(), document.notes};
  out.notes.vsize = out.tx.vsize();
  out.notes.fee = document.psbt.fee();
  std::string reason = bitcoin::standard_reason(out.tx, document.psbt.spent());
  if (!reason.empty()) throw input_error("tx.nonstandard", "nodes do not relay the transaction: " + reason);
  return out;
}

/// A transaction or PSBT document, or a PSBT's base64 alone.
bridge::TransactionDocument read_signed(const std::string& text) {
  if (text.starts_with('{')) {
    Json document = parse_json(text);
    if (document_type(document) == "transaction") return bridge::TransactionDocument::parse(document);
  }
  return finalized(bridge::PsbtDocument::parse_text(text, bridge::Derive::stated));
}

std::vector<std::string> read_all(Ports& ports, const std::string& path) {
  auto documents = services::split_documents(ports.read(path));
  if (documents.empty()) throw input_error("json.empty", "there is no document");
  return documents;
}

}  // namespace

void FinalizePayout::options(Options& options) {
  options.file(input_, "--input", "a signed PSBT (default: stdin)");
}

Exit FinalizePayout::run(Ports& ports) {
  std::vector<Json> done;
  for (const std::string& text : read_all(ports, input_))
    done.push_back(finalized(bridge::PsbtDocument::parse_text(text, bridge::Derive::stated)).to_json());
  for (const Json& document : done) done.size() == 1 ? ports.print(document) : ports.print_line(document);
  return Exit::ok;
}

void SendPayout::options(Options& options) {
  options.chain();
  options.node();
  options.datadir();
  options.money();
  options.file(params_, "--params", "the bridge's parameters (default: those used before)");
  options.file(input_, "--input", "transactions or signed PSBTs (default: stdin)");
}

Exit SendPayout::run(Ports& ports) {
  // Read before the data directory is locked: what writes to this pipe may hold the lock until it is done.
  std::vector<bridge::TransactionDocument> documents;
  for (const std::string& text : read_all(ports, input_)) documents.push_back(read_signed(text));
  bridge::Params params = services::load_params(ports, params_);

  services::Watcher(ports, params).sync_to_tip();
  services::Sender sender(ports, params);
  sender.review(ports.dry_run() ? services::Sender::Resend::no : services::Sender::Resend::yes);
  for (const bridge::TransactionDocument& document : documents) {
    bridge::TransactionNotes notes = document.notes;
    notes.withdrawals.clear();
    if (auto record = bridge::payout_record(params.magic, document.tx)) {
      services::PayoutLedger(ports, params).require_unpaid(document.tx, *record);
      notes.kind = "payout";
      notes.withdrawals = record->ids;
    }
    Json out = services::sent_document(sender.send(document.tx, notes), notes);
    documents.size() == 1 ? ports.print(out) : ports.print_line(out);
  }
  return Exit::ok;
}

}  // namespace pegkit::app
