#pragma once

#include <array>
#include <cstdint>

#include "bitcoin/instruction.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/script_stack.hpp"
#include "bitcoin/signature_checks.hpp"

namespace pegkit::bitcoin {

/// The open OP_IFs of a script. Two numbers say all that a script asks of them: how many are open, and the
/// depth of the outermost branch that is not taken.
class ConditionStack {
 public:
  bool empty() const { return depth_ == 0; }
  /// True when all open branches are taken, so that opcodes are executed.
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

/// The script machine: its stacks and the state of the script that runs. Opcodes are functions of it, listed
/// in a table of 256 (script_ops.hpp).
///
/// Bytes pushed on `stack` from outside, and every script that it runs, must outlive the machine.
class ScriptMachine {
 public:
  ScriptMachine(ScriptRules script_rules, std::uint32_t script_flags, TransactionChecker& transaction)
      : rules(script_rules), flags(script_flags), checker(transaction) {}

  /// Runs one script on the present stack with an empty altstack (Bitcoin Core's EvalScript). After an error
  /// the stack is as the failing opcode left it.
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
  std::uint32_t opcode_index = 0;  ///< number of the opcode that runs, from 0
  std::size_t code_start = 0;      ///< in bytes, behind the last executed OP_CODESEPARATOR
  int ops = 0;                     ///< counted against max_ops_per_script
  TaprootContext taproot;          ///< used by tapscript only
  std::int64_t weight_left = 0;    ///< tapscript's budget for signatures (BIP342)
};

}  // namespace pegkit::bitcoin
