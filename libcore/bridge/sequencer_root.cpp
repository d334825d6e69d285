#include "bridge/sequencer_root.hpp"

#include <algorithm>

#include "base/serialize.hpp"
#include "bitcoin/taproot.hpp"
#include "bitcoin/unspendable.hpp"

namespace pegkit::bridge {
namespace {

constexpr gadgets::OtsForm form = gadgets::OtsForm::halved;
constexpr std::size_t schnorr_size = 64;
constexpr std::uint8_t annex_tag = 0x50;

gadgets::OtsScript check_of(const crypto::OtsPublicKey& key) {
  if (key.message_bytes() != root_bytes)
    throw input_error("ots.length", "a sequencer's one-time key signs the 32 bytes of a root");
  return gadgets::ots_script(form, gadgets::OtsResult::nothing, key);
}

crypto::OtsPublicKey blank_key() {
  crypto::OtsPublicKey out;
  out.hashes.resize(crypto::ots_digit_count(root_bytes));
  return out;
}

/// The script that checks a root's signature. Between two keys only the hashes in it differ.
const gadgets::OtsScript& pattern() {
  static const gadgets::OtsScript script = check_of(blank_key());
  return script;
}

std::int64_t element_size(std::size_t size) {
  return static_cast<std::int64_t>(compact_size_length(size) + size);
}

/// A script path's witness without its annex.
struct ScriptPath {
  std::span<const Bytes> stack;
  ByteView script;
};
std::optional<ScriptPath> script_path(const bitcoin::Witness& witness) {
  std::span<const Bytes> all(witness);
  if (all.size() >= 2 && !all.back().empty() && all.back()[0] == annex_tag) all = all.first(all.size() - 1);
  if (all.size() < 2) return std::nullopt;
  return ScriptPath{all.first(all.size() - 2), all[all.size() - 2]};
}

/// The sequencer's keys whose first public hash the script pushes.
std::vector<crypto::OtsPublicKey> keys_in(ByteView script, const RootKeyLookup& key_beginning) {
  std::vector<crypto::OtsPublicKey> out;
  try {
    bitcoin::ScriptReader reader(script);
    while (auto item = reader.next()) {
      if (item->data.size() != sizeof(crypto::Hash160)) continue;
      auto key = key_beginning(item->data);
      if (key && std::ranges::find(out, *key) == out.end()) out.push_back(std::move(*key));
    }
  } catch (const Error&) {
    // The script is cut short. It can stand in a block because an OP_SUCCESS before that place made it
    // succeed.
  }
  return out;
}

}  // namespace

crypto::XOnlyKey sequencer_internal_key(const crypto::XOnlyKey& sequencer) {
  return bitcoin::unspendable_key(sequencer);
}

bitcoin::Script commitment_leaf(const crypto::XOnlyKey& sequencer, const crypto::OtsPublicKey& key) {
  return bitcoin::ScriptBuilder().raw(check_of(key).script).push(sequencer).op(bitcoin::OP_CHECKSIG).take();
}

std::optional<crypto::OtsPublicKey> commitment_leaf_key(const crypto::XOnlyKey& sequencer, ByteView leaf) {
  const gadgets::OtsScript& known = pattern();
  if (leaf.size() < known.script.size()) return std::nullopt;
  crypto::OtsPublicKey key = blank_key();
  for (std::size_t i = 0; i < key.hashes.size(); ++i)
    std::ranges::copy(leaf.subspan(known.hash_at[i], sizeof(crypto::Hash160)), key.hashes[i].begin());
  if (!std::ranges::equal(commitment_leaf(sequencer, key), leaf)) return std::nullopt;
  return key;
}

EpochOutput EpochOutput::of(const crypto::XOnlyKey& sequencer, const crypto::OtsPublicKey& key) {
  EpochOutput out;
  out.leaf = commitment_leaf(sequencer, key);
  crypto::XOnlyKey internal = sequencer_internal_key(sequencer);
  auto output = bitcoin::taproot_output(internal, bitcoin::tapleaf_hash(out.leaf));
  out.script_pubkey = bitcoin::p2tr_script(output.key);
  out.control_block = bitcoin::control_block(internal, output.odd, {});
  return out;
}

bitcoin::Witness EpochOutput::witness(const crypto::OtsSignature& root, ByteView schnorr) const {
  bitcoin::Witness out{to_bytes(schnorr)};
  std::ranges::move(gadgets::ots_witness(form, root), std::back_inserter(out));
  out.push_back(leaf);
  out.push_back(control_block);
  return out;
}

std::int64_t EpochOutput::witness_size() const {
  std::size_t elements = gadgets::ots_witness_elements(form, root_bytes);
  auto digits = static_cast<std::int64_t>(crypto::ots_digit_count(root_bytes));
  return static_cast<std::int64_t>(compact_size_length(elements + 3)) +
         digits * (element_size(sizeof(crypto::Hash160)) + element_size(1)) + element_size(schnorr_size) +
         element_size(leaf.size()) + element_size(control_block.size());
}

std::optional<RevealedRoot> read_root_signature(const crypto::OtsSignature& signature) {
  RevealedRoot out{blank_key(), {}, signature};
  if (signature.digits.size() != out.key.hashes.size()) return std::nullopt;
  for (std::size_t i = 0; i < signature.digits.size(); ++i) {
    const crypto::OtsDigit& part = signature.digits[i];
    if (part.digit >= crypto::ots_top_digit) {
      // The top digit leaves no step of the chain: the hash shown is the public hash itself.
      if (part.digit > crypto::ots_top_digit) return std::nullopt;
      out.key.hashes[i] = part.hash;
      continue;
    }
    crypto::Hash160 hash = crypto::hash160(part.hash);
    for (unsigned digit = part.digit + 1; digit < crypto::ots_top_digit; ++digit)
      hash = crypto::hash160(hash);
    out.key.hashes[i] = hash;
  }
  auto message = crypto::ots_verify(out.key, signature);
  if (!message) return std::nullopt;
  std::ranges::copy(*message, out.root.begin());
  return out;
}

std::optional<RevealedRoot> revealed_root(const crypto::XOnlyKey& sequencer,
                                          const bitcoin::Witness& witness) {
  std::size_t elements = gadgets::ots_witness_elements(form, root_bytes);
  auto parts = script_path(witness);
  if (!parts || parts->stack.size() != elements + 1) return std::nullopt;
  auto key = commitment_leaf_key(sequencer, parts->script);
  if (!key) return std::nullopt;
  auto signature = gadgets::read_ots_witness(form, *key, parts->stack.subspan(1));
  if (!signature) return std::nullopt;
  return read_root_signature(*signature);
}

std::optional<RevealedRoot> revealed_root(const crypto::XOnlyKey& sequencer, const bitcoin::Transaction& tx) {
  for (const bitcoin::TxIn& input : tx.inputs)
    if (auto found = revealed_root(sequencer, input.witness)) return found;
  return std::nullopt;
}

std::vector<RevealedRoot> shown_roots(const bitcoin::Transaction& tx, const RootKeyLookup& key_beginning) {
  std::vector<RevealedRoot> out;
  for (const bitcoin::TxIn& input : tx.inputs) {
    auto parts = script_path(input.witness);
    if (!parts) continue;
    std::size_t elements = gadgets::ots_witness_elements(form, root_bytes);
    for (const crypto::OtsPublicKey& key : keys_in(parts->script, key_beginning)) {
      for (std::size_t at = 0; at + elements <= parts->stack.size(); ++at) {
        auto signature = gadgets::read_ots_witness(form, key, parts->stack.subspan(at, elements));
        auto root = signature ? read_root_signature(*signature) : std::nullopt;
        if (root && std::ranges::find(out, *root) == out.end()) out.push_back(std::move(*root));
      }
    }
  }
  return out;
}

Bytes write_root_signature(const crypto::OtsSignature& signature) {
  Bytes out;
  for (const crypto::OtsDigit& part : signature.digits) {
    out.push_back(part.digit);
    append(out, part.hash);
  }
  return out;
}

RevealedRoot parse_root_signature(ByteView data) {
  auto fail = [] {
    return input_error("ots.signature", "this is no one-time signature of a withdrawals root");
  };
  crypto::OtsSignature signature;
  constexpr std::size_t part = 1 + sizeof(crypto::Hash160);
  if (data.size() != part * blank_key().hashes.size()) throw fail();
  for (; !data.empty(); data = data.subspan(part)) {
    crypto::OtsDigit& digit = signature.digits.emplace_back();
    digit.digit = data[0];
    std::ranges::copy(data.subspan(1, sizeof(crypto::Hash160)), digit.hash.begin());
  }
  auto out = read_root_signature(signature);
  if (!out) throw fail();
  return *out;
}

}  // namespace pegkit::bridge
