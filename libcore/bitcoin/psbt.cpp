#include "bitcoin/psbt.hpp"

#include "base/error.hpp"
#include "base/serialize.hpp"
#include "bitcoin/psbt_fields.hpp"
#include "bitcoin/sighash.hpp"
#include "bitcoin/signature_checks.hpp"

namespace pegkit::bitcoin {
namespace {

using Map = std::map<Bytes, Bytes>;

constexpr ByteArray<5> magic = {0x70, 0x73, 0x62, 0x74, 0xff};

enum GlobalType : std::uint8_t { GLOBAL_UNSIGNED_TX = 0x00, GLOBAL_VERSION = 0xfb };
enum InputType : std::uint8_t {
  IN_NON_WITNESS_UTXO = 0x00,
  IN_WITNESS_UTXO = 0x01,
  IN_PARTIAL_SIG = 0x02,
  IN_SIGHASH_TYPE = 0x03,
  IN_REDEEM_SCRIPT = 0x04,
  IN_WITNESS_SCRIPT = 0x05,
  IN_FINAL_SCRIPT_SIG = 0x07,
  IN_FINAL_WITNESS = 0x08,
  IN_TAP_KEY_SIG = 0x13,
  IN_TAP_SCRIPT_SIG = 0x14,
  IN_TAP_LEAF_SCRIPT = 0x15,
  IN_TAP_INTERNAL_KEY = 0x17,
  IN_TAP_MERKLE_ROOT = 0x18
};
enum OutputType : std::uint8_t {
  OUT_REDEEM_SCRIPT = 0x00,
  OUT_WITNESS_SCRIPT = 0x01,
  OUT_TAP_INTERNAL_KEY = 0x05,
  OUT_TAP_TREE = 0x06
};

[[noreturn]] void invalid(const std::string& what) {
  throw input_error("psbt.invalid", what);
}

/// Runs a parser of a part of the PSBT. Turns its errors into `psbt.invalid`, which names the part `what`.
template <class F>
auto inside(const char* what, F&& parse) -> decltype(parse()) {
  try {
    return parse();
  } catch (const Error& e) {
    invalid(std::string("the PSBT's ") + what + " is wrong: " + e.message());
  }
}

Map read_map(Reader& in) {
  Map map;
  while (true) {
    ByteView key = in.var_bytes();
    if (key.empty()) return map;
    Reader type(key, "psbt");
    type.compact_size(false);
    ByteView value = in.var_bytes();
    if (!map.emplace(to_bytes(key), to_bytes(value)).second) {
      throw input_error("psbt.duplicate", "the PSBT has the key " +
                                              to_hex(key.first(std::min<std::size_t>(key.size(), 40))) +
                                              " twice in one map");
    }
  }
}

void write_map(Writer& out, const Map& map) {
  for (const auto& [key, value] : map) out.var_bytes(key).var_bytes(value);
  out.u8(0);
}

Bytes key_of(std::uint8_t type, std::initializer_list<ByteView> key_data = {}) {
  Bytes key = {type};
  for (ByteView part : key_data) append(key, part);
  return key;
}

/// Takes the field of a type without key data out of the map; nullopt when there is none.
std::optional<Bytes> take(Map& map, std::uint8_t type, const char* what) {
  std::optional<Bytes> value;
  for (auto it = map.lower_bound(key_of(type)); it != map.end() && it->first[0] == type; it = map.erase(it)) {
    if (it->first.size() != 1)
      invalid(std::string("the PSBT's ") + what + " has key data where none belongs");
    value = std::move(it->second);
  }
  return value;
}

/// Takes all fields of a type with key data out of the map: calls `add(key data, value)` for each, and leaves
/// those in the map for which it returns false.
template <class F>
void take_all(Map& map, std::uint8_t type, const char* what, F&& add) {
  for (auto it = map.lower_bound(key_of(type)); it != map.end() && it->first[0] == type;) {
    bool taken = inside(what, [&] { return add(ByteView(it->first).subspan(1), ByteView(it->second)); });
    it = taken ? map.erase(it) : std::next(it);
  }
}

std::uint32_t read_u32(const Bytes& value, const char* what) {
  Reader in(value, "psbt");
  std::uint32_t number = in.u32();
  if (!in.done()) invalid(std::string("the PSBT's ") + what + " is not 4 bytes");
  return number;
}

Witness read_witness(ByteView value) {
  Reader in(value, "witness");
  std::uint64_t count = in.compact_size();
  if (count > in.left()) in.fail("truncated", "announces more items than it has bytes for");
  Witness witness;
  for (std::uint64_t i = 0; i < count; ++i) witness.push_back(to_bytes(in.var_bytes()));
  in.finish();
  return witness;
}

Bytes write_witness(const Witness& witness) {
  Writer out;
  out.compact_size(witness.size());
  for (const Bytes& item : witness) out.var_bytes(item);
  return out.take();
}

TapTree read_tap_tree(ByteView value) {
  Reader in(value, "tree");
  TapTree tree;
  while (!in.done()) {
    TapLeaf leaf{in.u8(), in.u8(), {}};
    if (leaf.version & 1) in.fail("invalid", "has an odd leaf version");
    leaf.script = to_bytes(in.var_bytes());
    tree.leaves.push_back(std::move(leaf));
  }
  tree.root();
  return tree;
}

Bytes write_tap_tree(const TapTree& tree) {
  Writer out;
  for (const TapLeaf& leaf : tree.leaves) out.u8(leaf.depth).u8(leaf.version).var_bytes(leaf.script);
  return out.take();
}

bool is_der_with_type(ByteView signature, ByteView key) {
  return check_ecdsa_encoding(signature, key, VERIFY_DERSIG | VERIFY_STRICTENC, ScriptRules::legacy) ==
         ScriptError::OK;
}

Bytes schnorr_with_type(ByteView value) {
  if (value.size() != 64 && value.size() != 65) invalid("a taproot signature has 64 or 65 bytes");
  return to_bytes(value);
}

TapNode read_node(ByteView value) {
  if (value.size() != 32) invalid("a hash has 32 bytes");
  TapNode node;
  std::ranges::copy(value, node.begin());
  return node;
}

void read_taproot_fields(PsbtInput& input, Map& map) {
  if (auto value = take(map, IN_TAP_KEY_SIG, "key path signature"))
    input.tap_key_sig = schnorr_with_type(*value);
  take_all(map, IN_TAP_SCRIPT_SIG, "script path signature", [&](ByteView key, ByteView value) {
    if (key.size() != 64) invalid("its key is not 64 bytes");
    auto signer = crypto::parse_xonly_key(key.first(32));
    input.tap_script_sigs[{signer, read_node(key.subspan(32))}] = schnorr_with_type(value);
    return true;
  });
  take_all(map, IN_TAP_LEAF_SCRIPT, "leaf script", [&](ByteView key, ByteView value) {
    if (!ControlBlock::parse(key)) invalid("its control block has a wrong length");
    if (value.empty()) invalid("it has no leaf version");
    input.tap_leaf_scripts[to_bytes(key)] = {to_bytes(value.first(value.size() - 1)), value.back()};
    return true;
  });
  if (auto value = take(map, IN_TAP_INTERNAL_KEY, "internal key")) {
    input.tap_internal_key = inside("internal key", [&] { return crypto::parse_xonly_key(*value); });
  }
  if (auto value = take(map, IN_TAP_MERKLE_ROOT, "merkle root")) input.tap_merkle_root = read_node(*value);
}

void read_utxos(PsbtInput& input, Map& map, const OutPoint& prevout) {
  if (auto value = take(map, IN_NON_WITNESS_UTXO, "spent transaction")) {
    input.non_witness_utxo = inside("spent transaction", [&] { return Transaction::parse(*value); });
    if (input.non_witness_utxo->txid() != prevout.txid ||
        prevout.vout >= input.non_witness_utxo->outputs.size()) {
      invalid("a spent transaction in the PSBT is not the one that its input names");
    }
  }
  if (auto value = take(map, IN_WITNESS_UTXO, "spent output")) {
    input.witness_utxo = inside("spent output", [&] { return parse_output(*value); });
  }
}

PsbtInput read_input(Map map, const OutPoint& prevout) {
  PsbtInput input;
  read_utxos(input, map, prevout);
  take_all(map, IN_PARTIAL_SIG, "signature", [&](ByteView key, ByteView value) {
    if (!crypto::is_valid_public_key(key)) invalid("its public key is not on the curve");
    if (value.empty() || !is_der_with_type(value, key)) invalid("it is not DER with a sighash type");
    if (key.size() != crypto::PublicKey::size) return false;
    input.partial_sigs[crypto::parse_public_key(key)] = to_bytes(value);
    return true;
  });
  if (auto value = take(map, IN_SIGHASH_TYPE, "sighash type"))
    input.sighash_type = read_u32(*value, "sighash type");
  input.redeem_script = take(map, IN_REDEEM_SCRIPT, "redeem script");
  input.witness_script = take(map, IN_WITNESS_SCRIPT, "witness script");
  input.final_script_sig = take(map, IN_FINAL_SCRIPT_SIG, "final scriptSig");
  if (auto value = take(map, IN_FINAL_WITNESS, "final witness")) {
    input.final_witness = inside("final witness", [&] { return read_witness(*value); });
  }
  read_taproot_fields(input, map);
  for (const auto& [key, value] : map) check_input_field(key, value);
  input.other = std::move(map);
  return input;
}

Map input_map(const PsbtInput& input) {
  Map map;
  if (input.non_witness_utxo) map[key_of(IN_NON_WITNESS_UTXO)] = input.non_witness_utxo->serialize();
  if (input.witness_utxo) map[key_of(IN_WITNESS_UTXO)] = serialize(*input.witness_utxo);
  for (const auto& [key, signature] : input.partial_sigs) map[key_of(IN_PARTIAL_SIG, {key})] = signature;
  if (input.sighash_type) map[key_of(IN_SIGHASH_TYPE)] = Writer().u32(*input.sighash_type).take();
  if (input.redeem_script) map[key_of(IN_REDEEM_SCRIPT)] = *input.redeem_script;
  if (input.witness_script) map[key_of(IN_WITNESS_SCRIPT)] = *input.witness_script;
  if (input.final_script_sig) map[key_of(IN_FINAL_SCRIPT_SIG)] = *input.final_script_sig;
  if (input.final_witness) map[key_of(IN_FINAL_WITNESS)] = write_witness(*input.final_witness);
  if (input.tap_key_sig) map[key_of(IN_TAP_KEY_SIG)] = *input.tap_key_sig;
  for (const auto& [signer, signature] : input.tap_script_sigs) {
    map[key_of(IN_TAP_SCRIPT_SIG, {signer.first, signer.second})] = signature;
  }
  for (const auto& [control, leaf] : input.tap_leaf_scripts) {
    Bytes value = leaf.script;
    value.push_back(leaf.version);
    map[key_of(IN_TAP_LEAF_SCRIPT, {control})] = std::move(value);
  }
  if (input.tap_internal_key) map[key_of(IN_TAP_INTERNAL_KEY)] = to_bytes(*input.tap_internal_key);
  if (input.tap_merkle_root) map[key_of(IN_TAP_MERKLE_ROOT)] = to_bytes(*input.tap_merkle_root);
  map.insert(input.other.begin(), input.other.end());
  return map;
}

PsbtOutput read_output(Map map) {
  PsbtOutput output;
  output.redeem_script = take(map, OUT_REDEEM_SCRIPT, "redeem script");
  output.witness_script = take(map, OUT_WITNESS_SCRIPT, "witness script");
  if (auto value = take(map, OUT_TAP_INTERNAL_KEY, "internal key")) {
    output.tap_internal_key = inside("internal key", [&] { return crypto::parse_xonly_key(*value); });
  }
  if (auto value = take(map, OUT_TAP_TREE, "tree")) {
    output.tap_tree = inside("tree", [&] { return read_tap_tree(*value); });
  }
  for (const auto& [key, value] : map) check_output_field(key, value);
  output.other = std::move(map);
  return output;
}

Map output_map(const PsbtOutput& output) {
  Map map;
  if (output.redeem_script) map[key_of(OUT_REDEEM_SCRIPT)] = *output.redeem_script;
  if (output.witness_script) map[key_of(OUT_WITNESS_SCRIPT)] = *output.witness_script;
  if (output.tap_internal_key) map[key_of(OUT_TAP_INTERNAL_KEY)] = to_bytes(*output.tap_internal_key);
  if (output.tap_tree) map[key_of(OUT_TAP_TREE)] = write_tap_tree(*output.tap_tree);
  map.insert(output.other.begin(), output.other.end());
  return map;
}

}  // namespace

std::optional<TxOut> PsbtInput::spent(const TxIn& input) const {
  if (!non_witness_utxo) return witness_utxo;
  const auto& outputs = non_witness_utxo->outputs;
  if (input.prevout.vout >= outputs.size() || non_witness_utxo->txid() != input.prevout.txid)
    return std::nullopt;
  const TxOut& output = outputs[input.prevout.vout];
  if (witness_utxo && *witness_utxo != output) return std::nullopt;
  return output;
}

Psbt Psbt::from_transaction(Transaction unsigned_tx) {
  for (const TxIn& input : unsigned_tx.inputs) {
    if (!input.script_sig.empty() || !input.witness.empty())
      invalid("the transaction of a PSBT must not be signed");
  }
  Psbt psbt;
  psbt.inputs.resize(unsigned_tx.inputs.size());
  psbt.outputs.resize(unsigned_tx.outputs.size());
  psbt.tx = std::move(unsigned_tx);
  return psbt;
}

Psbt Psbt::parse(ByteView data) {
  if (data.size() < magic.size() || !equal(data.first(magic.size()), magic)) {
    throw input_error("psbt.magic", "this is not a PSBT: it does not start with 70736274ff");
  }
  Reader in(data.subspan(magic.size()), "psbt");
  Map global = read_map(in);
  if (auto version = global.find(key_of(GLOBAL_VERSION)); version != global.end()) {
    if (read_u32(version->second, "version") != 0)
      throw input_error("psbt.version", "only PSBTs of version 0 are read");
  }
  auto raw_tx = take(global, GLOBAL_UNSIGNED_TX, "transaction");
  if (!raw_tx) invalid("the PSBT has no transaction");
  Psbt psbt = from_transaction(inside("transaction", [&] { return Transaction::parse_stripped(*raw_tx); }));
  psbt.other = std::move(global);
  for (std::size_t i = 0; i < psbt.inputs.size(); ++i) {
    psbt.inputs[i] = read_input(read_map(in), psbt.tx.inputs[i].prevout);
  }
  for (PsbtOutput& output : psbt.outputs) output = read_output(read_map(in));
  in.finish();
  return psbt;
}

Psbt Psbt::from_base64(std::string_view text) {
  return parse(pegkit::from_base64(text));
}

Bytes Psbt::serialize() const {
  Writer out;
  Map global = other;
  global[key_of(GLOBAL_UNSIGNED_TX)] = tx.serialize_stripped();
  write_map(out.bytes(magic), global);
  for (const PsbtInput& input : inputs) write_map(out, input_map(input));
  for (const PsbtOutput& output : outputs) write_map(out, output_map(output));
  return out.take();
}

std::string Psbt::base64() const {
  return to_base64(serialize());
}

std::vector<TxOut> Psbt::spent() const {
  std::vector<TxOut> out;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto output = inputs[i].spent(tx.inputs.at(i));
    if (!output) {
      throw input_error("psbt.utxo", "input " + std::to_string(i) +
                                         " of the PSBT does not carry the output that it spends");
    }
    out.push_back(std::move(*output));
  }
  return out;
}

ByteArray<32> Psbt::taproot_sighash(std::size_t input, const TapNode* leaf_hash) const {
  if (input >= inputs.size()) invalid("the PSBT has no input " + std::to_string(input));
  std::uint32_t type = inputs[input].sighash_type.value_or(SIGHASH_DEFAULT);
  std::optional<ByteArray<32>> hash;
  if (type <= 0xff) {
    SighashCache cache(tx, spent());
    hash = cache.taproot(input, static_cast<std::uint8_t>(type), leaf_hash);
  }
  if (!hash) {
    throw input_error("psbt.sighash",
                      "input " + std::to_string(input) + " asks for a sighash type that it cannot have");
  }
  return *hash;
}

Transaction Psbt::extract() const {
  Transaction out = tx;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!inputs[i].final_script_sig && !inputs[i].final_witness) {
      throw not_ready("psbt.incomplete", "input " + std::to_string(i) + " of the PSBT is not finalized");
    }
    out.inputs.at(i).script_sig = inputs[i].final_script_sig.value_or(Script{});
    out.inputs[i].witness = inputs[i].final_witness.value_or(Witness{});
  }
  return out;
}

Sat Psbt::fee() const {
  Sat fee;
  for (const TxOut& output : spent()) fee += output.value;
  for (const TxOut& output : tx.outputs) fee -= output.value;
  if (fee < Sat{0}) throw input_error("psbt.fee", "the PSBT pays out more than it spends");
  return fee;
}

}  // namespace pegkit::bitcoin
