#pragma once

#include <array>

#include "bitcoin/script_machine.hpp"

namespace pegkit::bitcoin {

/// The function of one opcode.
struct OpEntry {
  using Run = ScriptError (*)(ScriptMachine& machine, std::uint8_t opcode);
  Run run = nullptr;
  bool in_skipped_branch = false;  ///< runs also in a branch that is not taken
};
using OpTable = std::array<OpEntry, 256>;

/// The functions of all opcodes but the pushes with data.
const OpTable& op_table();

void add_control_ops(OpTable& table);  ///< constants, flow control, lock times
void add_stack_ops(OpTable& table);
void add_number_ops(OpTable& table);
void add_crypto_ops(OpTable& table);  ///< hashes, signatures

/// An opcode that fails only when the stack has fewer than `needed` elements. `op` is a lambda without
/// captures that takes the stack.
template <std::size_t needed, class Op>
OpEntry stack_op(Op) {
  return {[](ScriptMachine& machine, std::uint8_t) {
    if (machine.stack.size() < needed) return ScriptError::INVALID_STACK_OPERATION;
    Op{}(machine.stack);
    return ScriptError::OK;
  }};
}

}  // namespace pegkit::bitcoin
