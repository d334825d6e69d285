#include "bitcoin/script_ops.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::size_t lock_time_size = 5;  // bytes: an unsigned 32-bit number and room for the sign
constexpr std::int64_t sequence_disabled = std::int64_t{1} << 31;

ScriptError push_constant(ScriptMachine& m, std::uint8_t opcode) {
  m.stack.push(StackElement::number(opcode - (OP_1 - 1)));
  return ScriptError::OK;
}

ScriptError disabled(ScriptMachine&, std::uint8_t) {
  return ScriptError::DISABLED_OPCODE;
}

ScriptError upgradable_nop(ScriptMachine& m, std::uint8_t) {
  return m.has(VERIFY_DISCOURAGE_UPGRADABLE_NOPS) ? ScriptError::DISCOURAGE_UPGRADABLE_NOPS : ScriptError::OK;
}

/// Checks that a condition is exactly empty or 01: consensus in tapscript (BIP342), policy in witness v0.
ScriptError check_minimal_condition(const ScriptMachine& m, const StackElement& condition) {
  bool minimal = condition.empty() || (condition.size() == 1 && condition.bytes()[0] == 1);
  if (minimal || m.rules == ScriptRules::legacy) return ScriptError::OK;
  if (m.rules == ScriptRules::tapscript) return ScriptError::TAPSCRIPT_MINIMALIF;
  return m.has(VERIFY_MINIMALIF) ? ScriptError::MINIMALIF : ScriptError::OK;
}

ScriptError op_if(ScriptMachine& m, std::uint8_t opcode) {
  bool taken = false;
  if (m.conditions.taken()) {
    if (m.stack.empty()) return ScriptError::UNBALANCED_CONDITIONAL;
    const StackElement& condition = m.stack.top();
    if (ScriptError error = check_minimal_condition(m, condition); error != ScriptError::OK) return error;
    taken = condition.truth() == (opcode == OP_IF);
    m.stack.pop();
  }
  m.conditions.open(taken);
  return ScriptError::OK;
}

ScriptError op_else(ScriptMachine& m, std::uint8_t) {
  if (m.conditions.empty()) return ScriptError::UNBALANCED_CONDITIONAL;
  m.conditions.turn();
  return ScriptError::OK;
}

ScriptError op_endif(ScriptMachine& m, std::uint8_t) {
  if (m.conditions.empty()) return ScriptError::UNBALANCED_CONDITIONAL;
  m.conditions.close();
  return ScriptError::OK;
}

ScriptError op_verify(ScriptMachine& m, std::uint8_t) {
  if (m.stack.empty()) return ScriptError::INVALID_STACK_OPERATION;
  if (!m.stack.top().truth()) return ScriptError::VERIFY;
  m.stack.pop();
  return ScriptError::OK;
}

/// Reads the lock time on top of the stack and leaves it there.
ScriptError read_lock_time(const ScriptMachine& m, std::int64_t& value) {
  if (m.stack.empty()) return ScriptError::INVALID_STACK_OPERATION;
  if (!m.stack.top().read_number(value, m.has(VERIFY_MINIMALDATA), lock_time_size)) {
    return ScriptError::UNKNOWN_ERROR;
  }
  return value < 0 ? ScriptError::NEGATIVE_LOCKTIME : ScriptError::OK;
}

ScriptError check_lock_time(ScriptMachine& m, std::uint8_t) {
  if (!m.has(VERIFY_CHECKLOCKTIMEVERIFY)) return ScriptError::OK;
  std::int64_t lock_time = 0;
  if (ScriptError error = read_lock_time(m, lock_time); error != ScriptError::OK) return error;
  return m.checker.lock_time_reached(lock_time) ? ScriptError::OK : ScriptError::UNSATISFIED_LOCKTIME;
}

ScriptError check_sequence(ScriptMachine& m, std::uint8_t) {
  if (!m.has(VERIFY_CHECKSEQUENCEVERIFY)) return ScriptError::OK;
  std::int64_t sequence = 0;
  if (ScriptError error = read_lock_time(m, sequence); error != ScriptError::OK) return error;
  if (sequence & sequence_disabled) return ScriptError::OK;
  return m.checker.sequence_reached(sequence) ? ScriptError::OK : ScriptError::UNSATISFIED_LOCKTIME;
}

}  // namespace

void add_control_ops(OpTable& t) {
  t[OP_1NEGATE] = {push_constant};
  for (std::size_t op = OP_1; op <= OP_16; ++op) t[op] = {push_constant};

  t[OP_NOP] = {[](ScriptMachine&, std::uint8_t) { return ScriptError::OK; }};
  for (std::size_t op = OP_NOP1; op <= OP_NOP10; ++op) t[op] = {upgradable_nop};
  t[OP_CHECKLOCKTIMEVERIFY] = {check_lock_time};
  t[OP_CHECKSEQUENCEVERIFY] = {check_sequence};

  for (std::size_t op = OP_IF; op <= OP_ENDIF; ++op) t[op].in_skipped_branch = true;  // and OP_VERIF: invalid
  t[OP_IF].run = t[OP_NOTIF].run = op_if;
  t[OP_ELSE].run = op_else;
  t[OP_ENDIF].run = op_endif;
  t[OP_VERIFY] = {op_verify};
  t[OP_RETURN] = {[](ScriptMachine&, std::uint8_t) { return ScriptError::OP_RETURN; }};

  for (std::size_t op : {OP_CAT, OP_SUBSTR, OP_LEFT, OP_RIGHT, OP_INVERT, OP_AND, OP_OR, OP_XOR, OP_2MUL,
                         OP_2DIV, OP_MUL, OP_DIV, OP_MOD, OP_LSHIFT, OP_RSHIFT}) {
    t[op] = {disabled, true};
  }
}

}  // namespace pegkit::bitcoin
