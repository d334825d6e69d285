#include <string>
#include <vector>

#include "app/peg_out/commands.hpp"
#include "app/peg_out/signed_payout.hpp"
#include "bridge/custody.hpp"
#include "bridge/psbt_document.hpp"

namespace pegkit::app::peg_out {
namespace {

/// `peg-out finalize`: prints the transaction of a signed PSBT.
class FinalizePayout : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_ = "-";
};

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

std::unique_ptr<Command> finalize_command() {
  return std::make_unique<FinalizePayout>();
}

}  // namespace pegkit::app::peg_out
