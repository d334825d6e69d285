#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "bitcoin/script.hpp"

namespace pegkit::bitcoin {

inline constexpr std::size_t max_script_size = 10'000;  ///< bytes, before tapscript
inline constexpr std::size_t max_push_size = 520;       ///< bytes of one stack element
inline constexpr std::size_t max_stack_size = 1'000;    ///< elements of stack and altstack together
inline constexpr int max_ops_per_script = 201;          ///< before tapscript
inline constexpr int max_multisig_keys = 20;

/// Reads one instruction and moves `at` behind it; `data` is what a push pushes, empty otherwise. False when
/// the push runs beyond `end` (`at` is then anywhere in the script). Needs at < end.
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
/// The direct push of data, without OP_1..16 and OP_1NEGATE: what CHECKSIG looks for in its script code.
Script plain_push(ByteView data);
/// BIP342's OP_SUCCESSx.
bool is_op_success(std::uint8_t opcode);
bool is_p2sh(ByteView script_pubkey);

/// Removes each occurrence of `pattern` that starts where an instruction starts (FindAndDelete); nullopt when
/// there is none.
std::optional<Script> find_and_delete(ByteView script, ByteView pattern);

}  // namespace pegkit::bitcoin
