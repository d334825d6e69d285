#include "bitcoin/script_ops.hpp"
#include "crypto/hash.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::int64_t weight_per_signature = 50;  // BIP342

template <auto hash>
ScriptError hash_op(ScriptMachine& m, std::uint8_t) {
  if (m.stack.empty()) return ScriptError::INVALID_STACK_OPERATION;
  auto result = hash(m.stack.top().bytes());
  m.stack.pop();
  m.push_hash(result);
  return ScriptError::OK;
}

ScriptError code_separator(ScriptMachine& m, std::uint8_t) {
  if (m.rules == ScriptRules::legacy && m.has(VERIFY_CONST_SCRIPTCODE)) return ScriptError::OP_CODESEPARATOR;
  if (!m.conditions.taken()) return ScriptError::OK;
  m.code_start = m.position;
  m.taproot.codesep_position = m.opcode_index;
  return ScriptError::OK;
}

/// The script code that signatures commit to. Before segwit the signatures themselves are removed from it,
/// because they cannot sign themselves.
class ScriptCode {
 public:
  explicit ScriptCode(const ScriptMachine& m) : view_(m.script_code()) {}
  ByteView view() const { return view_; }
  ScriptError remove(const ScriptMachine& m, ByteView signature) {
    if (m.rules != ScriptRules::legacy) return ScriptError::OK;
    std::optional<Script> rest = find_and_delete(view_, plain_push(signature));
    if (!rest) return ScriptError::OK;
    if (m.has(VERIFY_CONST_SCRIPTCODE)) return ScriptError::SIG_FINDANDDELETE;
    without_ = std::move(*rest);
    view_ = without_;
    return ScriptError::OK;
  }

 private:
  ByteView view_;
  Script without_;
};

ScriptError check_ecdsa(ScriptMachine& m, ByteView signature, ByteView key, bool& valid) {
  ScriptCode code(m);
  if (ScriptError error = code.remove(m, signature); error != ScriptError::OK) return error;
  if (ScriptError error = check_ecdsa_encoding(signature, key, m.flags, m.rules); error != ScriptError::OK) {
    return error;
  }
  valid = m.checker.ecdsa(signature, key, code.view(), m.rules);
  return !valid && m.has(VERIFY_NULLFAIL) && !signature.empty() ? ScriptError::NULLFAIL : ScriptError::OK;
}

/// Checks a tapscript signature in the order that BIP342 prescribes. An empty signature gives false, a wrong
/// one an error. A signature under an unknown key type is valid, but counts against the budget.
ScriptError check_schnorr(ScriptMachine& m, ByteView signature, ByteView key, bool& valid) {
  valid = !signature.empty();
  if (valid) {
    m.weight_left -= weight_per_signature;
    if (m.weight_left < 0) return ScriptError::TAPSCRIPT_VALIDATION_WEIGHT;
  }
  if (key.empty()) return ScriptError::PUBKEYTYPE;
  if (key.size() != 32) {
    return m.has(VERIFY_DISCOURAGE_UPGRADABLE_PUBKEYTYPE) ? ScriptError::DISCOURAGE_UPGRADABLE_PUBKEYTYPE
                                                          : ScriptError::OK;
  }
  return valid ? m.checker.schnorr(signature, key, m.taproot) : ScriptError::OK;
}

ScriptError check_signature(ScriptMachine& m, ByteView signature, ByteView key, bool& valid) {
  return m.rules == ScriptRules::tapscript ? check_schnorr(m, signature, key, valid)
                                           : check_ecdsa(m, signature, key, valid);
}

ScriptError check_sig(ScriptMachine& m, std::uint8_t opcode) {
  if (m.stack.size() < 2) return ScriptError::INVALID_STACK_OPERATION;
  bool valid = false;
  ScriptError error = check_signature(m, m.stack.top(1).bytes(), m.stack.top().bytes(), valid);
  if (error != ScriptError::OK) return error;
  m.stack.pop(2);
  if (opcode == OP_CHECKSIGVERIFY) return valid ? ScriptError::OK : ScriptError::CHECKSIGVERIFY;
  m.stack.push(StackElement::boolean(valid));
  return ScriptError::OK;
}

ScriptError check_sig_add(ScriptMachine& m, std::uint8_t) {
  if (m.rules != ScriptRules::tapscript) return ScriptError::BAD_OPCODE;
  if (m.stack.size() < 3) return ScriptError::INVALID_STACK_OPERATION;
  std::int64_t count;
  if (!m.stack.top(1).read_number(count, m.has(VERIFY_MINIMALDATA))) return ScriptError::UNKNOWN_ERROR;
  bool valid = false;
  ScriptError error = check_signature(m, m.stack.top(2).bytes(), m.stack.top().bytes(), valid);
  if (error != ScriptError::OK) return error;
  m.stack.pop(3);
  m.stack.push(StackElement::number(count + (valid ? 1 : 0)));
  return ScriptError::OK;
}

/// The places of OP_CHECKMULTISIG's arguments, as depths below the top of the stack. The stack holds
/// `dummy sig… sig_count key… key_count`; keys and signatures are tried from the top of their group down.
struct MultisigArguments {
  std::int64_t keys = 0, signatures = 0;
  static constexpr std::size_t first_key = 1;
  std::size_t first_signature() const { return static_cast<std::size_t>(keys) + 2; }
  std::size_t dummy() const { return first_signature() + static_cast<std::size_t>(signatures); }
};

ScriptError read_multisig_arguments(ScriptMachine& m, MultisigArguments& args) {
  bool minimal = m.has(VERIFY_MINIMALDATA);
  if (m.stack.empty()) return ScriptError::INVALID_STACK_OPERATION;
  if (!m.stack.top().read_number(args.keys, minimal)) return ScriptError::UNKNOWN_ERROR;
  if (args.keys < 0 || args.keys > max_multisig_keys) return ScriptError::PUBKEY_COUNT;
  m.ops += static_cast<int>(args.keys);
  if (m.ops > max_ops_per_script) return ScriptError::OP_COUNT;
  std::size_t count_at = args.first_signature() - 1;
  if (m.stack.size() <= count_at) return ScriptError::INVALID_STACK_OPERATION;
  if (!m.stack.top(count_at).read_number(args.signatures, minimal)) return ScriptError::UNKNOWN_ERROR;
  if (args.signatures < 0 || args.signatures > args.keys) return ScriptError::SIG_COUNT;
  return m.stack.size() <= args.dummy() ? ScriptError::INVALID_STACK_OPERATION : ScriptError::OK;
}

/// Matches signatures with keys. Signatures must be in the order of their keys, so each key is tried once.
ScriptError match_signatures(ScriptMachine& m, const MultisigArguments& args, ByteView code, bool& valid) {
  std::int64_t keys = args.keys, signatures = args.signatures;
  std::size_t key_at = args.first_key, signature_at = args.first_signature();
  valid = true;
  while (valid && signatures > 0) {
    ByteView signature = m.stack.top(signature_at).bytes();
    ByteView key = m.stack.top(key_at).bytes();
    if (ScriptError error = check_ecdsa_encoding(signature, key, m.flags, m.rules);
        error != ScriptError::OK) {
      return error;
    }
    if (m.checker.ecdsa(signature, key, code, m.rules)) {
      ++signature_at;
      --signatures;
    }
    ++key_at;
    --keys;
    if (signatures > keys) valid = false;
  }
  return ScriptError::OK;
}

ScriptError check_multisig(ScriptMachine& m, std::uint8_t opcode) {
  if (m.rules == ScriptRules::tapscript) return ScriptError::TAPSCRIPT_CHECKMULTISIG;
  MultisigArguments args;
  if (ScriptError error = read_multisig_arguments(m, args); error != ScriptError::OK) return error;
  ScriptCode code(m);
  for (std::size_t at = args.first_signature(); at < args.dummy(); ++at) {
    if (ScriptError error = code.remove(m, m.stack.top(at).bytes()); error != ScriptError::OK) return error;
  }
  bool valid = false;
  if (ScriptError error = match_signatures(m, args, code.view(), valid); error != ScriptError::OK)
    return error;
  if (!valid && m.has(VERIFY_NULLFAIL)) {
    for (std::size_t at = args.first_signature(); at < args.dummy(); ++at) {
      if (!m.stack.top(at).empty()) return ScriptError::NULLFAIL;
    }
  }
  // Since Bitcoin's first version the opcode takes one element more than it needs.
  if (m.has(VERIFY_NULLDUMMY) && !m.stack.top(args.dummy()).empty()) return ScriptError::SIG_NULLDUMMY;
  m.stack.pop(args.dummy() + 1);
  if (opcode == OP_CHECKMULTISIGVERIFY) return valid ? ScriptError::OK : ScriptError::CHECKMULTISIGVERIFY;
  m.stack.push(StackElement::boolean(valid));
  return ScriptError::OK;
}

}  // namespace

void add_crypto_ops(OpTable& t) {
  t[OP_RIPEMD160] = {hash_op<crypto::ripemd160>};
  t[OP_SHA1] = {hash_op<crypto::sha1>};
  t[OP_SHA256] = {hash_op<crypto::sha256>};
  t[OP_HASH160] = {hash_op<crypto::hash160>};
  t[OP_HASH256] = {hash_op<crypto::sha256d>};
  t[OP_CODESEPARATOR] = {code_separator, true};
  t[OP_CHECKSIG] = t[OP_CHECKSIGVERIFY] = {check_sig};
  t[OP_CHECKSIGADD] = {check_sig_add};
  t[OP_CHECKMULTISIG] = t[OP_CHECKMULTISIGVERIFY] = {check_multisig};
}

}  // namespace pegkit::bitcoin
