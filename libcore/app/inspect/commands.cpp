#include "app/inspect/commands.hpp"

#include <fmt/core.h>

#include "app/inspect/parts.hpp"
#include "bitcoin/address.hpp"
#include "bitcoin/interpreter.hpp"
#include "bridge/psbt_document.hpp"
#include "services/input.hpp"

namespace pegkit::app {
namespace {

constexpr std::uint32_t all_flags = (1u << 21) - 1;

Json inspection(const char* kind, Json fields) {
  Json out = new_document("inspection");
  out["kind"] = kind;
  out.update(fields);
  return out;
}

void view_options(Options& options, std::string& chain, std::string& magic) {
  options.choice(chain, "--chain", {"main", "test", "testnet4", "signet", "regtest"},
                 "show addresses of this chain");
  options.text(magic, "--magic", "HEX", "read OP_RETURN records of the bridge with this magic");
}

/// A transaction as hex, raw bytes, or a pegkit/transaction document.
bitcoin::Transaction read_transaction(const std::string& text) {
  if (text.starts_with('{')) return bridge::TransactionDocument::parse(parse_json(text)).tx;
  return bitcoin::Transaction::parse(services::hex_or_raw(text));
}

bitcoin::Psbt read_psbt(const std::string& text) {
  if (text.starts_with('{'))
    return bridge::PsbtDocument::parse(parse_json(text), bridge::Derive::stated).psbt;
  if (text.starts_with("psbt\xff")) return bitcoin::Psbt::parse(as_bytes(text));
  if (text.starts_with("70736274ff") || text.starts_with("70736274FF"))
    return bitcoin::Psbt::parse(from_hex(text));
  return bitcoin::Psbt::from_base64(text);
}

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
    if (out.index >= out.tx.inputs.size()) index.fail("verify.index", "the transaction has no such input");
    if (out.prevouts.size() != out.tx.inputs.size())
      object.required("prevouts")
          .fail("verify.prevouts",
                fmt::format("{} outputs for {} inputs", out.prevouts.size(), out.tx.inputs.size()));
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

void InspectPsbt::options(Options& options) {
  options.argument(input_, "BASE64", "the PSBT (default: stdin, as base64, hex, raw bytes or a document)");
  view_options(options, chain_, magic_);
}

Exit InspectPsbt::run(Ports& ports) {
  View view = View::of(chain_, magic_);
  ports.print(inspection("psbt", show_psbt(read_psbt(services::word_or_stdin(ports, input_)), view)));
  return Exit::ok;
}

Exit InspectVerify::run(Ports& ports) {
  bool all_valid = true, empty = true;
  std::size_t number = 0;
  while (auto line = ports.read_line()) {
    ++number;
    if (line->find_first_not_of(" \t\r") == line->npos) continue;
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

}  // namespace pegkit::app
