#include "bitcoin/interpreter.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "bitcoin/instruction.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/script_machine.hpp"
#include "bitcoin/taproot.hpp"
#include "crypto/keys.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;

namespace {

crypto::SecretKey key(std::uint8_t last_byte) {
  Bytes bytes(32);
  bytes[31] = last_byte;
  return crypto::SecretKey::from(bytes);
}

Transaction one_in_one_out() {
  Transaction tx;
  tx.inputs.resize(1);
  tx.outputs.push_back({Sat(1'000), {OP_1}});
  return tx;
}

/// A taproot output with one leaf, and the spend of it.
struct LeafSpend {
  explicit LeafSpend(Script leaf_script, std::uint8_t version = tapscript_version)
      : leaf(std::move(leaf_script)), leaf_hash(tapleaf_hash(leaf, version)) {
    TaprootOutput output = taproot_output(nums_point(), leaf_hash);
    spent = {{Sat(2'000), p2tr_script(output.key)}};
    control = control_block(nums_point(), output.odd, {}, version);
  }

  /// The error's name when the leaf runs on these arguments.
  std::string run(Witness arguments, std::uint32_t flags = standard_flags, const Bytes& annex = {}) {
    tx.inputs[0].witness = std::move(arguments);
    tx.inputs[0].witness.push_back(leaf);
    tx.inputs[0].witness.push_back(control);
    if (!annex.empty()) tx.inputs[0].witness.push_back(annex);
    return script_error_name(verify_input(SighashCache(tx, spent), 0, flags));
  }
  Bytes sign(const crypto::SecretKey& secret, std::uint32_t codesep = 0xffffffff,
             const Bytes* annex = nullptr) {
    auto hash = SighashCache(tx, spent).taproot(0, SIGHASH_DEFAULT, &leaf_hash, codesep, annex);
    return to_bytes(crypto::schnorr_sign(secret, *hash, ByteArray<32>{}));
  }

  Script leaf;
  TapNode leaf_hash;
  Transaction tx = one_in_one_out();
  std::vector<TxOut> spent;
  Bytes control;
};

std::string run_leaf(const char* script, Witness arguments = {}, std::uint32_t flags = standard_flags) {
  return LeafSpend(parse_asm(script)).run(std::move(arguments), flags);
}

Script check_sig(const crypto::SecretKey& secret) {
  return ScriptBuilder().push(crypto::xonly(secret.public_key())).op(OP_CHECKSIG).take();
}

}  // namespace

TEST_CASE("tapscript: a signature over the leaf, and everything that is none") {
  crypto::SecretKey secret = key(5);
  LeafSpend spend(check_sig(secret));
  Bytes good = spend.sign(secret);
  CHECK(spend.run({good}) == "OK");
  CHECK(spend.run({spend.sign(key(6))}) == "SCHNORR_SIG");
  CHECK(spend.run({{}}) == "EVAL_FALSE");
  CHECK(spend.run({Bytes(63)}) == "SCHNORR_SIG_SIZE");
  Bytes explicit_default = good, undefined_type = good, single_without_output = good;
  explicit_default.push_back(0);
  undefined_type.push_back(0x04);
  CHECK(spend.run({explicit_default}) == "SCHNORR_SIG_HASHTYPE");
  CHECK(spend.run({undefined_type}) == "SCHNORR_SIG_HASHTYPE");
  spend.tx.outputs.clear();
  single_without_output.push_back(SIGHASH_SINGLE);
  CHECK(spend.run({single_without_output}) == "SCHNORR_SIG_HASHTYPE");
}

TEST_CASE("tapscript: the annex is signed") {
  crypto::SecretKey secret = key(5);
  LeafSpend spend(check_sig(secret));
  Bytes annex{0x50, 1, 2, 3};
  Bytes with = spend.sign(secret, 0xffffffff, &annex);
  CHECK(spend.run({with}, consensus_flags, annex) == "OK");
  CHECK(spend.run({with}) == "SCHNORR_SIG");
  CHECK(spend.run({spend.sign(secret)}, consensus_flags, annex) == "SCHNORR_SIG");
}

TEST_CASE("tapscript: the last code separator is signed") {
  crypto::SecretKey secret = key(5);
  LeafSpend spend(ScriptBuilder().op(OP_NOP).op(OP_CODESEPARATOR).raw(check_sig(secret)).take());
  CHECK(spend.run({spend.sign(secret, 1)}) == "OK");
  CHECK(spend.run({spend.sign(secret)}) == "SCHNORR_SIG");
}

TEST_CASE("tapscript: signatures cost 50 of the witness's weight each") {
  crypto::SecretKey secret = key(5);
  Script check = ScriptBuilder().op(OP_DUP).raw(check_sig(secret)).op(OP_VERIFY).take();
  auto spend_with = [&](int checks, std::size_t padding) {
    Script leaf;
    for (int i = 0; i < checks; ++i) append(leaf, check);
    LeafSpend spend(ScriptBuilder().raw(leaf).op(OP_2DROP).op(OP_1).take());
    return spend.run({Bytes(padding, 1), spend.sign(secret)});
  };
  // A check adds 36 bytes of script and takes 50.
  CHECK(spend_with(4, 0) == "OK");
  CHECK(spend_with(20, 0) == "TAPSCRIPT_VALIDATION_WEIGHT");
  CHECK(spend_with(20, 300) == "OK");
}

TEST_CASE("tapscript: unknown key types, empty keys, and the flag against them") {
  CHECK(run_leaf("1 0x02 0x0203 CHECKSIG", {}, consensus_flags) == "OK");
  CHECK(run_leaf("1 0x02 0x0203 CHECKSIG") == "DISCOURAGE_UPGRADABLE_PUBKEYTYPE");
  CHECK(run_leaf("1 0 CHECKSIG", {}, consensus_flags) == "PUBKEYTYPE");
  CHECK(run_leaf("0 0 CHECKSIG", {}, consensus_flags) == "PUBKEYTYPE");
}

TEST_CASE("tapscript: OP_SUCCESS, limits and opcodes that are not there") {
  CHECK(run_leaf("RETURN 0x50", {}, consensus_flags) == "OK");
  CHECK(run_leaf("RETURN 0x50") == "DISCOURAGE_OP_SUCCESS");
  CHECK(run_leaf("0x50 0x4c", {}, consensus_flags) == "OK");
  CHECK(run_leaf("1 0x4c 0x50", {}, consensus_flags) == "BAD_OPCODE");
  CHECK(run_leaf("0 0 0 CHECKMULTISIG") == "TAPSCRIPT_CHECKMULTISIG");
  CHECK(run_leaf("IF 1 ENDIF", {{2}}) == "TAPSCRIPT_MINIMALIF");
  CHECK(run_leaf("DROP 1", {Bytes(520)}) == "OK");
  CHECK(run_leaf("DROP 1", {Bytes(521)}) == "PUSH_SIZE");
  CHECK(run_leaf("1", Witness(1000)) == "STACK_SIZE");
  CHECK(run_leaf("DROP 1", Witness(1001)) == "STACK_SIZE");
  CHECK(LeafSpend(Script(20'000, OP_NOP)).run({{1}}) == "OK");  // neither size nor opcodes are limited
}

TEST_CASE("taproot: control blocks and leaf versions") {
  LeafSpend spend({OP_1});
  CHECK(spend.run({}) == "OK");
  spend.control[1] ^= 1;
  CHECK(spend.run({}) == "WITNESS_PROGRAM_MISMATCH");
  spend.control[1] ^= 1;
  spend.control[0] ^= 1;
  CHECK(spend.run({}) == "WITNESS_PROGRAM_MISMATCH");
  spend.control.resize(32);
  CHECK(spend.run({}) == "TAPROOT_WRONG_CONTROL_SIZE");
  spend.control.resize(33 + 32 * 129);
  CHECK(spend.run({}) == "TAPROOT_WRONG_CONTROL_SIZE");
  LeafSpend future({OP_RETURN}, 0xc2);
  CHECK(future.run({}, consensus_flags) == "OK");
  CHECK(future.run({}) == "DISCOURAGE_UPGRADABLE_TAPROOT_VERSION");
}

TEST_CASE("witness programs: anchors are spent by anyone, unknown ones too unless discouraged") {
  auto spend = [](const Script& script, Witness witness, std::uint32_t flags) {
    Transaction tx = one_in_one_out();
    tx.inputs[0].witness = std::move(witness);
    return std::string(script_error_name(verify_input(SighashCache(tx, {{Sat(0), script}}), 0, flags)));
  };
  CHECK(spend(anchor_script(), {}, standard_flags) == "OK");
  CHECK(spend({OP_1, 2, 0x4e, 0x74}, {}, standard_flags) == "DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM");
  CHECK(spend({OP_1, 2, 0x4e, 0x74}, {}, consensus_flags) == "OK");
  CHECK(spend({OP_16, 2, 1, 1}, {{1}, {2}}, consensus_flags) == "OK");
  CHECK(spend({OP_0, 2, 1, 1}, {{1}}, consensus_flags) == "WITNESS_PROGRAM_WRONG_LENGTH");
  CHECK(spend(p2tr_script(nums_point()), {}, consensus_flags) == "WITNESS_PROGRAM_WITNESS_EMPTY");
  CHECK(spend(p2tr_script(nums_point()), {}, consensus_flags & ~VERIFY_TAPROOT) == "OK");
}

TEST_CASE("P2SH runs a script that an opcode made, but not one that was computed") {
  Transaction tx = one_in_one_out();
  tx.inputs[0].script_sig = {OP_1};  // pushes the script 01, a push cut short
  std::vector<TxOut> spent{{Sat(0), p2sh_script(Bytes{1})}};
  CHECK(verify_input(SighashCache(tx, spent), 0, consensus_flags) == ScriptError::BAD_OPCODE);
  tx.inputs[0].script_sig = {OP_0, OP_1ADD};
  CHECK(verify_input(SighashCache(tx, spent), 0, consensus_flags) == ScriptError::SIG_PUSHONLY);
}

TEST_CASE("script numbers: what is read is what was written, in the shortest form") {
  for (std::int64_t value : {0LL, 1LL, -1LL, 127LL, 128LL, -128LL, 255LL, 256LL, 32767LL, 32768LL, -8388608LL,
                             2147483647LL, -2147483647LL, 4294967295LL, -549755813887LL}) {
    CAPTURE(value);
    Bytes bytes = script_number(value);
    CHECK(equal(StackElement::number(value).bytes(), bytes));
    for (const StackElement& element : {StackElement::number(value), StackElement::view(bytes)}) {
      std::int64_t read = 7;
      CHECK(element.read_number(read, true, 5));
      CHECK(read == value);
      CHECK(element.read_number(read, true) == (bytes.size() <= 4));
      CHECK(element.truth() == (value != 0));
    }
    CHECK(StackElement::number(value) == StackElement::view(bytes));
  }
}

TEST_CASE("script numbers: superfluous bytes and the negative zero") {
  for (const Bytes& bytes : {Bytes{0}, Bytes{0x80}, Bytes{1, 0}, Bytes{1, 0x80}, Bytes{0, 0, 0, 0x80}}) {
    std::int64_t value;
    CHECK_FALSE(StackElement::view(bytes).read_number(value, true));
    CHECK(StackElement::view(bytes).read_number(value, false));
  }
  for (const Bytes& bytes : {Bytes{}, Bytes{0}, Bytes{0x80}, Bytes{0, 0, 0x80}, Bytes(520)}) {
    CHECK_FALSE(StackElement::view(bytes).truth());
  }
  for (const Bytes& bytes : {Bytes{1}, Bytes{0x80, 0}, Bytes{0, 1, 0}, Bytes{0x81}}) {
    CHECK(StackElement::view(bytes).truth());
  }
}

TEST_CASE("the stack: rolling and burying undo each other at every depth and size") {
  ScriptStack stack;
  for (int i = 0; i < 200; ++i) {
    stack.push(StackElement::number(i));
    for (std::size_t depth = 0; depth < stack.size(); depth += 7) {
      stack.roll(depth);
      CHECK(stack.top() == StackElement::number(i - static_cast<int>(depth)));
      stack.bury(depth);
      CHECK(stack.top() == StackElement::number(i));
    }
  }
  stack.pop(150);
  for (int i = 0; i < 50; ++i) CHECK(stack.top(static_cast<std::size_t>(i)) == StackElement::number(49 - i));
}

TEST_CASE("hashes survive when their arena is moved, on both stacks and in any number") {
  // 300 different hashes, each kept, with as many thrown away between: every buffer overflows several times.
  ScriptBuilder leaf;
  for (int i = 0; i < 300; ++i) {
    leaf.number(i + 100).op(OP_SHA256);
    if (i % 2) leaf.op(OP_TOALTSTACK);
    for (int j = 0; j < 3; ++j) leaf.number(j).op(OP_HASH256).op(OP_DROP);
  }
  for (int i = 299; i >= 0; --i) {
    if (i % 2) leaf.op(OP_FROMALTSTACK);
    if (i % 2) leaf.push(crypto::sha256(script_number(i + 100))).op(OP_EQUALVERIFY);
  }
  for (int i = 298; i >= 0; i -= 2) leaf.push(crypto::sha256(script_number(i + 100))).op(OP_EQUALVERIFY);
  CHECK(LeafSpend(leaf.op(OP_1).take()).run({}) == "OK");
}

TEST_CASE("FindAndDelete looks only where instructions start") {
  const Bytes pattern{0x01, 0xab};
  CHECK_FALSE(find_and_delete(Bytes{}, pattern));
  CHECK_FALSE(find_and_delete(Bytes{0x02, 0x01, 0xab}, pattern));
  CHECK(find_and_delete(Bytes{0x01, 0xab, 0x01, 0xab, OP_1, 0x01, 0xab}, pattern) == Script{OP_1});
  CHECK(find_and_delete(Bytes{OP_1, 0x01, 0xab, 0x05, 0x01, 0xab}, pattern) ==
        Script{OP_1, 0x05, 0x01, 0xab});
}

TEST_CASE("signature operations") {
  CHECK(count_sigops(parse_asm("CHECKSIG CHECKSIGVERIFY 0x01 0xac"), false) == 2);
  CHECK(count_sigops(parse_asm("2 0 0 3 CHECKMULTISIG"), true) == 3);
  CHECK(count_sigops(parse_asm("2 0 0 3 CHECKMULTISIG"), false) == 20);
  CHECK(count_sigops(parse_asm("CHECKSIG 0x4c"), true) == 1);

  const Script multisig = parse_asm("1 0 0 2 CHECKMULTISIG");
  Transaction tx = one_in_one_out();
  tx.outputs[0].script_pubkey = {OP_CHECKSIG};
  auto cost = [&](const Script& spent) { return sigop_cost(tx, {{Sat(0), spent}}, consensus_flags); };
  CHECK(cost(Script{OP_CHECKSIG}) == 4);  // what is spent counts only when it is P2SH or a witness program
  tx.inputs[0].script_sig = ScriptBuilder().push(multisig).take();
  CHECK(cost(p2sh_script(multisig)) == 4 + 8);
  tx.inputs[0].witness = {{}, multisig};
  CHECK(cost(p2wsh_script(multisig)) == 4 + 2);
  CHECK(cost(p2wpkh_script(key(1).public_key())) == 4 + 1);
  tx.inputs[0].script_sig = ScriptBuilder().push(p2wsh_script(multisig)).take();
  CHECK(cost(p2sh_script(p2wsh_script(multisig))) == 4 + 2);
  CHECK(cost(p2tr_script(nums_point())) == 4);
  CHECK_THROWS_AS(sigop_cost(tx, {}, consensus_flags), Error);
}

TEST_CASE("flags are read and written by name") {
  CHECK(parse_flags("") == 0u);
  CHECK(parse_flags("NONE") == 0u);
  CHECK(parse_flags("P2SH,WITNESS,TAPROOT") == (VERIFY_P2SH | VERIFY_WITNESS | VERIFY_TAPROOT));
  CHECK(parse_flags(format_flags(standard_flags)) == standard_flags);
  for (const char* bad : {"p2sh", "P2SH,", ",P2SH", "P2SH WITNESS", "NONE,P2SH", "ALL"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(parse_flags(bad), Error);
  }
}

TEST_CASE("errors have Bitcoin Core's names and texts") {
  CHECK(std::string(script_error_name(ScriptError::OK)) == "OK");
  CHECK(std::string(script_error_name(ScriptError::SCHNORR_SIG)) == "SCHNORR_SIG");
  CHECK(std::string(script_error_name(ScriptError::SIG_FINDANDDELETE)) == "SIG_FINDANDDELETE");
  CHECK(std::string(script_error_text(ScriptError::SCHNORR_SIG)) == "Invalid Schnorr signature");
  CHECK(std::string(script_error_text(ScriptError::UNKNOWN_ERROR)) == "unknown error");
}
