#include "bitcoin/address.hpp"

#include "app/inspect/commands.hpp"
#include "app/inspect/parts.hpp"
#include "app/inspect/view_options.hpp"
#include "bitcoin/chain.hpp"
#include "services/input.hpp"

namespace pegkit::app::inspect {
namespace {

/// `inspect address`: shows the script of an address and the networks on which it is valid.
class InspectAddress : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_;
};

}  // namespace

void InspectAddress::options(Options& options) {
  options.argument(input_, "ADDRESS", "the address (default: stdin)");
}

Exit InspectAddress::run(Ports& ports) {
  std::string text = services::word_or_stdin(ports, input_);
  Json chains = Json::array();
  bitcoin::Script script;
  std::optional<Error> wrong;
  for (const char* name : {"main", "test", "testnet4", "signet", "regtest"}) {
    try {
      script = bitcoin::parse_address(text, bitcoin::parse_chain(name));
      chains.push_back(name);
    } catch (const Error& e) {
      if (!wrong || e.code() != "address.network") wrong = e;
    }
  }
  if (chains.empty()) throw *wrong;
  Json out{{"address", text}, {"chains", chains}};
  out.update(show_script(script, {}));
  ports.print(inspection("address", out));
  return Exit::ok;
}

std::unique_ptr<Command> address_command() {
  return std::make_unique<InspectAddress>();
}

}  // namespace pegkit::app::inspect
