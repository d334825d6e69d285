// The script machine: nanoseconds per opcode, and inputs verified per second beside the signature check
// alone, which is the machine's limit.

#include <benchmark/benchmark.h>

#include "bitcoin/interpreter.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/script_machine.hpp"
#include "bitcoin/taproot.hpp"
#include "crypto/keys.hpp"

namespace {

using namespace pegkit;
using namespace pegkit::bitcoin;

crypto::SecretKey key(std::uint8_t last_byte) {
  Bytes bytes(32);
  bytes[31] = last_byte;
  return crypto::SecretKey::from(bytes);
}

Script repeat(const Script& unit, int times) {
  Script out;
  for (int i = 0; i < times; ++i) append(out, unit);
  return out;
}

Transaction one_in_one_out() {
  Transaction tx;
  tx.inputs.resize(1);
  tx.outputs.push_back({Sat(9'000), p2tr_script(nums_point())});
  return tx;
}

/// Runs `setup` once and `body`, of `ops` opcodes, many times: a tapscript with a new machine each time, as a
/// leaf runs. Reports the time per opcode of the body.
void run_script(benchmark::State& state, const Script& setup, const Script& body, std::int64_t ops) {
  Transaction tx = one_in_one_out();
  SighashCache cache(tx, {{Sat(10'000), p2tr_script(nums_point())}});
  TransactionChecker checker(cache, 0, Sat(10'000));
  ScriptMachine machine(ScriptRules::tapscript, standard_flags, checker);
  if (machine.run(setup) != ScriptError::OK) state.SkipWithError("the setup fails");
  for (auto _ : state) {
    if (machine.run(body) != ScriptError::OK) state.SkipWithError("the script fails");
  }
  using benchmark::Counter;
  state.counters["per_op"] =
      Counter(static_cast<double>(ops), Counter::kIsIterationInvariantRate | Counter::kInvert);
}

constexpr int repeats = 5'000;

void BM_Opcode1Drop(benchmark::State& state) {
  run_script(state, {OP_1}, repeat({OP_1, OP_DROP}, repeats), 2 * repeats);
}
BENCHMARK(BM_Opcode1Drop);

void BM_OpcodeDupDrop(benchmark::State& state) {
  run_script(state, {OP_1}, repeat({OP_DUP, OP_DROP}, repeats), 2 * repeats);
}
BENCHMARK(BM_OpcodeDupDrop);

void BM_Opcode1Add1Sub(benchmark::State& state) {
  run_script(state, {OP_1}, repeat({OP_1ADD, OP_1SUB}, repeats), 2 * repeats);
}
BENCHMARK(BM_Opcode1Add1Sub);

/// A bit of everything that arithmetic leaves do.
void BM_OpcodeMix(benchmark::State& state) {
  const Script unit{OP_DUP,          OP_1ADD, OP_SWAP, OP_OVER, OP_ADD, OP_TOALTSTACK, OP_DROP,
                    OP_FROMALTSTACK, OP_1,    OP_MIN,  OP_DUP,  OP_IF,  OP_NOP,        OP_ENDIF};
  run_script(state, {OP_1}, repeat(unit, 1'000), static_cast<std::int64_t>(unit.size()) * 1'000);
}
BENCHMARK(BM_OpcodeMix);

void BM_OpcodePush32Drop(benchmark::State& state) {
  const Script unit = ScriptBuilder().push(Bytes(32, 0x11)).op(OP_DROP).take();
  run_script(state, {}, repeat(unit, repeats), 2 * repeats);
}
BENCHMARK(BM_OpcodePush32Drop);

/// OP_ROLL or OP_PICK and the push of the depth (and a drop) on a stack of 810 elements of 32 bytes.
void BM_RollDepth800(benchmark::State& state) {
  const Script setup = repeat(ScriptBuilder().push(Bytes(32, 0x11)).take(), 810);
  const Script unit = ScriptBuilder().number(800).op(OP_ROLL).take();
  run_script(state, setup, repeat(unit, repeats), repeats);
}
BENCHMARK(BM_RollDepth800);

void BM_PickDepth800(benchmark::State& state) {
  const Script setup = repeat(ScriptBuilder().push(Bytes(32, 0x11)).take(), 810);
  const Script unit = ScriptBuilder().number(800).op(OP_PICK).op(OP_DROP).take();
  run_script(state, setup, repeat(unit, repeats), repeats);
}
BENCHMARK(BM_PickDepth800);

void BM_OpcodeSha256(benchmark::State& state) {
  run_script(state, {OP_1}, repeat({OP_SHA256}, repeats), repeats);
}
BENCHMARK(BM_OpcodeSha256);

void BM_SchnorrVerify(benchmark::State& state) {
  ByteArray<32> message{1, 2, 3}, aux{};
  crypto::SecretKey secret = key(7);
  crypto::XOnlyKey public_key = crypto::xonly(secret.public_key());
  crypto::SchnorrSignature signature = crypto::schnorr_sign(secret, message, aux);
  for (auto _ : state) {
    if (!crypto::schnorr_verify(public_key, message, signature))
      state.SkipWithError("the signature is wrong");
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_SchnorrVerify);

/// Verifies the only input of a transaction, cache and all, as a node does that sees it the first time.
void verify(benchmark::State& state, const Transaction& tx, const TxOut& spent) {
  for (auto _ : state) {
    SighashCache cache(tx, {spent});
    if (verify_input(cache, 0) != ScriptError::OK) state.SkipWithError("the input is invalid");
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_TaprootKeyPathInput(benchmark::State& state) {
  crypto::SecretKey internal = key(7);
  crypto::XOnlyKey internal_key = crypto::xonly(internal.public_key());
  TxOut spent{Sat(10'000), p2tr_script(taproot_output(internal_key, {}).key)};
  Transaction tx = one_in_one_out();
  crypto::SecretKey tweaked = internal.xonly_tweak_add(taptweak_hash(internal_key, {}));
  auto hash = SighashCache(tx, {spent}).taproot(0, SIGHASH_DEFAULT, nullptr);
  tx.inputs[0].witness = {to_bytes(crypto::schnorr_sign(tweaked, *hash, ByteArray<32>{}))};
  verify(state, tx, spent);
}
BENCHMARK(BM_TaprootKeyPathInput);

/// `<key> OP_CHECKSIG` under a path of `state.range(0)` hashes: 4 is 3-of-5 subsets (10 leaves), 16 is
/// 9-of-18.
void BM_TaprootLeafInput(benchmark::State& state) {
  crypto::SecretKey signer = key(9);
  crypto::XOnlyKey internal_key = crypto::xonly(key(7).public_key());
  Script leaf = ScriptBuilder().push(crypto::xonly(signer.public_key())).op(OP_CHECKSIG).take();
  TapNode leaf_hash = tapleaf_hash(leaf);
  std::vector<TapNode> path(static_cast<std::size_t>(state.range(0)));
  TapNode root = leaf_hash;
  for (const TapNode& node : path) root = tapbranch_hash(root, node);
  TaprootOutput output = taproot_output(internal_key, root);
  TxOut spent{Sat(10'000), p2tr_script(output.key)};
  Transaction tx = one_in_one_out();
  auto hash = SighashCache(tx, {spent}).taproot(0, SIGHASH_DEFAULT, &leaf_hash);
  tx.inputs[0].witness = {to_bytes(crypto::schnorr_sign(signer, *hash, ByteArray<32>{})), leaf,
                          control_block(internal_key, output.odd, path)};
  verify(state, tx, spent);
}
BENCHMARK(BM_TaprootLeafInput)->Arg(4)->Arg(16);

void BM_WitnessKeyHashInput(benchmark::State& state) {
  crypto::SecretKey secret = key(7);
  TxOut spent{Sat(10'000), p2wpkh_script(secret.public_key())};
  Transaction tx = one_in_one_out();
  auto hash =
      SighashCache(tx, {spent}).segwit_v0(p2pkh_script(secret.public_key()), 0, SIGHASH_ALL, spent.value);
  Bytes signature = crypto::ecdsa_sign_der(secret, hash);
  signature.push_back(SIGHASH_ALL);
  tx.inputs[0].witness = {signature, to_bytes(secret.public_key())};
  verify(state, tx, spent);
}
BENCHMARK(BM_WitnessKeyHashInput);

}  // namespace
