#pragma once

#include <cstdint>
#include <vector>

#include "bitcoin/script.hpp"

namespace pegkit::gadgets {

/// The byte string to which a nibble on the stack belongs.
enum class Sha256Operand : std::uint8_t {
  block,    ///< 64 bytes: the block, or the whole message of hash64
  state,    ///< 32 bytes: the chaining value, eight big-endian words
  claimed,  ///< 32 bytes: the claimed result
};

/// One element of an entry layout. Nibble 2i of a byte string is the high half of byte i, nibble 2i+1 the
/// low half.
struct OperandNibble {
  Sha256Operand operand;
  std::uint8_t index;
  friend bool operator==(const OperandNibble&, const OperandNibble&) = default;
};

/// A script fragment that disproves a claim about SHA-256.
///
/// It expects exactly the nibbles of `entry` on the main stack (numbers 0 to 15, minimally encoded; the
/// caller checks this), nothing under them, and an empty altstack. It leaves one element: 1 when the claim is
/// false, empty when it is true.
struct Sha256Gadget {
  bitcoin::Script script;
  std::vector<OperandNibble> entry;  ///< from the bottom of the stack to the top
  std::size_t peak;                  ///< most elements that stack and altstack hold together, entry included
};

/// Shows claimed ≠ compress(state, block): SHA-256's compression with its feed-forward (FIPS 180-4, 6.2.2).
const Sha256Gadget& sha256_compress_gadget();
/// Shows claimed ≠ compress(initial value, block): the hash of a message whose padding fits into one block,
/// or the first chaining value of a longer message. The entry has no nibble of `state`.
const Sha256Gadget& sha256_compress_iv_gadget();
/// Shows claimed ≠ SHA256(message) for a message of 64 bytes, the operand `block`.
const Sha256Gadget& sha256_hash64_gadget();

/// The numbers of a gadget's entry for these operands, from the bottom to the top. An operand without a
/// nibble in the entry is ignored; another one of the wrong length throws Error `sha256.shape` (exit 70).
std::vector<std::uint8_t> sha256_entry(const Sha256Gadget& gadget, ByteView block, ByteView state,
                                       ByteView claimed);

}  // namespace pegkit::gadgets
