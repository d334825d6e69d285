#pragma once

#include <array>

#include "bitcoin/script_machine.hpp"

namespace pegkit::bitcoin {

/// What one opcode does.
struct OpEntry {
  using Run = ScriptError (*)(ScriptMachine& machine, std::uint8_t opcode);
  Run run = nullptr;
  bool in_skipped_branch = false;  ///< run also where conditions are not met
};
using OpTable = std::array<OpEntry, 256>;

/// All opcodes but the pushes with data.
const OpTable& op_table();

void add_control_ops(OpTable& table);  ///< constants, flow control, lock times
void add_stack_ops(OpTable& table);
void add_number_ops(OpTable& table);
void add_crypto_ops(OpTable& table);  ///< hashes, signatures

/// An opcode that needs `needed` elements and cannot fail otherwise: `op` is a function of the stack without
/// captures.
template <std::size_t needed, class Op>
OpEntry stack_op(Op) {
  return {[](ScriptMachine& machine, std::uint8_t) {
    if (machine.stack.size() < needed) return ScriptError::INVALID_STACK_OPERATION;
    Op{}(machine.stack);
    return ScriptError::OK;
  }};
}

}  // namespace pegkit::bitcoin
