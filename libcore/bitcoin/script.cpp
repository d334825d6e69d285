#include "bitcoin/script.hpp"

#include <initializer_list>

#include "base/error.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::size_t max_op_return_data = 80;
constexpr int max_multisig_keys = 20;
constexpr int max_multi_a_keys = 999;

/// The number that an instruction pushes minimally, when it is within [min, max]; else nullopt.
std::optional<int> small_number(const ScriptItem& item, int min, int max) {
  std::optional<Bytes> value = pushed_value(item);
  if (!value || value->size() > 4) return std::nullopt;
  std::int64_t number = 0;
  for (std::size_t i = 0; i < value->size(); ++i) number |= std::int64_t{(*value)[i]} << (8 * i);
  if (!value->empty() && (value->back() & 0x80)) return std::nullopt;
  Script minimal = ScriptBuilder().number(number).take();
  bool is_minimal = minimal[0] == item.opcode && value->size() == script_number(number).size();
  if (!is_minimal || number < min || number > max) return std::nullopt;
  return static_cast<int>(number);
}

bool is_key_shape(ByteView key) {
  if (key.size() == 33) return key[0] == 2 || key[0] == 3;
  if (key.size() == 65) return key[0] == 4 || key[0] == 6 || key[0] == 7;
  return false;
}

bool starts_with(ByteView script, std::initializer_list<std::uint8_t> prefix) {
  return script.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), script.begin());
}

bool is_pubkey(ByteView script) {
  return script.size() >= 2 && script.back() == OP_CHECKSIG && script[0] == script.size() - 2 &&
         is_key_shape(script.subspan(1, script.size() - 2));
}

bool is_pubkeyhash(ByteView script) {
  return script.size() == 25 && starts_with(script, {OP_DUP, OP_HASH160, 20}) &&
         script[23] == OP_EQUALVERIFY && script[24] == OP_CHECKSIG;
}

ScriptKind witness_kind(const WitnessProgram& witness) {
  ByteView program = witness.program;
  if (witness.version == 0 && program.size() == 20) return ScriptKind::witness_v0_keyhash;
  if (witness.version == 0 && program.size() == 32) return ScriptKind::witness_v0_scripthash;
  if (witness.version == 0) return ScriptKind::nonstandard;
  if (witness.version == 1 && program.size() == 32) return ScriptKind::witness_v1_taproot;
  if (witness.version == 1 && starts_with(program, {0x4e, 0x73}) && program.size() == 2)
    return ScriptKind::anchor;
  return ScriptKind::witness_unknown;
}

/// All instructions of a script; nullopt when a push is truncated.
std::optional<std::vector<ScriptItem>> read_items(ByteView script) {
  std::vector<ScriptItem> items;
  ScriptReader reader(script);
  try {
    while (auto item = reader.next()) items.push_back(*item);
  } catch (const Error&) {
    return std::nullopt;
  }
  return items;
}

}  // namespace

std::optional<ScriptItem> ScriptReader::next() {
  if (at_ == script_.size()) return std::nullopt;
  std::uint8_t opcode = script_[at_];
  std::size_t at = at_ + 1;
  std::size_t size = 0;
  if (opcode < OP_PUSHDATA1) {
    size = opcode;
  } else if (opcode <= OP_PUSHDATA4) {
    std::size_t length_bytes = std::size_t{1} << (opcode - OP_PUSHDATA1);
    if (script_.size() - at < length_bytes)
      throw input_error("script.truncated", "the script ends inside a push");
    for (std::size_t i = 0; i < length_bytes; ++i) size |= std::size_t{script_[at + i]} << (8 * i);
    at += length_bytes;
  }
  if (script_.size() - at < size) throw input_error("script.truncated", "the script ends inside a push");
  at_ = at + size;
  return ScriptItem{opcode, script_.subspan(at, size)};
}

std::optional<Bytes> pushed_value(const ScriptItem& item) {
  if (item.opcode <= OP_PUSHDATA4) return to_bytes(item.data);
  if (item.opcode == OP_1NEGATE) return Bytes{0x81};
  if (item.opcode >= OP_1 && item.opcode <= OP_16)
    return Bytes{static_cast<std::uint8_t>(item.opcode - OP_1 + 1)};
  return std::nullopt;
}

ScriptBuilder& ScriptBuilder::number(std::int64_t value) {
  return push(script_number(value));
}

ScriptBuilder& ScriptBuilder::push(ByteView data) {
  std::size_t size = data.size();
  if (size == 0) return op(OP_0);
  if (size == 1 && data[0] >= 1 && data[0] <= 16) return op(static_cast<std::uint8_t>(OP_1 + data[0] - 1));
  if (size == 1 && data[0] == 0x81) return op(OP_1NEGATE);
  if (size < OP_PUSHDATA1) {
    op(static_cast<std::uint8_t>(size));
  } else {
    int length_bytes = size <= 0xff ? 1 : size <= 0xffff ? 2 : 4;
    op(length_bytes == 1 ? OP_PUSHDATA1 : length_bytes == 2 ? OP_PUSHDATA2 : OP_PUSHDATA4);
    for (int i = 0; i < length_bytes; ++i) op(static_cast<std::uint8_t>(size >> (8 * i)));
  }
  return raw(data);
}

Bytes script_number(std::int64_t value) {
  Bytes out;
  bool negative = value < 0;
  std::uint64_t magnitude =
      negative ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
  for (; magnitude != 0; magnitude >>= 8) out.push_back(static_cast<std::uint8_t>(magnitude));
  if (out.empty()) return out;
  if (out.back() & 0x80) out.push_back(0);
  if (negative) out.back() |= 0x80;
  return out;
}

std::optional<WitnessProgram> witness_program(ByteView script) {
  if (script.size() < 4 || script.size() > 42 || script[1] + 2u != script.size()) return std::nullopt;
  if (script[0] == OP_0) return WitnessProgram{0, script.subspan(2)};
  if (script[0] >= OP_1 && script[0] <= OP_16) return WitnessProgram{script[0] - OP_1 + 1, script.subspan(2)};
  return std::nullopt;
}

std::optional<Multisig> parse_multisig(ByteView script) {
  if (script.empty() || script.back() != OP_CHECKMULTISIG) return std::nullopt;
  auto items = read_items(script);
  if (!items || items->size() < 4 || items->back().opcode != OP_CHECKMULTISIG) return std::nullopt;
  std::size_t keys = items->size() - 3;
  auto required = small_number(items->front(), 1, max_multisig_keys);
  auto count = small_number((*items)[keys + 1], 1, max_multisig_keys);
  if (!required || !count || *count < *required || static_cast<std::size_t>(*count) != keys)
    return std::nullopt;
  Multisig out{*required, {}};
  for (std::size_t i = 1; i <= keys; ++i) {
    if ((*items)[i].opcode > OP_PUSHDATA4 || !is_key_shape((*items)[i].data)) return std::nullopt;
    out.keys.push_back((*items)[i].data);
  }
  return out;
}

std::optional<Multisig> parse_multi_a(ByteView script) {
  if (script.size() < 36 || script[0] != 32 || script.back() != OP_NUMEQUAL) return std::nullopt;
  Multisig out{0, {}};
  std::size_t at = 0;
  for (; script.size() - at >= 34 && script[at] == 32; at += 34) {
    if (script[at + 33] != (at == 0 ? OP_CHECKSIG : OP_CHECKSIGADD)) return std::nullopt;
    out.keys.push_back(script.subspan(at + 1, 32));
  }
  auto tail = read_items(script.subspan(at));
  if (!tail || tail->size() != 2 || (*tail)[1].opcode != OP_NUMEQUAL) return std::nullopt;
  if (out.keys.empty() || out.keys.size() > max_multi_a_keys) return std::nullopt;
  auto required = small_number((*tail)[0], 1, static_cast<int>(out.keys.size()));
  if (!required) return std::nullopt;
  out.required = *required;
  return out;
}

bool is_push_only(ByteView script) {
  auto items = read_items(script);
  return items && std::ranges::all_of(*items, [](const ScriptItem& item) { return item.opcode <= OP_16; });
}

ScriptKind script_kind(ByteView script) {
  if (script.size() == 23 && starts_with(script, {OP_HASH160, 20}) && script[22] == OP_EQUAL) {
    return ScriptKind::scripthash;
  }
  if (auto witness = witness_program(script)) return witness_kind(*witness);
  if (starts_with(script, {OP_RETURN}) && is_push_only(script.subspan(1))) return ScriptKind::nulldata;
  if (is_pubkey(script)) return ScriptKind::pubkey;
  if (is_pubkeyhash(script)) return ScriptKind::pubkeyhash;
  if (parse_multisig(script)) return ScriptKind::multisig;
  return ScriptKind::nonstandard;
}

const char* script_kind_name(ScriptKind kind) {
  switch (kind) {
    case ScriptKind::nonstandard:
      return "nonstandard";
    case ScriptKind::pubkey:
      return "pubkey";
    case ScriptKind::pubkeyhash:
      return "pubkeyhash";
    case ScriptKind::scripthash:
      return "scripthash";
    case ScriptKind::multisig:
      return "multisig";
    case ScriptKind::nulldata:
      return "nulldata";
    case ScriptKind::witness_v0_keyhash:
      return "witness_v0_keyhash";
    case ScriptKind::witness_v0_scripthash:
      return "witness_v0_scripthash";
    case ScriptKind::witness_v1_taproot:
      return "witness_v1_taproot";
    case ScriptKind::witness_unknown:
      return "witness_unknown";
    case ScriptKind::anchor:
      return "anchor";
  }
  return "nonstandard";
}

Script p2tr_script(const crypto::XOnlyKey& output_key) {
  return ScriptBuilder().op(OP_1).push(output_key).take();
}

Script p2wpkh_script(const crypto::PublicKey& key) {
  return ScriptBuilder().op(OP_0).push(crypto::hash160(key)).take();
}

Script p2pkh_script(const crypto::PublicKey& key) {
  return ScriptBuilder()
      .op(OP_DUP)
      .op(OP_HASH160)
      .push(crypto::hash160(key))
      .op(OP_EQUALVERIFY)
      .op(OP_CHECKSIG)
      .take();
}

Script p2wsh_script(ByteView witness_script) {
  return ScriptBuilder().op(OP_0).push(crypto::sha256(witness_script)).take();
}

Script p2sh_script(ByteView redeem_script) {
  return ScriptBuilder().op(OP_HASH160).push(crypto::hash160(redeem_script)).op(OP_EQUAL).take();
}

Script op_return_script(ByteView data) {
  if (data.size() > max_op_return_data) {
    throw input_error("script.op_return",
                      "an OP_RETURN output holds at most 80 bytes, not " + std::to_string(data.size()));
  }
  return ScriptBuilder().op(OP_RETURN).push(data).take();
}

std::optional<Bytes> op_return_data(ByteView script) {
  if (!starts_with(script, {OP_RETURN})) return std::nullopt;
  auto items = read_items(script.subspan(1));
  if (!items || items->size() != 1) return std::nullopt;
  return pushed_value(items->front());
}

Script anchor_script() {
  return {OP_1, 2, 0x4e, 0x73};
}

}  // namespace pegkit::bitcoin
