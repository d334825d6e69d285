#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bitcoin/sighash.hpp"
#include "bitcoin/transaction.hpp"

namespace pegkit::bitcoin {

/// Bitcoin Core's SCRIPT_VERIFY_ flags, with the same bits (script/interpreter.h).
enum ScriptFlags : std::uint32_t {
  VERIFY_NONE = 0,
  VERIFY_P2SH = 1u << 0,
  VERIFY_STRICTENC = 1u << 1,
  VERIFY_DERSIG = 1u << 2,
  VERIFY_LOW_S = 1u << 3,
  VERIFY_NULLDUMMY = 1u << 4,
  VERIFY_SIGPUSHONLY = 1u << 5,
  VERIFY_MINIMALDATA = 1u << 6,
  VERIFY_DISCOURAGE_UPGRADABLE_NOPS = 1u << 7,
  VERIFY_CLEANSTACK = 1u << 8,
  VERIFY_CHECKLOCKTIMEVERIFY = 1u << 9,
  VERIFY_CHECKSEQUENCEVERIFY = 1u << 10,
  VERIFY_WITNESS = 1u << 11,
  VERIFY_DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM = 1u << 12,
  VERIFY_MINIMALIF = 1u << 13,
  VERIFY_NULLFAIL = 1u << 14,
  VERIFY_WITNESS_PUBKEYTYPE = 1u << 15,
  VERIFY_CONST_SCRIPTCODE = 1u << 16,
  VERIFY_TAPROOT = 1u << 17,
  VERIFY_DISCOURAGE_UPGRADABLE_TAPROOT_VERSION = 1u << 18,
  VERIFY_DISCOURAGE_OP_SUCCESS = 1u << 19,
  VERIFY_DISCOURAGE_UPGRADABLE_PUBKEYTYPE = 1u << 20,
};
/// The flags that blocks must obey today, and those of mempool policy (Bitcoin Core's MANDATORY
/// and STANDARD_SCRIPT_VERIFY_FLAGS).
extern const std::uint32_t consensus_flags;
extern const std::uint32_t standard_flags;
/// Reads a list such as "P2SH,WITNESS,TAPROOT"; an empty one is no flags. Throws Error `flags.unknown`
/// (exit 3).
std::uint32_t parse_flags(std::string_view list);
/// The names of parse_flags, joined by commas.
std::string format_flags(std::uint32_t flags);

/// Bitcoin Core's ScriptError, in its order. script_error_name gives the names of script_tests.json, such as
/// "SCHNORR_SIG", and "OK".
enum class ScriptError {
  OK,
  UNKNOWN_ERROR,
  EVAL_FALSE,
  OP_RETURN,
  SCRIPT_SIZE,
  PUSH_SIZE,
  OP_COUNT,
  STACK_SIZE,
  SIG_COUNT,
  PUBKEY_COUNT,
  VERIFY,
  EQUALVERIFY,
  CHECKMULTISIGVERIFY,
  CHECKSIGVERIFY,
  NUMEQUALVERIFY,
  BAD_OPCODE,
  DISABLED_OPCODE,
  INVALID_STACK_OPERATION,
  INVALID_ALTSTACK_OPERATION,
  UNBALANCED_CONDITIONAL,
  NEGATIVE_LOCKTIME,
  UNSATISFIED_LOCKTIME,
  SIG_HASHTYPE,
  SIG_DER,
  MINIMALDATA,
  SIG_PUSHONLY,
  SIG_HIGH_S,
  SIG_NULLDUMMY,
  PUBKEYTYPE,
  CLEANSTACK,
  MINIMALIF,
  NULLFAIL,
  DISCOURAGE_UPGRADABLE_NOPS,
  DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM,
  DISCOURAGE_UPGRADABLE_TAPROOT_VERSION,
  DISCOURAGE_OP_SUCCESS,
  DISCOURAGE_UPGRADABLE_PUBKEYTYPE,
  WITNESS_PROGRAM_WRONG_LENGTH,
  WITNESS_PROGRAM_WITNESS_EMPTY,
  WITNESS_PROGRAM_MISMATCH,
  WITNESS_MALLEATED,
  WITNESS_MALLEATED_P2SH,
  WITNESS_UNEXPECTED,
  WITNESS_PUBKEYTYPE,
  SCHNORR_SIG_SIZE,
  SCHNORR_SIG_HASHTYPE,
  SCHNORR_SIG,
  TAPROOT_WRONG_CONTROL_SIZE,
  TAPSCRIPT_VALIDATION_WEIGHT,
  TAPSCRIPT_CHECKMULTISIG,
  TAPSCRIPT_MINIMALIF,
  TAPSCRIPT_EMPTY_PUBKEY,
  OP_CODESEPARATOR,
  SIG_FINDANDDELETE
};
const char* script_error_name(ScriptError error);
/// bitcoind's text for an error, such as "Invalid Schnorr signature" (Bitcoin Core's ScriptErrorString).
const char* script_error_text(ScriptError error);

/// Verifies one input with a scriptSig and witness that need not be its own. `amount` is the value of the
/// output spent, `script_pubkey` its script.
ScriptError verify_script(ByteView script_sig, ByteView script_pubkey, const Witness& witness,
                          std::uint32_t flags, const SighashCache& cache, std::size_t input, Sat amount);
/// Verifies an input of the cache's transaction against cache.spent()[input]. Throws Error (exit 3):
/// `sighash.input` when there is no such input, `sighash.prevouts` when the cache has no spent outputs.
ScriptError verify_input(const SighashCache& cache, std::size_t input, std::uint32_t flags = standard_flags);

/// Number of signature operations in a script, by the legacy count. A CHECKMULTISIG counts 20; with
/// `accurate` it counts the number of keys pushed before it (BIP16).
int count_sigops(ByteView script, bool accurate);
/// BIP141 signature-operation cost of a transaction that spends the outputs `spent`, in the order of its
/// inputs. Throws Error `sighash.prevouts` (exit 3) for another number of them, unless it is a coinbase.
std::int64_t sigop_cost(const Transaction& tx, const std::vector<TxOut>& spent, std::uint32_t flags);

}  // namespace pegkit::bitcoin
