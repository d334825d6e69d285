#include "bitcoin/psbt.hpp"

#include "app/inspect/commands.hpp"
#include "app/inspect/parts.hpp"
#include "app/inspect/view_options.hpp"
#include "bridge/custody.hpp"
#include "bridge/psbt_document.hpp"
#include "services/input.hpp"

namespace pegkit::app::inspect {
namespace {

bitcoin::Psbt read_psbt(const std::string& text) {
  if (text.starts_with('{'))
    return bridge::PsbtDocument::parse(parse_json(text), bridge::Derive::stated).psbt;
  if (text.starts_with("psbt\xff")) return bitcoin::Psbt::parse(as_bytes(text));
  if (text.starts_with("70736274ff") || text.starts_with("70736274FF"))
    return bitcoin::Psbt::parse(from_hex(text));
  return bitcoin::Psbt::from_base64(text);
}

/// `inspect psbt`: shows a PSBT field by field.
class InspectPsbt : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_, chain_, magic_;
};

}  // namespace

void InspectPsbt::options(Options& options) {
  options.argument(input_, "BASE64", "the PSBT (default: stdin, as base64, hex, raw bytes or a document)");
  view_options(options, chain_, magic_);
}

Exit InspectPsbt::run(Ports& ports) {
  View view = View::of(chain_, magic_);
  ports.print(inspection("psbt", show_psbt(read_psbt(services::word_or_stdin(ports, input_)), view)));
  return Exit::ok;
}

std::unique_ptr<Command> psbt_command() {
  return std::make_unique<InspectPsbt>();
}

}  // namespace pegkit::app::inspect
