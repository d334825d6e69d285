#include "app/inspect/commands.hpp"
#include "app/inspect/parts.hpp"
#include "app/inspect/view_options.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/psbt_document.hpp"
#include "services/input.hpp"

namespace pegkit::app::inspect {
namespace {

/// A transaction as hex, raw bytes, or a pegkit/transaction document.
bitcoin::Transaction read_transaction(const std::string& text) {
  if (text.starts_with('{')) return bridge::TransactionDocument::parse(parse_json(text)).tx;
  return bitcoin::Transaction::parse(services::hex_or_raw(text));
}

/// `inspect tx`: shows a transaction field by field, and the kind of spend that each witness shows.
class InspectTransaction : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_, chain_, magic_;
};

}  // namespace

void InspectTransaction::options(Options& options) {
  options.argument(input_, "HEX", "the transaction (default: stdin, as hex, raw bytes or a document)");
  view_options(options, chain_, magic_);
}

Exit InspectTransaction::run(Ports& ports) {
  View view = View::of(chain_, magic_);
  ports.print(
      inspection("tx", show_transaction(read_transaction(services::word_or_stdin(ports, input_)), view)));
  return Exit::ok;
}

std::unique_ptr<Command> tx_command() {
  return std::make_unique<InspectTransaction>();
}

}  // namespace pegkit::app::inspect
