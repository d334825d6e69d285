#include <fmt/core.h>

#include "app/inspect/commands.hpp"
#include "base/text.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/sighash.hpp"

namespace pegkit::app::inspect {
namespace {

constexpr std::uint32_t all_flags = (1u << 21) - 1;

bitcoin::Witness read_witness(const JsonField& field) {
  bitcoin::Witness witness;
  for (const JsonField& item : field.items()) witness.push_back(item.hex());
  return witness;
}

/// One line of `inspect verify`.
struct Verification {
  bitcoin::Transaction tx;
  std::vector<bitcoin::TxOut> prevouts;
  std::size_t index = 0;
  std::uint32_t flags = all_flags;
  bitcoin::Script script_sig;
  bitcoin::Witness witness;

  static Verification parse(const Json& line) {
    JsonObject object(line);
    Verification out;
    JsonField tx = object.required("tx");
    out.tx = tx.at([&] { return bitcoin::Transaction::parse(tx.hex()); });
    for (const JsonField& item : object.required("prevouts").items())
      out.prevouts.push_back(item.at([&] { return bitcoin::parse_output(item.hex()); }));
    JsonField index = object.required("index");
    out.index = static_cast<std::size_t>(index.integer(0, UINT32_MAX));
    if (out.index >= out.tx.inputs.size())
      index.fail("verify.index", "the transaction has no input with this index");
    if (out.prevouts.size() != out.tx.inputs.size())
      object.required("prevouts")
          .fail("verify.prevouts", fmt::format("{} prevouts for {} inputs: one for each input was expected",
                                               out.prevouts.size(), out.tx.inputs.size()));
    const bitcoin::TxIn& input = out.tx.inputs[out.index];
    if (auto flags = object.optional("flags"))
      out.flags = flags->at([&] { return bitcoin::parse_flags(flags->text()); });
    auto script_sig = object.optional("script_sig");
    out.script_sig = script_sig ? script_sig->hex() : input.script_sig;
    auto witness = object.optional("witness");
    out.witness = witness ? read_witness(*witness) : input.witness;
    object.done();
    return out;
  }

  bitcoin::ScriptError run() const {
    bitcoin::SighashCache cache(tx, prevouts);
    const bitcoin::TxOut& spent = prevouts[index];
    return bitcoin::verify_script(script_sig, spent.script_pubkey, witness, flags, cache, index, spent.value);
  }
};

/// `inspect verify`: runs the script machine on inputs given as JSON Lines and prints one verdict for each
/// line.
class InspectVerify : public Command {
 public:
  void options(Options&) override {}
  Exit run(Ports& ports) override;
};

}  // namespace

Exit InspectVerify::run(Ports& ports) {
  bool all_valid = true, empty = true;
  std::size_t number = 0;
  while (auto line = ports.read_line()) {
    ++number;
    if (is_blank(*line)) continue;
    empty = false;
    bitcoin::ScriptError error;
    try {
      error = Verification::parse(parse_json(*line)).run();
    } catch (const Error& e) {
      throw Error(e.exit(), e.code(), fmt::format("line {}: {}", number, e.message()))
          .hint(e.hint())
          .field(e.field());
    }
    if (error == bitcoin::ScriptError::OK) {
      ports.print_line({{"valid", true}});
    } else {
      all_valid = false;
      ports.print_line({{"valid", false}, {"error", bitcoin::script_error_name(error)}});
    }
  }
  if (empty) throw input_error("input.empty", "empty input");
  return all_valid ? Exit::ok : Exit::no;
}

std::unique_ptr<Command> verify_command() {
  return std::make_unique<InspectVerify>();
}

}  // namespace pegkit::app::inspect
