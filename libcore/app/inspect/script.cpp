#include "bitcoin/script.hpp"

#include "app/inspect/commands.hpp"
#include "app/inspect/parts.hpp"
#include "app/inspect/view_options.hpp"
#include "bitcoin/address.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/taproot.hpp"
#include "crypto/hash.hpp"
#include "services/input.hpp"

namespace pegkit::app::inspect {
namespace {

/// `inspect script`: shows the words, kind, hashes and addresses of a script in hex; `--asm` reads words
/// instead.
class InspectScript : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_;
  bool asm_ = false;
};

}  // namespace

void InspectScript::options(Options& options) {
  options.argument(input_, "HEX", "the script (default: stdin)");
  options.flag(asm_, "--asm", "the input is words (OP_DUP OP_HASH160 …), not hex");
}

Exit InspectScript::run(Ports& ports) {
  std::string text = services::word_or_stdin(ports, input_);
  bitcoin::Script script = asm_ ? bitcoin::parse_asm(text) : services::hex_or_raw(text);
  Json out = show_script(script, {});
  out["size"] = script.size();
  out["sigops"] = bitcoin::count_sigops(script, true);
  out["sha256"] = to_hex(crypto::sha256(script));
  out["hash160"] = to_hex(crypto::hash160(script));
  out["leaf_hash"] = to_hex(bitcoin::tapleaf_hash(script));
  Json addresses = Json::object();
  for (const char* name : {"main", "test", "testnet4", "signet", "regtest"})
    if (auto address = bitcoin::script_address(script, bitcoin::parse_chain(name)))
      addresses[name] = *address;
  if (!addresses.empty()) out["addresses"] = addresses;
  ports.print(inspection("script", out));
  return Exit::ok;
}

std::unique_ptr<Command> script_command() {
  return std::make_unique<InspectScript>();
}

}  // namespace pegkit::app::inspect
