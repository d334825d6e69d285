#include "bitcoin/script_ops.hpp"

namespace pegkit::bitcoin {

const OpTable& op_table() {
  static const OpTable table = [] {
    OpTable t;
    t.fill({[](ScriptMachine&, std::uint8_t) { return ScriptError::BAD_OPCODE; }});
    add_control_ops(t);
    add_stack_ops(t);
    add_number_ops(t);
    add_crypto_ops(t);
    return t;
  }();
  return table;
}

ScriptError ScriptMachine::run(ByteView script_bytes) {
  const OpTable& table = op_table();
  const bool limited = rules != ScriptRules::tapscript;
  const bool minimal = has(VERIFY_MINIMALDATA);
  if (limited && script_bytes.size() > max_script_size) return ScriptError::SCRIPT_SIZE;
  script = script_bytes;
  code_start = 0;
  ops = 0;
  conditions = {};
  altstack.clear();
  taproot.codesep_position = 0xffffffff;

  const std::uint8_t* at = script.data();
  const std::uint8_t* end = at + script.size();
  for (opcode_index = 0; at != end; ++opcode_index) {
    std::uint8_t opcode;
    ByteView data;
    if (!read_instruction(at, end, opcode, data)) return ScriptError::BAD_OPCODE;
    if (data.size() > max_push_size) return ScriptError::PUSH_SIZE;
    if (limited && opcode > OP_16 && ++ops > max_ops_per_script) return ScriptError::OP_COUNT;

    if (opcode <= OP_PUSHDATA4) {
      if (conditions.taken()) {
        if (minimal && !is_minimal_push(opcode, data)) return ScriptError::MINIMALDATA;
        stack.push(StackElement::view(data));
      }
    } else if (const OpEntry& op = table[opcode]; conditions.taken() || op.in_skipped_branch) {
      position = static_cast<std::size_t>(at - script.data());
      if (ScriptError error = op.run(*this, opcode); error != ScriptError::OK) return error;
    }
    if (stack.size() + altstack.size() > max_stack_size) return ScriptError::STACK_SIZE;
  }
  return conditions.empty() ? ScriptError::OK : ScriptError::UNBALANCED_CONDITIONAL;
}

}  // namespace pegkit::bitcoin
