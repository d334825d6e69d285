#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "bitcoin/script.hpp"

namespace pegkit::bitcoin {

inline constexpr std::size_t max_script_size = 10'000;  ///< bytes; tapscript has no such limit
inline constexpr std::size_t max_push_size = 520;       ///< bytes of one stack element
inline constexpr std::size_t max_stack_size = 1'000;    ///< elements of stack and altstack together
inline constexpr int max_ops_per_script = 201;          ///< tapscript has no such limit
inline constexpr int max_multisig_keys = 20;

/// Reads one instruction and moves `at` behind it. `data` gets the bytes of a push, or nothing. Returns false
/// when a push runs beyond `end`; `at` is then anywhere in the script. The caller ensures at < end.
inline bool read_instruction(const std::uint8_t*& at, const std::uint8_t* end, std::uint8_t& opcode,
                             ByteView& data) {
  opcode = *at++;
  if (opcode > OP_PUSHDATA4) {
    data = {};
    return true;
  }
  std::size_t size = opcode;
  if (opcode >= OP_PUSHDATA1) {
    int width = 1 << (opcode - OP_PUSHDATA1);
    if (end - at < width) return false;
    size = 0;
    for (int i = 0; i < width; ++i) size |= std::size_t{at[i]} << (8 * i);
    at += width;
  }
  if (static_cast<std::size_t>(end - at) < size) return false;
  data = {at, size};
  at += size;
  return true;
}

/// True when the opcode is the shortest way to push the data (BIP62 rule 3).
bool is_minimal_push(std::uint8_t opcode, ByteView data);
/// The push of data by its length, never OP_1 to OP_16 or OP_1NEGATE: the form that legacy CHECKSIG removes
/// from its script code.
Script plain_push(ByteView data);
/// True for BIP342's OP_SUCCESSx opcodes.
bool is_op_success(std::uint8_t opcode);
bool is_p2sh(ByteView script_pubkey);

/// The script without each occurrence of `pattern` that starts where an instruction starts (Bitcoin Core's
/// FindAndDelete); nullopt when there is none.
std::optional<Script> find_and_delete(ByteView script, ByteView pattern);

}  // namespace pegkit::bitcoin
