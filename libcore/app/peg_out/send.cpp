#include <string>
#include <vector>

#include "app/peg_out/commands.hpp"
#include "app/peg_out/signed_payout.hpp"
#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/record.hpp"
#include "services/follow/watcher.hpp"
#include "services/params_file.hpp"
#include "services/send/payout_ledger.hpp"
#include "services/send/sender.hpp"

namespace pegkit::app::peg_out {
namespace {

/// Reads a transaction document, a PSBT document or a bare PSBT in base64.
bridge::TransactionDocument read_signed(const std::string& text) {
  if (text.starts_with('{')) {
    Json document = parse_json(text);
    if (document_type(document) == "transaction") return bridge::TransactionDocument::parse(document);
  }
  return finalized(bridge::PsbtDocument::parse_text(text, bridge::Derive::stated));
}

/// `peg-out send`: checks, records and broadcasts transactions.
class SendPayout : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, input_ = "-";
};

}  // namespace

void SendPayout::options(Options& options) {
  options.chain();
  options.node();
  options.datadir();
  options.money();
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(input_, "--input", "transactions or signed PSBTs (default: stdin)");
}

Exit SendPayout::run(Ports& ports) {
  // The input is read before the data directory is locked: the program that writes to this pipe may hold the
  // lock until it is done.
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
      notes.kind = bridge::TransactionKind::payout;
      notes.withdrawals = record->ids;
    }
    Json out = services::sent_document(sender.send(document.tx, notes), notes);
    documents.size() == 1 ? ports.print(out) : ports.print_line(out);
  }
  return Exit::ok;
}

std::unique_ptr<Command> send_command() {
  return std::make_unique<SendPayout>();
}

}  // namespace pegkit::app::peg_out
