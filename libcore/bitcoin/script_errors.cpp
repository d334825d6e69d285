#include <array>

#include "bitcoin/interpreter.hpp"

namespace pegkit::bitcoin {
namespace {

struct ErrorText {
  ScriptError error;
  const char* name;
  const char* text;
};

#define PEGKIT_ERROR(name, text)   \
  ErrorText {                      \
    ScriptError::name, #name, text \
  }
constexpr std::array errors{
    PEGKIT_ERROR(OK, "No error"),
    PEGKIT_ERROR(UNKNOWN_ERROR, "unknown error"),
    PEGKIT_ERROR(EVAL_FALSE,
                 "Script evaluated without error but finished with a false/empty top stack element"),
    PEGKIT_ERROR(OP_RETURN, "OP_RETURN was encountered"),
    PEGKIT_ERROR(SCRIPT_SIZE, "Script is too big"),
    PEGKIT_ERROR(PUSH_SIZE, "Push value size limit exceeded"),
    PEGKIT_ERROR(OP_COUNT, "Operation limit exceeded"),
    PEGKIT_ERROR(STACK_SIZE, "Stack size limit exceeded"),
    PEGKIT_ERROR(SIG_COUNT, "Signature count negative or greater than pubkey count"),
    PEGKIT_ERROR(PUBKEY_COUNT, "Pubkey count negative or limit exceeded"),
    PEGKIT_ERROR(VERIFY, "Script failed an OP_VERIFY operation"),
    PEGKIT_ERROR(EQUALVERIFY, "Script failed an OP_EQUALVERIFY operation"),
    PEGKIT_ERROR(CHECKMULTISIGVERIFY, "Script failed an OP_CHECKMULTISIGVERIFY operation"),
    PEGKIT_ERROR(CHECKSIGVERIFY, "Script failed an OP_CHECKSIGVERIFY operation"),
    PEGKIT_ERROR(NUMEQUALVERIFY, "Script failed an OP_NUMEQUALVERIFY operation"),
    PEGKIT_ERROR(BAD_OPCODE, "Opcode missing or not understood"),
    PEGKIT_ERROR(DISABLED_OPCODE, "Attempted to use a disabled opcode"),
    PEGKIT_ERROR(INVALID_STACK_OPERATION, "Operation not valid with the current stack size"),
    PEGKIT_ERROR(INVALID_ALTSTACK_OPERATION, "Operation not valid with the current altstack size"),
    PEGKIT_ERROR(UNBALANCED_CONDITIONAL, "Invalid OP_IF construction"),
    PEGKIT_ERROR(NEGATIVE_LOCKTIME, "Negative locktime"),
    PEGKIT_ERROR(UNSATISFIED_LOCKTIME, "Locktime requirement not satisfied"),
    PEGKIT_ERROR(SIG_HASHTYPE, "Signature hash type missing or not understood"),
    PEGKIT_ERROR(SIG_DER, "Non-canonical DER signature"),
    PEGKIT_ERROR(MINIMALDATA, "Data push larger than necessary"),
    PEGKIT_ERROR(SIG_PUSHONLY, "Only push operators allowed in signatures"),
    PEGKIT_ERROR(SIG_HIGH_S, "Non-canonical signature: S value is unnecessarily high"),
    PEGKIT_ERROR(SIG_NULLDUMMY, "Dummy CHECKMULTISIG argument must be zero"),
    PEGKIT_ERROR(PUBKEYTYPE, "Public key is neither compressed or uncompressed"),
    PEGKIT_ERROR(CLEANSTACK, "Stack size must be exactly one after execution"),
    PEGKIT_ERROR(MINIMALIF, "OP_IF/NOTIF argument must be minimal"),
    PEGKIT_ERROR(NULLFAIL, "Signature must be zero for failed CHECK(MULTI)SIG operation"),
    PEGKIT_ERROR(DISCOURAGE_UPGRADABLE_NOPS, "NOPx reserved for soft-fork upgrades"),
    PEGKIT_ERROR(DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM, "Witness version reserved for soft-fork upgrades"),
    PEGKIT_ERROR(DISCOURAGE_UPGRADABLE_TAPROOT_VERSION, "Taproot version reserved for soft-fork upgrades"),
    PEGKIT_ERROR(DISCOURAGE_OP_SUCCESS, "OP_SUCCESSx reserved for soft-fork upgrades"),
    PEGKIT_ERROR(DISCOURAGE_UPGRADABLE_PUBKEYTYPE, "Public key version reserved for soft-fork upgrades"),
    PEGKIT_ERROR(WITNESS_PROGRAM_WRONG_LENGTH, "Witness program has incorrect length"),
    PEGKIT_ERROR(WITNESS_PROGRAM_WITNESS_EMPTY, "Witness program was passed an empty witness"),
    PEGKIT_ERROR(WITNESS_PROGRAM_MISMATCH, "Witness program hash mismatch"),
    PEGKIT_ERROR(WITNESS_MALLEATED, "Witness requires empty scriptSig"),
    PEGKIT_ERROR(WITNESS_MALLEATED_P2SH, "Witness requires only-redeemscript scriptSig"),
    PEGKIT_ERROR(WITNESS_UNEXPECTED, "Witness provided for non-witness script"),
    PEGKIT_ERROR(WITNESS_PUBKEYTYPE, "Using non-compressed keys in segwit"),
    PEGKIT_ERROR(SCHNORR_SIG_SIZE, "Invalid Schnorr signature size"),
    PEGKIT_ERROR(SCHNORR_SIG_HASHTYPE, "Invalid Schnorr signature hash type"),
    PEGKIT_ERROR(SCHNORR_SIG, "Invalid Schnorr signature"),
    PEGKIT_ERROR(TAPROOT_WRONG_CONTROL_SIZE, "Invalid Taproot control block size"),
    PEGKIT_ERROR(TAPSCRIPT_VALIDATION_WEIGHT, "Too much signature validation relative to witness weight"),
    PEGKIT_ERROR(TAPSCRIPT_CHECKMULTISIG, "OP_CHECKMULTISIG(VERIFY) is not available in tapscript"),
    PEGKIT_ERROR(TAPSCRIPT_MINIMALIF, "OP_IF/NOTIF argument must be minimal in tapscript"),
    PEGKIT_ERROR(TAPSCRIPT_EMPTY_PUBKEY, "Empty public key in tapscript"),
    PEGKIT_ERROR(OP_CODESEPARATOR, "Using OP_CODESEPARATOR in non-witness script"),
    PEGKIT_ERROR(SIG_FINDANDDELETE, "Signature is found in scriptCode"),
};
#undef PEGKIT_ERROR

constexpr bool in_order() {
  for (std::size_t i = 0; i < errors.size(); ++i) {
    if (errors[i].error != static_cast<ScriptError>(i)) return false;
  }
  return errors.back().error == ScriptError::SIG_FINDANDDELETE;
}
static_assert(in_order());

const ErrorText& entry(ScriptError error) {
  auto index = static_cast<std::size_t>(error);
  return errors[index < errors.size() ? index : static_cast<std::size_t>(ScriptError::UNKNOWN_ERROR)];
}

}  // namespace

const char* script_error_name(ScriptError error) {
  return entry(error).name;
}
const char* script_error_text(ScriptError error) {
  return entry(error).text;
}

}  // namespace pegkit::bitcoin
