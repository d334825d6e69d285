#include "gadgets/ots_script.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace pegkit::gadgets {
namespace {

using namespace bitcoin;
using crypto::OtsDigit;
using crypto::OtsPublicKey;
using crypto::OtsSignature;

constexpr unsigned top = crypto::ots_top_digit;
constexpr std::size_t bits = 4;

bool is_bitvm(OtsForm form) {
  return form == OtsForm::list_pick || form == OtsForm::compact;
}

/// The indexes of the digits in the order of the witness, from the deepest to the top. In pegkit's own forms
/// the checksum's most significant digit is on top and checked first, so that the running sum takes the
/// others in.
std::vector<std::size_t> witness_order(OtsForm form, std::size_t message_bytes) {
  std::size_t count = crypto::ots_digit_count(message_bytes);
  std::vector<std::size_t> out(count);
  for (std::size_t i = 0; i < count; ++i) out[i] = i;
  if (is_bitvm(form)) return out;
  std::size_t nibbles = 2 * message_bytes;
  for (std::size_t i = 0; i < nibbles; ++i) out[i] = nibbles - 2 - i / 2 * 2 + i % 2;
  std::reverse(out.begin() + static_cast<std::ptrdiff_t>(nibbles), out.end());
  return out;
}

class Writer {
 public:
  Writer& ops(std::initializer_list<std::uint8_t> opcodes) {
    out_.script.insert(out_.script.end(), opcodes);
    return *this;
  }
  Writer& repeat(std::size_t times, std::initializer_list<std::uint8_t> opcodes) {
    for (; times > 0; --times) ops(opcodes);
    return *this;
  }
  Writer& steps(std::size_t count) { return repeat(count, {OP_HASH160}); }
  /// Checks that the top element has 20 bytes. A chain could begin with a longer element, but that is
  /// not relayed.
  Writer& hash_sized() { return ops({OP_SIZE}).number(sizeof(crypto::Hash160)).ops({OP_EQUALVERIFY}); }
  Writer& sixteenfold() { return repeat(bits, {OP_DUP, OP_ADD}); }
  Writer& number(std::int64_t value) {
    append(out_.script, ScriptBuilder().number(value).take());
    return *this;
  }
  Writer& public_hash(std::size_t& position, const crypto::Hash160& hash) {
    out_.script.push_back(sizeof hash);
    position = out_.script.size();
    append(out_.script, hash);
    return *this;
  }

  /// The part of hash_at for one key.
  std::span<std::size_t> positions(std::size_t first, std::size_t count) {
    out_.hash_at.resize(std::max(out_.hash_at.size(), first + count));
    return std::span(out_.hash_at).subspan(first, count);
  }
  OtsScript take() { return std::move(out_); }

 private:
  OtsScript out_;
};

constexpr std::uint8_t small(unsigned value) {
  return static_cast<std::uint8_t>(OP_1 + value - 1);
}

// Each of the following functions checks one digit's chain: it takes the digit's witness from the top and
// puts the digit on the altstack.

void list_pick(Writer& to, std::size_t& position, const crypto::Hash160& hash) {
  to.ops({small(top), OP_MIN, OP_DUP, OP_TOALTSTACK, OP_TOALTSTACK})
      .hash_sized()
      .repeat(top, {OP_DUP, OP_HASH160})
      .ops({OP_FROMALTSTACK, OP_PICK})
      .public_hash(position, hash)
      .ops({OP_EQUALVERIFY})
      .repeat((top + 1) / 2, {OP_2DROP});
}

void binary(Writer& to, std::size_t& position, const crypto::Hash160& hash) {
  to.ops({OP_SWAP})
      .hash_sized()
      .ops({OP_SWAP, OP_IF})
      .steps(8)
      .ops({OP_7, OP_ELSE, OP_15, OP_ENDIF, OP_TOALTSTACK});
  for (unsigned weight : {4u, 2u}) {
    to.ops({OP_SWAP, OP_IF})
        .steps(weight)
        .ops({OP_FROMALTSTACK, small(weight), OP_SUB, OP_TOALTSTACK, OP_ENDIF});
  }
  to.ops({OP_SWAP, OP_IF, OP_HASH160, OP_FROMALTSTACK, OP_1SUB, OP_TOALTSTACK, OP_ENDIF})
      .public_hash(position, hash)
      .ops({OP_EQUALVERIFY});
}

void compact(Writer& to, std::size_t& position, const crypto::Hash160& hash) {
  to.hash_sized().public_hash(position, hash).ops({OP_SWAP});
  for (unsigned digit = top; digit > 0; --digit)
    to.ops({OP_2DUP, OP_EQUAL, OP_IF, small(digit), OP_ELSE, OP_HASH160});
  to.ops({OP_2DUP, OP_EQUALVERIFY, OP_0}).repeat(top, {OP_ENDIF}).ops({OP_NIP, OP_NIP, OP_TOALTSTACK});
}

/// Checks a chain with the digit below the hash; the digit, 0 to 15, stays. The script makes the hashes
/// after 0 to 7 steps. The digit picks one of them, and that hash, or the one eight steps later, must be the
/// public one.
void halved_chain(Writer& to, std::size_t& position, const crypto::Hash160& hash) {
  to.hash_sized()
      .repeat(7, {OP_DUP, OP_HASH160})
      .ops({OP_8, OP_PICK, OP_DUP, OP_8, OP_LESSTHAN, OP_IF, OP_PICK})
      .steps(8)
      .ops({OP_ELSE, OP_8, OP_SUB, OP_PICK, OP_ENDIF})
      .public_hash(position, hash)
      .ops({OP_EQUALVERIFY})
      .repeat(4, {OP_2DROP});
}

void halved(Writer& to, std::size_t& position, const crypto::Hash160& hash) {
  to.ops({small(top), OP_MIN, OP_SWAP});
  halved_chain(to, position, hash);
  to.ops({OP_TOALTSTACK});
}

void check_total(Writer& to, std::size_t message_bytes) {
  to.number(static_cast<std::int64_t>(top * 2 * message_bytes)).ops({OP_NUMEQUALVERIFY});
}

/// Checks all chains of one key and leaves the digits on the altstack.
void chains(Writer& to, OtsForm form, const OtsPublicKey& key, std::span<std::size_t> positions) {
  auto order = witness_order(form, key.message_bytes());
  std::ranges::reverse(order);
  for (std::size_t i : order) {
    switch (form) {
      case OtsForm::list_pick:
        list_pick(to, positions[i], key.hashes[i]);
        break;
      case OtsForm::binary:
        binary(to, positions[i], key.hashes[i]);
        break;
      case OtsForm::compact:
        compact(to, positions[i], key.hashes[i]);
        break;
      case OtsForm::halved:
        halved(to, positions[i], key.hashes[i]);
        break;
    }
  }
}

/// Takes one key's digits back from the altstack and checks that they and the checksum make 15·n.
void collect(Writer& to, OtsForm form, OtsResult result, std::size_t message_bytes) {
  bool keep = result == OtsResult::nibbles;
  to.ops({OP_FROMALTSTACK});
  if (keep) to.ops({OP_DUP});
  for (std::size_t i = 1; i < 2 * message_bytes; ++i) {
    to.ops({OP_FROMALTSTACK});
    if (keep) to.ops({OP_TUCK});
    to.ops({OP_ADD});
  }
  std::size_t digits = crypto::ots_checksum_digits(message_bytes);
  if (is_bitvm(form)) {
    to.ops({OP_FROMALTSTACK});
    for (std::size_t i = 1; i < digits; ++i) to.sixteenfold().ops({OP_FROMALTSTACK, OP_ADD});
  } else {
    to.repeat(digits, {OP_FROMALTSTACK});
    for (std::size_t i = 1; i < digits; ++i) to.sixteenfold().ops({OP_ADD});
  }
  to.ops({OP_ADD});
  check_total(to, message_bytes);
}

/// Checks chains and checksum in one pass. The running sum lies above the witness of the digits to come.
void halved_sum(Writer& to, const OtsPublicKey& key, std::span<std::size_t> positions) {
  std::size_t message_bytes = key.message_bytes();
  auto order = witness_order(OtsForm::halved, message_bytes);
  std::ranges::reverse(order);
  std::size_t checksum_digits = crypto::ots_checksum_digits(message_bytes);
  for (std::size_t at = 0; at < order.size(); ++at) {
    if (at > 0 && at < checksum_digits) to.sixteenfold();
    if (at == 0)
      to.ops({small(top), OP_MIN, OP_SWAP});
    else
      to.ops({OP_SWAP, small(top), OP_MIN, OP_ROT});
    halved_chain(to, positions[order[at]], key.hashes[order[at]]);
    if (at > 0) to.ops({OP_ADD});
  }
  check_total(to, message_bytes);
}

/// The witness elements of one digit, from the deepest to the top.
std::vector<Bytes> digit_elements(OtsForm form, const OtsDigit& part) {
  switch (form) {
    case OtsForm::compact:
      return {to_bytes(part.hash)};
    case OtsForm::binary: {
      unsigned steps = top - part.digit;
      auto bit = [&](unsigned weight) { return (steps & weight) != 0 ? Bytes{1} : Bytes{}; };
      return {bit(1), bit(2), bit(4), to_bytes(part.hash), bit(8)};
    }
    default:
      return {to_bytes(part.hash), script_number(part.digit)};
  }
}

std::size_t elements_per_digit(OtsForm form) {
  return digit_elements(form, {}).size();
}

/// The number that the script machine reads from an element, minimal or not; nullopt for more than
/// four bytes.
std::optional<std::int64_t> read_number(ByteView element) {
  if (element.size() > 4) return std::nullopt;
  if (element.empty()) return 0;
  std::int64_t magnitude = 0;
  for (std::size_t i = element.size(); i-- > 0;)
    magnitude = magnitude << 8 | (i + 1 == element.size() ? element[i] & 0x7f : element[i]);
  return (element.back() & 0x80) != 0 ? -magnitude : magnitude;
}

std::optional<std::uint8_t> read_digit(ByteView element) {
  auto number = read_number(element);
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint8_t>(std::min<std::int64_t>(*number, top));
}

std::optional<crypto::Hash160> read_hash(ByteView element) {
  crypto::Hash160 out;
  if (element.size() != out.size()) return std::nullopt;
  std::ranges::copy(element, out.begin());
  return out;
}

std::optional<std::uint8_t> read_bits(std::span<const Bytes> elements) {
  unsigned steps = 0;
  for (auto [at, weight] : {std::pair{0, 1u}, {1, 2u}, {2, 4u}, {4, 8u}}) {
    const Bytes& bit = elements[static_cast<std::size_t>(at)];
    if (bit == Bytes{1})
      steps += weight;
    else if (!bit.empty())
      return std::nullopt;
  }
  return static_cast<std::uint8_t>(top - steps);
}

}  // namespace

OtsScript ots_script(OtsForm form, OtsResult result, std::span<const OtsPublicKey> keys) {
  Writer to;
  std::size_t digits = 0;
  for (const OtsPublicKey& key : keys) digits += key.hashes.size();
  to.positions(0, digits);
  for (std::size_t k = keys.size(); k-- > 0;) {
    const OtsPublicKey& key = keys[k];
    digits -= key.hashes.size();
    auto positions = to.positions(digits, key.hashes.size());
    if (form == OtsForm::halved && result == OtsResult::nothing) {
      halved_sum(to, key, positions);
      continue;
    }
    chains(to, form, key, positions);
    if (result == OtsResult::nothing) collect(to, form, result, key.message_bytes());
  }
  if (result == OtsResult::nibbles)
    for (const OtsPublicKey& key : keys) collect(to, form, result, key.message_bytes());
  return to.take();
}

OtsScript ots_script(OtsForm form, OtsResult result, const OtsPublicKey& key) {
  return ots_script(form, result, std::span(&key, 1));
}

std::vector<Bytes> ots_witness(OtsForm form, const OtsSignature& signature) {
  auto message_bytes = crypto::ots_message_bytes(signature.digits.size());
  if (!message_bytes) throw input_error("ots.length", "no one-time signature has so many digits");
  std::vector<Bytes> out;
  for (std::size_t i : witness_order(form, *message_bytes))
    std::ranges::move(digit_elements(form, signature.digits[i]), std::back_inserter(out));
  return out;
}

std::size_t ots_witness_elements(OtsForm form, std::size_t message_bytes) {
  return crypto::ots_digit_count(message_bytes) * elements_per_digit(form);
}

std::optional<OtsSignature> read_ots_witness(OtsForm form, const OtsPublicKey& key,
                                             std::span<const Bytes> elements) {
  std::size_t per_digit = elements_per_digit(form);
  if (elements.size() != key.hashes.size() * per_digit) return std::nullopt;
  if (form == OtsForm::compact) {
    std::vector<crypto::Hash160> hashes;
    for (const Bytes& element : elements) {
      auto hash = read_hash(element);
      if (!hash) return std::nullopt;
      hashes.push_back(*hash);
    }
    return crypto::ots_find_digits(key, hashes);
  }
  OtsSignature out;
  out.digits.resize(key.hashes.size());
  std::size_t at = 0;
  for (std::size_t i : witness_order(form, key.message_bytes())) {
    auto parts = elements.subspan(at, per_digit);
    at += per_digit;
    auto digit = form == OtsForm::binary ? read_bits(parts) : read_digit(parts[1]);
    auto hash = read_hash(form == OtsForm::binary ? parts[3] : parts[0]);
    if (!digit || !hash) return std::nullopt;
    out.digits[i] = {*hash, *digit};
  }
  if (!crypto::ots_verify(key, out)) return std::nullopt;
  return out;
}

std::size_t ots_weight(OtsForm form, OtsResult result, std::size_t message_bytes) {
  OtsPublicKey key;
  key.hashes.resize(crypto::ots_digit_count(message_bytes));
  std::size_t of_all_digits = 0;
  for (unsigned digit = 0; digit <= top; ++digit) {
    OtsDigit part{{}, static_cast<std::uint8_t>(digit)};
    for (const Bytes& element : digit_elements(form, part)) of_all_digits += 1 + element.size();
  }
  return ots_script(form, result, key).script.size() * (top + 1) + key.hashes.size() * of_all_digits;
}

OtsForm smallest_form(OtsResult result, std::size_t message_bytes) {
  constexpr std::array all{OtsForm::list_pick, OtsForm::binary, OtsForm::compact, OtsForm::halved};
  return *std::ranges::min_element(all, {},
                                   [&](OtsForm form) { return ots_weight(form, result, message_bytes); });
}

}  // namespace pegkit::gadgets
