#pragma once

#include <cstdint>
#include <vector>

#include "bitcoin/script.hpp"

namespace pegkit::gadgets {

/// Which byte string a nibble on the stack belongs to.
enum class Sha256Operand : std::uint8_t {
  block,    ///< 64 bytes: the block, or the whole message of hash64
  state,    ///< 32 bytes: the chaining value, eight big-endian words
  claimed,  ///< 32 bytes: what is said to be the result
};

/// One element of an entry layout. A byte string's nibbles are counted in order, the high half of byte 0
/// first: nibble 2i is the high half of byte i, nibble 2i+1 the low half.
struct OperandNibble {
  Sha256Operand operand;
  std::uint8_t index;
  friend bool operator==(const OperandNibble&, const OperandNibble&) = default;
};

/// A script fragment that shows a wrong claim about SHA-256.
///
/// It is to find exactly the nibbles of `entry` (numbers 0 to 15, minimally encoded, checked by the caller)
/// on the main stack, nothing under them and an empty altstack, and leaves one element: 1 when the claim is
/// false, empty when it is true.
struct Sha256Gadget {
  bitcoin::Script script;
  std::vector<OperandNibble> entry;  ///< from the bottom of the stack to the top
  std::size_t peak;                  ///< most elements of stack and altstack together, the entry included
};

/// claimed ≠ compress(state, block), SHA-256's compression with its feed-forward (FIPS 180-4, 6.2.2).
const Sha256Gadget& sha256_compress_gadget();
/// claimed ≠ compress(initial value, block): the hash of a message in its one padded block, or the first
/// chaining value of a longer one. No nibble of `state` in the entry.
const Sha256Gadget& sha256_compress_iv_gadget();
/// claimed ≠ SHA256(message) of a message of 64 bytes, the operand `block`.
const Sha256Gadget& sha256_hash64_gadget();

/// The numbers that a gadget's entry holds for these operands, from the bottom to the top. Operands that the
/// entry has no nibble of are not looked at; others of another length throw Error (exit 70, `sha256.shape`).
std::vector<std::uint8_t> sha256_entry(const Sha256Gadget& gadget, ByteView block, ByteView state,
                                       ByteView claimed);

}  // namespace pegkit::gadgets
