#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "bitcoin/script_machine.hpp"
#include "bitcoin/taproot.hpp"

namespace pegkit::gadgets::test {

/// A bare script under tapscript's rules and all standard flags, in an arbitrary transaction.
struct ScriptRun {
  bitcoin::ScriptError error;
  std::vector<Bytes> stack;  ///< what is left on the main stack, from the bottom to the top
  std::size_t alt_height;

  /// The stack as numbers.
  std::vector<std::int64_t> numbers() const {
    std::vector<std::int64_t> out;
    for (const Bytes& bytes : stack) {
      std::int64_t value = 0;
      bitcoin::StackElement::view(bytes).read_number(value, true);
      out.push_back(value);
    }
    return out;
  }
  /// True when exactly one element is left, on the main stack, and it is 1 or empty as `expected` says.
  bool leaves(bool expected) const {
    return error == bitcoin::ScriptError::OK && alt_height == 0 && stack.size() == 1 &&
           stack[0] == (expected ? Bytes{1} : Bytes{});
  }
};

/// Runs the script on the elements given, from the bottom to the top.
inline ScriptRun run_script(ByteView script, std::span<const Bytes> entry) {
  using namespace bitcoin;
  static const Transaction tx = [] {
    Transaction t;
    t.inputs.resize(1);
    t.outputs.push_back({Sat(9'000), p2tr_script(nums_point())});
    return t;
  }();
  static const SighashCache cache(tx, {{Sat(10'000), p2tr_script(nums_point())}});
  TransactionChecker checker(cache, 0, Sat(10'000));
  ScriptMachine machine(ScriptRules::tapscript, standard_flags, checker);
  for (const Bytes& element : entry) machine.stack.push(StackElement::view(element));
  ScriptRun out{machine.run(script), {}, machine.altstack.size()};
  for (std::size_t i = machine.stack.size(); i > 0; --i)
    out.stack.push_back(to_bytes(machine.stack.top(i - 1).bytes()));
  return out;
}

/// The same on numbers, minimally encoded.
inline ScriptRun run_script(ByteView script, std::span<const std::int64_t> entry) {
  std::vector<Bytes> elements;
  for (std::int64_t value : entry) elements.push_back(bitcoin::script_number(value));
  return run_script(script, elements);
}
inline ScriptRun run_script(ByteView script, std::initializer_list<std::int64_t> entry) {
  return run_script(script, std::span<const std::int64_t>(entry.begin(), entry.size()));
}

}  // namespace pegkit::gadgets::test
