#include "bitcoin/interpreter.hpp"

#include <span>

#include "base/error.hpp"
#include "bitcoin/instruction.hpp"
#include "bitcoin/script_machine.hpp"
#include "bitcoin/taproot.hpp"
#include "crypto/hash.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::uint8_t annex_tag = 0x50;
constexpr std::int64_t tapscript_weight_offset = 50;  // BIP342: budget for one signature, beside the witness

using WitnessItems = std::span<const Bytes>;

ScriptError true_on_top(const ScriptStack& stack) {
  return !stack.empty() && stack.top().truth() ? ScriptError::OK : ScriptError::EVAL_FALSE;
}

/// The size in bytes of a witness as serialized in a transaction.
std::int64_t serialized_size(const Witness& witness) {
  auto prefix = [](std::size_t n) { return n < 0xfd ? 1 : n <= 0xffff ? 3 : n <= 0xffffffff ? 5 : 9; };
  std::int64_t size = prefix(witness.size());
  for (const Bytes& item : witness) size += prefix(item.size()) + static_cast<std::int64_t>(item.size());
  return size;
}

/// Verifies one input. Holds what the parts of the verification share.
class InputVerifier {
 public:
  InputVerifier(const Witness& witness, std::uint32_t flags, TransactionChecker& checker)
      : witness_(witness), flags_(flags), checker_(checker) {}

  ScriptError verify(ByteView script_sig, ByteView script_pubkey);

 private:
  bool has(std::uint32_t flag) const { return (flags_ & flag) != 0; }
  ScriptError verify_p2sh(ScriptMachine& machine, ByteView script_sig,
                          const std::vector<StackElement>& pushed);
  ScriptError verify_program(const WitnessProgram& program, bool in_p2sh);
  ScriptError verify_witness_v0(ByteView program);
  ScriptError verify_taproot(ByteView output_key);
  ScriptError verify_leaf(ByteView output_key, WitnessItems items, TaprootContext context);
  ScriptError run_tapscript(ByteView script, WitnessItems arguments, const TaprootContext& context);
  ScriptError run_witness_script(ScriptMachine& machine, ByteView script, WitnessItems arguments);

  const Witness& witness_;
  const std::uint32_t flags_;
  TransactionChecker& checker_;
  Script redeem_script_;
  bool is_witness_spend_ = false;
};

ScriptError InputVerifier::verify(ByteView script_sig, ByteView script_pubkey) {
  if (has(VERIFY_SIGPUSHONLY) && !is_push_only(script_sig)) return ScriptError::SIG_PUSHONLY;

  ScriptMachine machine(ScriptRules::legacy, flags_, checker_);
  ScriptStack& stack = machine.stack;
  if (ScriptError error = machine.run(script_sig); error != ScriptError::OK) return error;

  const bool p2sh = has(VERIFY_P2SH) && is_p2sh(script_pubkey);
  const bool literal = p2sh && is_push_only(script_sig);
  std::vector<StackElement> pushed;
  if (literal) {
    for (std::size_t i = stack.size(); i > 0; --i) pushed.push_back(stack.top(i - 1));
  }
  if (ScriptError error = machine.run(script_pubkey); error != ScriptError::OK) return error;
  if (ScriptError error = true_on_top(stack); error != ScriptError::OK) return error;

  if (has(VERIFY_WITNESS)) {
    if (auto program = witness_program(script_pubkey)) {
      if (!script_sig.empty()) return ScriptError::WITNESS_MALLEATED;
      if (ScriptError error = verify_program(*program, false); error != ScriptError::OK) return error;
    }
  }
  if (p2sh) {
    if (!literal) return ScriptError::SIG_PUSHONLY;
    if (ScriptError error = verify_p2sh(machine, script_sig, pushed); error != ScriptError::OK) return error;
  }

  // For a witness spend, the witness script's own stack was checked; here a program's two elements remain.
  if (has(VERIFY_CLEANSTACK) && !is_witness_spend_ && stack.size() != 1) return ScriptError::CLEANSTACK;
  if (has(VERIFY_WITNESS) && !is_witness_spend_ && !witness_.empty()) return ScriptError::WITNESS_UNEXPECTED;
  return ScriptError::OK;
}

/// BIP16: the element that the scriptSig pushed last is a script; it runs on the elements below it.
ScriptError InputVerifier::verify_p2sh(ScriptMachine& machine, ByteView script_sig,
                                       const std::vector<StackElement>& pushed) {
  redeem_script_ = to_bytes(pushed.back().bytes());
  machine.stack.clear();
  for (std::size_t i = 0; i + 1 < pushed.size(); ++i) machine.stack.push(pushed[i]);
  if (ScriptError error = machine.run(redeem_script_); error != ScriptError::OK) return error;
  if (ScriptError error = true_on_top(machine.stack); error != ScriptError::OK) return error;

  if (!has(VERIFY_WITNESS)) return ScriptError::OK;
  auto program = witness_program(redeem_script_);
  if (!program) return ScriptError::OK;
  if (!equal(script_sig, plain_push(redeem_script_))) return ScriptError::WITNESS_MALLEATED_P2SH;
  return verify_program(*program, true);
}

/// BIP141. An unknown version or length is valid, so that a soft fork can give it rules.
ScriptError InputVerifier::verify_program(const WitnessProgram& program, bool in_p2sh) {
  static constexpr ByteArray<2> anchor{0x4e, 0x73};
  is_witness_spend_ = true;
  if (program.version == 0) return verify_witness_v0(program.program);
  if (program.version == 1 && !in_p2sh) {
    if (program.program.size() == 32)
      return has(VERIFY_TAPROOT) ? verify_taproot(program.program) : ScriptError::OK;
    if (equal(program.program, anchor)) return ScriptError::OK;
  }
  return has(VERIFY_DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM)
             ? ScriptError::DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM
             : ScriptError::OK;
}

ScriptError InputVerifier::verify_witness_v0(ByteView program) {
  ScriptMachine machine(ScriptRules::witness_v0, flags_, checker_);
  WitnessItems items = witness_;
  if (program.size() == 20) {
    if (items.size() != 2) return ScriptError::WITNESS_PROGRAM_MISMATCH;
    ByteArray<25> script{OP_DUP, OP_HASH160, 20};
    std::ranges::copy(program, script.begin() + 3);
    script[23] = OP_EQUALVERIFY;
    script[24] = OP_CHECKSIG;
    return run_witness_script(machine, script, items);
  }
  if (program.size() != 32) return ScriptError::WITNESS_PROGRAM_WRONG_LENGTH;
  if (items.empty()) return ScriptError::WITNESS_PROGRAM_WITNESS_EMPTY;
  const Bytes& script = items.back();
  if (!equal(crypto::sha256(script), program)) return ScriptError::WITNESS_PROGRAM_MISMATCH;
  return run_witness_script(machine, script, items.first(items.size() - 1));
}

ScriptError InputVerifier::verify_taproot(ByteView output_key) {
  WitnessItems items = witness_;
  if (items.empty()) return ScriptError::WITNESS_PROGRAM_WITNESS_EMPTY;
  TaprootContext context;
  if (items.size() >= 2 && !items.back().empty() && items.back()[0] == annex_tag) {
    context.annex_hash = taproot_annex_hash(items.back());
    items = items.first(items.size() - 1);
  }
  if (items.size() == 1) return checker_.schnorr(items[0], output_key, context);
  return verify_leaf(output_key, items, context);
}

ScriptError InputVerifier::verify_leaf(ByteView output_key, WitnessItems items, TaprootContext context) {
  const Bytes& script = items[items.size() - 2];
  std::optional<ControlBlock> control = ControlBlock::parse(items.back());
  if (!control) return ScriptError::TAPROOT_WRONG_CONTROL_SIZE;
  const TapNode leaf_hash = tapleaf_hash(script, control->leaf_version);
  if (!verify_taproot_commitment(*control, output_key, leaf_hash))
    return ScriptError::WITNESS_PROGRAM_MISMATCH;
  if (control->leaf_version != tapscript_version) {
    return has(VERIFY_DISCOURAGE_UPGRADABLE_TAPROOT_VERSION)
               ? ScriptError::DISCOURAGE_UPGRADABLE_TAPROOT_VERSION
               : ScriptError::OK;
  }
  context.leaf_hash = &leaf_hash;
  return run_tapscript(script, items.first(items.size() - 2), context);
}

/// BIP342. An OP_SUCCESS anywhere makes the script valid, even when a later instruction is malformed.
ScriptError InputVerifier::run_tapscript(ByteView script, WitnessItems arguments,
                                         const TaprootContext& context) {
  const std::uint8_t* at = script.data();
  const std::uint8_t* end = at + script.size();
  std::uint8_t opcode;
  ByteView data;
  while (at != end) {
    if (!read_instruction(at, end, opcode, data)) return ScriptError::BAD_OPCODE;
    if (is_op_success(opcode)) {
      return has(VERIFY_DISCOURAGE_OP_SUCCESS) ? ScriptError::DISCOURAGE_OP_SUCCESS : ScriptError::OK;
    }
  }
  if (arguments.size() > max_stack_size) return ScriptError::STACK_SIZE;
  ScriptMachine machine(ScriptRules::tapscript, flags_, checker_);
  machine.taproot = context;
  machine.weight_left = serialized_size(witness_) + tapscript_weight_offset;
  return run_witness_script(machine, script, arguments);
}

ScriptError InputVerifier::run_witness_script(ScriptMachine& machine, ByteView script,
                                              WitnessItems arguments) {
  for (const Bytes& argument : arguments) {
    if (argument.size() > max_push_size) return ScriptError::PUSH_SIZE;
    machine.stack.push(StackElement::view(argument));
  }
  if (ScriptError error = machine.run(script); error != ScriptError::OK) return error;
  if (machine.stack.size() != 1) return ScriptError::CLEANSTACK;
  return true_on_top(machine.stack);
}

}  // namespace

ScriptError verify_script(ByteView script_sig, ByteView script_pubkey, const Witness& witness,
                          std::uint32_t flags, const SighashCache& cache, std::size_t input, Sat amount) {
  TransactionChecker checker(cache, input, amount);
  return InputVerifier(witness, flags, checker).verify(script_sig, script_pubkey);
}

ScriptError verify_input(const SighashCache& cache, std::size_t input, std::uint32_t flags) {
  if (input >= cache.tx().inputs.size()) {
    throw input_error("sighash.input", "the transaction has no such input");
  }
  if (cache.spent().empty()) {
    throw input_error("sighash.prevouts", "an input cannot be verified without the output that it spends");
  }
  const TxIn& in = cache.tx().inputs[input];
  const TxOut& out = cache.spent()[input];
  return verify_script(in.script_sig, out.script_pubkey, in.witness, flags, cache, input, out.value);
}

}  // namespace pegkit::bitcoin
