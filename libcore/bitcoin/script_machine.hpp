#pragma once

#include <array>
#include <cstdint>

#include "bitcoin/instruction.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/script_stack.hpp"
#include "bitcoin/signature_checks.hpp"

namespace pegkit::bitcoin {

/// The open OP_IFs, of which only this is ever asked: how many are open, and is a branch not taken among
/// them.
class ConditionStack {
 public:
  bool empty() const { return depth_ == 0; }
  /// All open branches are taken: opcodes are executed.
  bool taken() const { return skipped_at_ == 0; }
  void open(bool taken_branch) {
    ++depth_;
    if (!taken_branch && taken()) skipped_at_ = depth_;
  }
  void turn() {
    if (taken()) {
      skipped_at_ = depth_;
    } else if (skipped_at_ == depth_) {
      skipped_at_ = 0;
    }
  }
  void close() {
    if (skipped_at_ == depth_) skipped_at_ = 0;
    --depth_;
  }

 private:
  std::uint32_t depth_ = 0;
  std::uint32_t skipped_at_ = 0;  ///< depth of the outermost branch that is not taken; 0: none
};

/// The script machine: stacks, and what the script that runs has done so far. Opcodes are functions over it,
/// found in a table of 256 (script_ops.hpp).
///
/// What is pushed on `stack` from outside, and every script run, must outlive the machine.
class ScriptMachine {
 public:
  ScriptMachine(ScriptRules script_rules, std::uint32_t script_flags, TransactionChecker& transaction)
      : rules(script_rules), flags(script_flags), checker(transaction) {}

  /// Runs one script on the stack as it is, with an empty altstack (EvalScript). After an error the stack is
  /// as the failing opcode left it.
  ScriptError run(ByteView script_bytes);

  bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
  /// The script from the last executed OP_CODESEPARATOR.
  ByteView script_code() const { return script.subspan(code_start); }
  void push_hash(ByteView hash) { stack.push(arena.store(hash, {&stack, &altstack})); }

  const ScriptRules rules;
  const std::uint32_t flags;
  TransactionChecker& checker;

  ScriptStack stack, altstack;
  HashArena arena;
  ConditionStack conditions;
  ByteView script;
  std::size_t position = 0;        ///< in bytes, behind the opcode that runs
  std::uint32_t opcode_index = 0;  ///< of the opcode that runs
  std::size_t code_start = 0;
  int ops = 0;                   ///< counted against max_ops_per_script
  TaprootContext taproot;        ///< tapscript only
  std::int64_t weight_left = 0;  ///< tapscript's budget for signatures (BIP342)
};

}  // namespace pegkit::bitcoin
