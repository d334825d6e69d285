#include "base/error.hpp"
#include "bitcoin/instruction.hpp"
#include "bitcoin/interpreter.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::int64_t witness_scale = 4;

/// The bytes that the scriptSig's last instruction pushes; nullopt when an instruction is truncated or
/// no push.
std::optional<ByteView> last_push(ByteView script_sig) {
  if (!is_push_only(script_sig)) return std::nullopt;
  const std::uint8_t* at = script_sig.data();
  const std::uint8_t* end = at + script_sig.size();
  std::uint8_t opcode;
  ByteView data;
  while (at != end) read_instruction(at, end, opcode, data);
  return data;
}

std::int64_t witness_program_sigops(const WitnessProgram& program, const Witness& witness) {
  if (program.version != 0) return 0;
  if (program.program.size() == 20) return 1;
  if (program.program.size() == 32 && !witness.empty()) return count_sigops(witness.back(), true);
  return 0;
}

std::int64_t witness_sigops(const TxIn& input, ByteView script_pubkey) {
  if (auto program = witness_program(script_pubkey)) return witness_program_sigops(*program, input.witness);
  if (!is_p2sh(script_pubkey)) return 0;
  std::optional<ByteView> redeem_script = last_push(input.script_sig);
  if (!redeem_script) return 0;
  auto program = witness_program(*redeem_script);
  return program ? witness_program_sigops(*program, input.witness) : 0;
}

}  // namespace

int count_sigops(ByteView script, bool accurate) {
  const std::uint8_t* at = script.data();
  const std::uint8_t* end = at + script.size();
  int count = 0;
  std::uint8_t opcode, last = OP_INVALIDOPCODE;
  ByteView data;
  while (at != end && read_instruction(at, end, opcode, data)) {
    if (opcode == OP_CHECKSIG || opcode == OP_CHECKSIGVERIFY) {
      ++count;
    } else if (opcode == OP_CHECKMULTISIG || opcode == OP_CHECKMULTISIGVERIFY) {
      count += accurate && last >= OP_1 && last <= OP_16 ? last - OP_1 + 1 : max_multisig_keys;
    }
    last = opcode;
  }
  return count;
}

std::int64_t sigop_cost(const Transaction& tx, const std::vector<TxOut>& spent, std::uint32_t flags) {
  std::int64_t legacy = 0;
  for (const TxIn& input : tx.inputs) legacy += count_sigops(input.script_sig, false);
  for (const TxOut& output : tx.outputs) legacy += count_sigops(output.script_pubkey, false);
  if (tx.is_coinbase()) return legacy * witness_scale;
  if (spent.size() != tx.inputs.size()) {
    throw input_error("sighash.prevouts", "the outputs spent must be as many as the transaction's inputs");
  }

  std::int64_t witness = 0;
  for (std::size_t i = 0; i < tx.inputs.size(); ++i) {
    const Script& script = spent[i].script_pubkey;
    if ((flags & VERIFY_P2SH) && is_p2sh(script)) {
      if (auto redeem_script = last_push(tx.inputs[i].script_sig))
        legacy += count_sigops(*redeem_script, true);
    }
    if (flags & VERIFY_WITNESS) witness += witness_sigops(tx.inputs[i], script);
  }
  return legacy * witness_scale + witness;
}

}  // namespace pegkit::bitcoin
