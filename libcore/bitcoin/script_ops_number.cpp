#include <algorithm>

#include "bitcoin/script_ops.hpp"

namespace pegkit::bitcoin {
namespace {

using Number = std::int64_t;

/// An opcode that replaces `count` numbers on top by the result of `op`, a lambda without captures that takes
/// that many numbers.
template <std::size_t count, class Op>
OpEntry number_op(Op) {
  return {[](ScriptMachine& m, std::uint8_t) {
    if (m.stack.size() < count) return ScriptError::INVALID_STACK_OPERATION;
    std::array<Number, count> in;
    bool minimal = m.has(VERIFY_MINIMALDATA);
    for (std::size_t i = 0; i < count; ++i) {
      if (!m.stack.top(count - 1 - i).read_number(in[i], minimal)) return ScriptError::UNKNOWN_ERROR;
    }
    m.stack.pop(count - 1);
    m.stack.top() = StackElement::number(std::apply(Op{}, in));
    return ScriptError::OK;
  }};
}

ScriptError num_equal_verify(ScriptMachine& m, std::uint8_t) {
  static const OpEntry num_equal = number_op<2>([](Number a, Number b) -> Number { return a == b; });
  if (ScriptError error = num_equal.run(m, OP_NUMEQUAL); error != ScriptError::OK) return error;
  if (!m.stack.top().truth()) return ScriptError::NUMEQUALVERIFY;
  m.stack.pop();
  return ScriptError::OK;
}

}  // namespace

void add_number_ops(OpTable& t) {
  t[OP_1ADD] = number_op<1>([](Number a) { return a + 1; });
  t[OP_1SUB] = number_op<1>([](Number a) { return a - 1; });
  t[OP_NEGATE] = number_op<1>([](Number a) { return -a; });
  t[OP_ABS] = number_op<1>([](Number a) { return a < 0 ? -a : a; });
  t[OP_NOT] = number_op<1>([](Number a) -> Number { return a == 0; });
  t[OP_0NOTEQUAL] = number_op<1>([](Number a) -> Number { return a != 0; });

  t[OP_ADD] = number_op<2>([](Number a, Number b) { return a + b; });
  t[OP_SUB] = number_op<2>([](Number a, Number b) { return a - b; });
  t[OP_BOOLAND] = number_op<2>([](Number a, Number b) -> Number { return a != 0 && b != 0; });
  t[OP_BOOLOR] = number_op<2>([](Number a, Number b) -> Number { return a != 0 || b != 0; });
  t[OP_NUMEQUAL] = number_op<2>([](Number a, Number b) -> Number { return a == b; });
  t[OP_NUMEQUALVERIFY] = {num_equal_verify};
  t[OP_NUMNOTEQUAL] = number_op<2>([](Number a, Number b) -> Number { return a != b; });
  t[OP_LESSTHAN] = number_op<2>([](Number a, Number b) -> Number { return a < b; });
  t[OP_GREATERTHAN] = number_op<2>([](Number a, Number b) -> Number { return a > b; });
  t[OP_LESSTHANOREQUAL] = number_op<2>([](Number a, Number b) -> Number { return a <= b; });
  t[OP_GREATERTHANOREQUAL] = number_op<2>([](Number a, Number b) -> Number { return a >= b; });
  t[OP_MIN] = number_op<2>([](Number a, Number b) { return std::min(a, b); });
  t[OP_MAX] = number_op<2>([](Number a, Number b) { return std::max(a, b); });
  t[OP_WITHIN] = number_op<3>([](Number x, Number min, Number max) -> Number { return min <= x && x < max; });
}

}  // namespace pegkit::bitcoin
