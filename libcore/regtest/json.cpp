#include "regtest/json.hpp"

#include <charconv>
#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "bitcoin/script.hpp"

namespace pegkit::regtest {
namespace {

using bitcoin::ScriptKind;

constexpr bitcoin::Chain chain = bitcoin::Chain::regtest;

std::string exact_text(const Json& value) {
  const auto& bytes = value.get_binary();
  return {bytes.begin(), bytes.end()};
}

std::string dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void write(const Json& value, std::string& out) {
  if (value.is_binary()) {
    out += exact_text(value);
  } else if (value.is_object()) {
    out += '{';
    bool first = true;
    for (const auto& [name, field] : value.items()) {
      if (!std::exchange(first, false)) out += ',';
      out += dump(Json(name)) + ':';
      write(field, out);
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    bool first = true;
    for (const Json& item : value) {
      if (!std::exchange(first, false)) out += ',';
      write(item, out);
    }
    out += ']';
  } else {
    out += dump(value);
  }
}

Json input_json(const bitcoin::Transaction& tx, const bitcoin::TxIn& input, const RegtestCoin* prevout) {
  Json out = Json::object();
  if (tx.is_coinbase()) {
    out["coinbase"] = to_hex(input.script_sig);
  } else {
    out["txid"] = input.prevout.txid.display();
    out["vout"] = input.prevout.vout;
    out["scriptSig"] = {{"asm", bitcoin::script_asm(input.script_sig)}, {"hex", to_hex(input.script_sig)}};
  }
  if (!input.witness.empty()) {
    Json& witness = out["txinwitness"] = Json::array();
    for (const Bytes& item : input.witness) witness.push_back(to_hex(item));
  }
  if (prevout)
    out["prevout"] = {{"generated", prevout->coinbase},
                      {"height", prevout->height},
                      {"value", btc(prevout->output.value)},
                      {"scriptPubKey", script_json(prevout->output.script_pubkey)}};
  out["sequence"] = input.sequence;
  return out;
}

}  // namespace

Json exact_number(const std::string& text) {
  return Json::binary({text.begin(), text.end()});
}

Json btc(Sat amount) {
  std::string text = format_btc(amount);
  return exact_number(text.substr(0, text.find(' ')));
}

Json real_number(double value) {
  char buffer[40];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, 16).ptr;
  return exact_number(std::string(buffer, end));
}

std::string write_json(const Json& value) {
  std::string out;
  write(value, out);
  return out;
}

Json with_text_numbers(const Json& value) {
  if (value.is_binary()) return exact_text(value);
  if (!value.is_structured()) return value;
  Json out = value;
  for (Json& item : out) item = with_text_numbers(item);
  return out;
}

std::string inferred_descriptor(ByteView script) {
  std::string text;
  ScriptKind kind = bitcoin::script_kind(script);
  if (kind == ScriptKind::pubkey) {
    text = fmt::format("pk({})", to_hex(script.subspan(1, script.size() - 2)));
  } else if (kind == ScriptKind::witness_v1_taproot && crypto::is_valid_xonly(script.subspan(2))) {
    text = fmt::format("rawtr({})", to_hex(script.subspan(2)));
  } else if (kind == ScriptKind::multisig) {
    auto multisig = bitcoin::parse_multisig(script);
    text = fmt::format("multi({}", multisig->required);
    for (ByteView key : multisig->keys) text += "," + to_hex(key);
    text += ")";
  } else if (auto address = bitcoin::script_address(script, chain)) {
    text = fmt::format("addr({})", *address);
  } else {
    text = fmt::format("raw({})", to_hex(script));
  }
  return bitcoin::with_descriptor_checksum(text);
}

Json script_json(ByteView script) {
  Json out{
      {"asm", bitcoin::script_asm(script)}, {"desc", inferred_descriptor(script)}, {"hex", to_hex(script)}};
  ScriptKind kind = bitcoin::script_kind(script);
  if (auto address = bitcoin::script_address(script, chain); address && kind != ScriptKind::pubkey)
    out["address"] = *address;
  out["type"] = bitcoin::script_kind_name(kind);
  return out;
}

Json transaction_json(const bitcoin::Transaction& tx, bool with_hex, const std::vector<RegtestCoin>* spent,
                      bool prevouts) {
  Bytes raw = tx.serialize();
  Json out{{"txid", tx.txid().display()}, {"hash", tx.wtxid().display()}, {"version", tx.version},
           {"size", raw.size()},          {"vsize", tx.vsize()},          {"weight", tx.weight()},
           {"locktime", tx.lock_time}};
  Json& inputs = out["vin"] = Json::array();
  for (std::size_t i = 0; i < tx.inputs.size(); ++i)
    inputs.push_back(input_json(tx, tx.inputs[i], spent && prevouts ? &(*spent)[i] : nullptr));
  Json& outputs = out["vout"] = Json::array();
  for (std::size_t i = 0; i < tx.outputs.size(); ++i)
    outputs.push_back({{"value", btc(tx.outputs[i].value)},
                       {"n", i},
                       {"scriptPubKey", script_json(tx.outputs[i].script_pubkey)}});
  if (spent) {
    Sat fee;
    for (const RegtestCoin& coin : *spent) fee += coin.output.value;
    for (const bitcoin::TxOut& output : tx.outputs) fee -= output.value;
    out["fee"] = btc(fee);
  }
  if (with_hex) out["hex"] = to_hex(raw);
  return out;
}

double difficulty_of(std::uint32_t bits) {
  int shift = static_cast<int>(bits >> 24);
  double difficulty = double(0xffff) / double(bits & 0xffffff);
  for (; shift < 29; ++shift) difficulty *= 256;
  for (; shift > 29; --shift) difficulty /= 256;
  return difficulty;
}

}  // namespace pegkit::regtest
