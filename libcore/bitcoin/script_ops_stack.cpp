#include "bitcoin/script_ops.hpp"

namespace pegkit::bitcoin {
namespace {

ScriptError to_altstack(ScriptMachine& m, std::uint8_t) {
  if (m.stack.empty()) return ScriptError::INVALID_STACK_OPERATION;
  m.altstack.push(m.stack.top());
  m.stack.pop();
  return ScriptError::OK;
}

ScriptError from_altstack(ScriptMachine& m, std::uint8_t) {
  if (m.altstack.empty()) return ScriptError::INVALID_ALTSTACK_OPERATION;
  m.stack.push(m.altstack.top());
  m.altstack.pop();
  return ScriptError::OK;
}

ScriptError pick_or_roll(ScriptMachine& m, std::uint8_t opcode) {
  if (m.stack.size() < 2) return ScriptError::INVALID_STACK_OPERATION;
  std::int64_t depth;
  if (!m.stack.top().read_number(depth, m.has(VERIFY_MINIMALDATA))) return ScriptError::UNKNOWN_ERROR;
  m.stack.pop();
  if (depth < 0 || depth >= static_cast<std::int64_t>(m.stack.size()))
    return ScriptError::INVALID_STACK_OPERATION;
  if (opcode == OP_ROLL) {
    m.stack.roll(static_cast<std::size_t>(depth));
  } else {
    m.stack.push(m.stack.top(static_cast<std::size_t>(depth)));
  }
  return ScriptError::OK;
}

ScriptError equal_verify(ScriptMachine& m, std::uint8_t) {
  if (m.stack.size() < 2) return ScriptError::INVALID_STACK_OPERATION;
  bool equal = m.stack.top(1) == m.stack.top();
  m.stack.pop(2);
  return equal ? ScriptError::OK : ScriptError::EQUALVERIFY;
}

/// Copies the element `depth` below the top to the top, `times` times. This copies a group of
/// `times` elements.
void copy_up(ScriptStack& s, std::size_t depth, int times) {
  for (int i = 0; i < times; ++i) s.push(s.top(depth));
}

}  // namespace

void add_stack_ops(OpTable& t) {
  t[OP_TOALTSTACK] = {to_altstack};
  t[OP_FROMALTSTACK] = {from_altstack};
  t[OP_2DROP] = stack_op<2>([](ScriptStack& s) { s.pop(2); });
  t[OP_2DUP] = stack_op<2>([](ScriptStack& s) { copy_up(s, 1, 2); });
  t[OP_3DUP] = stack_op<3>([](ScriptStack& s) { copy_up(s, 2, 3); });
  t[OP_2OVER] = stack_op<4>([](ScriptStack& s) { copy_up(s, 3, 2); });
  t[OP_2ROT] = stack_op<6>([](ScriptStack& s) {
    s.roll(5);
    s.roll(5);
  });
  t[OP_2SWAP] = stack_op<4>([](ScriptStack& s) {
    s.swap(3, 1);
    s.swap(2, 0);
  });
  t[OP_IFDUP] = stack_op<1>([](ScriptStack& s) {
    if (s.top().truth()) s.push(s.top());
  });
  t[OP_DEPTH] =
      stack_op<0>([](ScriptStack& s) { s.push(StackElement::number(static_cast<std::int64_t>(s.size()))); });
  t[OP_DROP] = stack_op<1>([](ScriptStack& s) { s.pop(); });
  t[OP_DUP] = stack_op<1>([](ScriptStack& s) { s.push(s.top()); });
  t[OP_NIP] = stack_op<2>([](ScriptStack& s) {
    s.swap(1, 0);
    s.pop();
  });
  t[OP_OVER] = stack_op<2>([](ScriptStack& s) { s.push(s.top(1)); });
  t[OP_PICK] = t[OP_ROLL] = {pick_or_roll};
  t[OP_ROT] = stack_op<3>([](ScriptStack& s) { s.roll(2); });
  t[OP_SWAP] = stack_op<2>([](ScriptStack& s) { s.swap(1, 0); });
  t[OP_TUCK] = stack_op<2>([](ScriptStack& s) {
    s.push(s.top());
    s.bury(2);
  });
  t[OP_SIZE] = stack_op<1>(
      [](ScriptStack& s) { s.push(StackElement::number(static_cast<std::int64_t>(s.top().size()))); });
  t[OP_EQUAL] = stack_op<2>([](ScriptStack& s) {
    bool equal = s.top(1) == s.top();
    s.pop();
    s.top() = StackElement::boolean(equal);
  });
  t[OP_EQUALVERIFY] = {equal_verify};
}

}  // namespace pegkit::bitcoin
