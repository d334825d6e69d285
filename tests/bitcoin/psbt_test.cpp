#include "bitcoin/psbt.hpp"

#include "bitcoin/format_helpers.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/script.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;
using namespace pegkit::test;

namespace {

crypto::SecretKey secret(std::uint8_t number) {
  ByteArray<32> bytes{};
  bytes[31] = number;
  return crypto::SecretKey::from(bytes);
}
crypto::PublicKey key(std::uint8_t number) {
  return secret(number).public_key();
}
crypto::XOnlyKey xkey(std::uint8_t number) {
  return crypto::xonly(key(number));
}

/// One input that spends 100,000 satoshis at `script`, one output.
Psbt spending(const Script& script, std::uint32_t sequence = 0xfffffffd) {
  Transaction tx;
  tx.inputs.resize(1);
  tx.inputs[0].prevout.txid.bytes = filled(1);
  tx.inputs[0].sequence = sequence;
  tx.outputs = {{Sat{90'000}, p2wpkh_script(key(9))}};
  Psbt psbt = Psbt::from_transaction(tx);
  psbt.inputs[0].witness_utxo = TxOut{Sat{100'000}, script};
  return psbt;
}

/// The same for scripts before segwit, whose whole transaction a PSBT carries.
Psbt spending_legacy(const Script& script) {
  Transaction funding;
  funding.inputs.resize(1);
  funding.outputs = {{Sat{1}, {}}, {Sat{100'000}, script}};
  Psbt psbt = spending(script);
  psbt.tx.inputs[0].prevout = {funding.txid(), 1};
  psbt.inputs[0].witness_utxo.reset();
  psbt.inputs[0].non_witness_utxo = funding;
  return psbt;
}

Bytes schnorr(std::uint8_t signer, const ByteArray<32>& message) {
  return to_bytes(crypto::schnorr_sign(secret(signer), message, filled(0)));
}

void sign_ecdsa(Psbt& psbt, std::uint8_t signer, const ByteArray<32>& hash) {
  Bytes signature = crypto::ecdsa_sign_der(secret(signer), hash);
  signature.push_back(SIGHASH_ALL);
  psbt.inputs[0].partial_sigs[key(signer)] = signature;
}

void sign_v0(Psbt& psbt, std::uint8_t signer, ByteView script_code) {
  SighashCache cache(psbt.tx, psbt.spent());
  sign_ecdsa(psbt, signer, cache.segwit_v0(script_code, 0, SIGHASH_ALL, Sat{100'000}));
}

void sign_legacy(Psbt& psbt, std::uint8_t signer, ByteView script_code) {
  SighashCache cache(psbt.tx, psbt.spent());
  sign_ecdsa(psbt, signer, cache.legacy(script_code, 0, SIGHASH_ALL));
}

/// A PSBT that spends a taproot tree of these leaves, with all of them revealed.
struct TapSpend {
  Psbt psbt;
  std::vector<TapNode> leaf_hashes;

  explicit TapSpend(const std::vector<Script>& scripts, std::uint32_t sequence = 0xfffffffd) {
    for (const Script& script : scripts) leaf_hashes.push_back(tapleaf_hash(script));
    std::vector<TapNode> nodes = leaf_hashes;
    TapNode root = balanced_root(nodes);
    TaprootOutput output = taproot_output(xkey(1), root);
    psbt = spending(p2tr_script(output.key), sequence);
    for (std::size_t i = 0; i < scripts.size(); ++i) {
      auto path = balanced_path(scripts.size(), i, [&](std::uint64_t leaf) { return leaf_hashes[leaf]; });
      psbt.inputs[0].tap_leaf_scripts[control_block(xkey(1), output.odd, path)] = {scripts[i],
                                                                                   tapscript_version};
    }
    psbt.inputs[0].tap_internal_key = xkey(1);
    psbt.inputs[0].tap_merkle_root = root;
  }
  void sign(std::uint8_t signer, std::size_t leaf) {
    psbt.inputs[0].tap_script_sigs[{xkey(signer), leaf_hashes[leaf]}] =
        schnorr(signer, psbt.taproot_sighash(0, &leaf_hashes[leaf]));
  }
};

Script single_key_leaf(std::uint8_t signer) {
  return ScriptBuilder().push(xkey(signer)).op(OP_CHECKSIG).take();
}

Script multi_a_leaf(int required, std::vector<std::uint8_t> signers) {
  ScriptBuilder out;
  for (std::size_t i = 0; i < signers.size(); ++i)
    out.push(xkey(signers[i])).op(i ? OP_CHECKSIGADD : OP_CHECKSIG);
  return out.number(required).op(OP_NUMEQUAL).take();
}

/// Finalizes, extracts and verifies once more.
Transaction finished(Psbt psbt) {
  std::vector<TxOut> spent = psbt.spent();
  psbt.finalize();
  Transaction tx = Psbt::parse(psbt.serialize()).extract();
  SighashCache cache(tx, spent);
  CHECK(verify_input(cache, 0) == ScriptError::OK);
  return tx;
}

std::string finalize_code(Psbt psbt) {
  return error_code([&] { psbt.finalize(); });
}

/// Every field that this library knows, and some that it does not.
Psbt full_psbt() {
  TapSpend spend({single_key_leaf(2), multi_a_leaf(2, {3, 4, 5})});
  spend.sign(2, 0);
  spend.sign(3, 1);
  Psbt psbt = spend.psbt;
  PsbtInput& input = psbt.inputs[0];
  input.tap_key_sig = Bytes(65, 1);
  sign_ecdsa(psbt, 6, filled(5));
  input.sighash_type = SIGHASH_ALL;
  input.redeem_script = Script{OP_1};
  input.witness_script = Script{OP_2};
  input.final_script_sig = Script{OP_3};
  input.final_witness = Witness{{}, {1}, Bytes(300, 2)};
  input.other[from_hex("06" + to_hex(key(8)))] = Bytes(12);
  input.other[from_hex("fd000102")] = Bytes(300, 7);
  input.other[from_hex("fc05abcdef")] = {};
  PsbtOutput& output = psbt.outputs[0];
  output.redeem_script = Script{};
  output.witness_script = Script{OP_5};
  output.tap_internal_key = xkey(7);
  output.tap_tree = TapTree{{{2, tapscript_version, {OP_1}}, {2, 0xc2, {OP_2}}, {1, tapscript_version, {}}}};
  output.other[from_hex("09aa")] = Bytes(5, 9);
  psbt.other[from_hex("fb")] = Bytes(4, 0);
  psbt.other[from_hex("01cc")] = Bytes(8, 3);
  return psbt;
}

/// A PSBT put together from whole maps in hex: key and value with their lengths.
std::string assembled(const std::string& global, const std::string& input, const std::string& output) {
  std::string tx =
      "02000000"
      "01" +
      std::string(64, '1') +
      "00000000"
      "00"
      "ffffffff"
      "01"
      "0500000000000000"
      "00"
      "00000000";
  Bytes data =
      from_hex("70736274ff" + std::string("0100") + "3c" + tx + global + "00" + input + "00" + output + "00");
  return error_code([&] { Psbt::parse(data); });
}

std::string field(const std::string& key_hex, const std::string& value_hex) {
  auto length = [](const std::string& hex) {
    return to_hex(Bytes{static_cast<std::uint8_t>(hex.size() / 2)});
  };
  return length(key_hex) + key_hex + length(value_hex) + value_hex;
}

}  // namespace

TEST_CASE("every field survives, known or not") {
  Psbt psbt = full_psbt();
  Bytes data = psbt.serialize();
  Psbt again = Psbt::parse(data);
  CHECK(again.serialize() == data);
  CHECK(Psbt::from_base64(psbt.base64()).serialize() == data);
  CHECK(again.tx == psbt.tx);
  const PsbtInput& a = psbt.inputs[0];
  const PsbtInput& b = again.inputs[0];
  CHECK(a.witness_utxo == b.witness_utxo);
  CHECK(a.partial_sigs == b.partial_sigs);
  CHECK(a.sighash_type == b.sighash_type);
  CHECK(a.tap_key_sig == b.tap_key_sig);
  CHECK(a.tap_script_sigs == b.tap_script_sigs);
  CHECK(a.tap_leaf_scripts == b.tap_leaf_scripts);
  CHECK(a.tap_internal_key == b.tap_internal_key);
  CHECK(a.tap_merkle_root == b.tap_merkle_root);
  CHECK(a.final_witness == b.final_witness);
  CHECK(a.other == b.other);
  CHECK(again.outputs[0].tap_tree->root() == psbt.outputs[0].tap_tree->root());
  CHECK(again.outputs[0].other == psbt.outputs[0].other);
  CHECK(again.other == psbt.other);
}

TEST_CASE("wrong PSBTs are refused by name") {
  std::string der =
      "3006020101020101"
      "01";
  CHECK(assembled("", "", "") == "");
  CHECK(assembled(field("fb", "00000000"), "", "") == "");
  CHECK(assembled(field("fb", "02000000"), "", "") == "psbt.version");
  CHECK(assembled(field("aa01", "00") + field("aa01", "00"), "", "") == "psbt.duplicate");
  CHECK(assembled("", field("0f", "00") + field("0f", "01"), "") == "psbt.duplicate");
  CHECK(assembled("", field("0101", "050000000000000000"), "") ==
        "psbt.invalid");  // key data at a witness UTXO
  CHECK(assembled("",
                  field("01",
                        "05000000000000000"
                        "0ff"),
                  "") == "psbt.invalid");
  CHECK(assembled("", field("00", "02000000000000000000"), "") == "psbt.invalid");  // another transaction
  CHECK(assembled("", field("02" + to_hex(key(1)), der), "") == "");
  CHECK(assembled("", field("02" + to_hex(crypto::uncompressed(key(1))), der), "") == "");
  CHECK(assembled("", field("02" + to_hex(key(1)), "30"), "") == "psbt.invalid");
  CHECK(assembled("", field("02" + to_hex(key(1)), ""), "") == "psbt.invalid");
  CHECK(assembled("", field("02" + std::string(66, '0'), der), "") == "psbt.invalid");
  CHECK(assembled("", field("03", "01"), "") == "psbt.truncated");
  CHECK(assembled("", field("03", "0100000000"), "") == "psbt.invalid");
  CHECK(assembled("", field("08", "ff"), "") == "psbt.invalid");
  CHECK(assembled("", field("13", std::string(126, '0')), "") == "psbt.invalid");
  CHECK(assembled("", field("13", std::string(128, '0')), "") == "");
  CHECK(assembled("", field("14" + to_hex(xkey(1)) + std::string(64, '0'), std::string(128, '0')), "") == "");
  CHECK(assembled("", field("14" + to_hex(xkey(1)), std::string(128, '0')), "") == "psbt.invalid");
  CHECK(assembled("", field("15" + std::string(66, '0'), "c0"), "") == "");
  CHECK(assembled("", field("15" + std::string(66, '0'), ""), "") == "psbt.invalid");
  CHECK(assembled("", field("15" + std::string(68, '0'), "c0"), "") == "psbt.invalid");
  CHECK(assembled("", field("17", std::string(64, 'f')), "") == "psbt.invalid");
  CHECK(assembled("", field("18", "00"), "") == "psbt.invalid");
  CHECK(assembled("", "", field("05", to_hex(xkey(1)))) == "");
  CHECK(assembled("", "", field("05", "00")) == "psbt.invalid");
  CHECK(assembled("", "", field("06", "")) == "psbt.invalid");
  CHECK(assembled("", "", field("06", "00c00151")) == "");
  CHECK(assembled("", "", field("06", "01c00151")) == "psbt.invalid");
  CHECK(assembled("", "", field("06", "00c10151")) == "psbt.invalid");
  CHECK(assembled("", "", "00") == "psbt.trailing");
  CHECK(error_code([] { Psbt::parse({}); }) == "psbt.magic");
  CHECK(error_code([] { Psbt::parse(from_hex("70736274ff")); }) == "psbt.truncated");
  CHECK(error_code([] { Psbt::parse(from_hex("70736274ff00")); }) == "psbt.invalid");
  CHECK(error_code([] { Psbt::from_base64("cHNid?"); }) == "base64.invalid");
  Transaction signed_tx = spending({}).tx;
  signed_tx.inputs[0].script_sig = {OP_1};
  CHECK(error_code([&] { Psbt::from_transaction(signed_tx); }) == "psbt.invalid");
}

TEST_CASE("derivations and MuSig2 fields are kept only in their right form") {
  std::string plain = to_hex(key(1)), x = to_hex(xkey(1)), leaf(64, '1'), signer = plain + to_hex(key(2));
  CHECK(assembled("", field("06" + plain, "0000000001000000"), field("02" + plain, "00000000")) == "");
  CHECK(assembled("", field("06" + x, "00000000"), "") == "psbt.invalid");
  CHECK(assembled("", field("06" + plain, ""), "") == "psbt.invalid");
  CHECK(assembled("", "", field("02" + plain, "0000000001")) == "psbt.invalid");
  CHECK(assembled("", field("16" + x, "01" + leaf + "00000000"), field("07" + x, "0000000000")) == "");
  CHECK(assembled("", field("16" + plain, "0000000000"), "") == "psbt.invalid");
  CHECK(assembled("", field("16" + x, "02" + leaf + "00000000"), "") == "psbt.invalid");
  CHECK(assembled("", "", field("07" + x, "00")) == "psbt.invalid");
  CHECK(assembled("", "", field("07" + x, "")) == "psbt.truncated");
  CHECK(assembled("", field("1a" + plain, signer), field("08" + plain, signer)) == "");
  CHECK(assembled("", field("1a" + x, signer), "") == "psbt.invalid");
  CHECK(assembled("", "", field("08" + plain, signer + "02")) == "psbt.invalid");
  CHECK(assembled("", field("1b" + signer, std::string(132, '0')), "") == "");
  CHECK(assembled("", field("1b" + signer + leaf, std::string(132, '0')), "") == "");
  CHECK(assembled("", field("1b" + signer, std::string(130, '0')), "") == "psbt.invalid");
  CHECK(assembled("", field("1b" + plain, std::string(132, '0')), "") == "psbt.invalid");
  CHECK(assembled("", field("1c" + signer, std::string(64, '0')), "") == "");
  CHECK(assembled("", field("1c" + signer, std::string(62, '0')), "") == "psbt.invalid");
}

TEST_CASE("broken PSBTs only throw Error") {
  Bytes data = full_psbt().serialize();
  check_truncations(data, [](ByteView view) { Psbt::parse(view); });
  check_mutations(data, 5'000, [](ByteView view) {
    Psbt psbt = Psbt::parse(view);
    psbt.serialize();
    psbt.fee();
    psbt.finalize();
  });
}

TEST_CASE("spent outputs must be there and be the right ones") {
  Psbt psbt = spending_legacy(p2pkh_script(key(1)));
  CHECK(psbt.spent()[0].value == Sat{100'000});
  CHECK(psbt.fee() == Sat{10'000});
  psbt.inputs[0].witness_utxo = TxOut{Sat{100'000}, p2pkh_script(key(1))};
  CHECK(psbt.fee() == Sat{10'000});
  psbt.inputs[0].witness_utxo->value = Sat{99'999};
  CHECK(error_code([&] { psbt.spent(); }) == "psbt.utxo");
  psbt.inputs[0].witness_utxo.reset();
  psbt.inputs[0].non_witness_utxo->lock_time = 1;
  CHECK(error_code([&] { psbt.spent(); }) == "psbt.utxo");
  psbt.inputs[0].non_witness_utxo.reset();
  CHECK(error_code([&] { psbt.fee(); }) == "psbt.utxo");
  psbt = spending(p2wpkh_script(key(1)));
  psbt.tx.outputs[0].value = Sat{100'001};
  CHECK(error_code([&] { psbt.fee(); }) == "psbt.fee");
}

TEST_CASE("taproot key path") {
  TaprootOutput output = taproot_output(xkey(1), {});
  Psbt psbt = spending(p2tr_script(output.key));
  ByteArray<32> message = psbt.taproot_sighash(0, nullptr);
  crypto::SecretKey tweaked = secret(1).xonly_tweak_add(taptweak_hash(xkey(1), {}));
  psbt.inputs[0].tap_key_sig = to_bytes(crypto::schnorr_sign(tweaked, message, filled(0)));
  Transaction tx = finished(psbt);
  CHECK(tx.inputs[0].witness.size() == 1);

  Psbt wrong = psbt;
  (*wrong.inputs[0].tap_key_sig)[5] ^= 1;
  CHECK(finalize_code(wrong) == "psbt.invalid_signature");
  wrong = psbt;
  wrong.inputs[0].sighash_type = SIGHASH_ALL;
  CHECK(finalize_code(wrong) == "psbt.sighash");
  wrong = psbt;
  wrong.inputs[0].tap_key_sig.reset();
  CHECK(finalize_code(wrong) == "psbt.incomplete");
  CHECK(error_code([&] { wrong.extract(); }) == "psbt.incomplete");
  for (std::uint32_t type : {4u, 0x100u, 0x80u}) {
    wrong.inputs[0].sighash_type = type;
    CHECK(error_code([&] { wrong.taproot_sighash(0, nullptr); }) == "psbt.sighash");
  }
  CHECK(error_code([&] { wrong.taproot_sighash(1, nullptr); }) == "psbt.invalid");
}

TEST_CASE("tapscript: the smallest signed leaf is taken") {
  TapSpend spend({multi_a_leaf(2, {3, 4, 5}), single_key_leaf(2), single_key_leaf(6)});
  CHECK(finalize_code(spend.psbt) == "psbt.incomplete");
  spend.sign(5, 0);
  CHECK(finalize_code(spend.psbt) == "psbt.incomplete");
  spend.sign(3, 0);
  Transaction tx = finished(spend.psbt);
  REQUIRE(tx.inputs[0].witness.size() == 5);
  CHECK(tx.inputs[0].witness[1].empty());
  spend.sign(4, 0);
  CHECK(finished(spend.psbt).inputs[0].witness[0].empty());  // two of the three are enough
  spend.sign(2, 1);
  CHECK(finished(spend.psbt).inputs[0].witness.size() == 3);
}

TEST_CASE("tapscript: data, timelocks and several keys in a row") {
  Script deposit = ScriptBuilder().push(Bytes(20, 7)).op(OP_DROP).push(xkey(2)).op(OP_CHECKSIG).take();
  Script refund =
      ScriptBuilder().number(144).op(OP_CHECKSEQUENCEVERIFY).op(OP_DROP).push(xkey(3)).op(OP_CHECKSIG).take();
  Script late = ScriptBuilder()
                    .push(xkey(4))
                    .op(OP_CHECKSIGVERIFY)
                    .push(xkey(5))
                    .op(OP_CHECKSIGVERIFY)
                    .number(10)
                    .op(OP_CHECKSEQUENCEVERIFY)
                    .take();
  Script unknown = ScriptBuilder().push(xkey(2)).op(OP_SWAP).op(OP_CHECKSIG).take();
  std::vector<Script> scripts = {deposit, refund, late, unknown};
  TapSpend spend(scripts);
  spend.sign(2, 0);
  finished(spend.psbt);

  TapSpend early(scripts, 143);
  early.sign(3, 1);
  CHECK(finalize_code(early.psbt) == "psbt.invalid_signature");
  TapSpend due(scripts, 144);
  due.sign(3, 1);
  finished(due.psbt);

  TapSpend both(scripts, 10);
  both.sign(4, 2);
  CHECK(finalize_code(both.psbt) == "psbt.incomplete");
  both.sign(5, 2);
  finished(both.psbt);

  TapSpend strange(scripts);
  strange.sign(2, 3);
  CHECK(finalize_code(strange.psbt) == "psbt.incomplete");
}

TEST_CASE("ECDSA: p2wpkh, nested, p2wsh multisig, p2pkh, p2sh multisig") {
  Psbt psbt = spending(p2wpkh_script(key(1)));
  sign_v0(psbt, 1, p2pkh_script(key(1)));
  CHECK(finished(psbt).inputs[0].witness.size() == 2);

  Script redeem = p2wpkh_script(key(1));
  psbt = spending(p2sh_script(redeem));
  psbt.inputs[0].redeem_script = redeem;
  sign_v0(psbt, 1, p2pkh_script(key(1)));
  CHECK(finished(psbt).inputs[0].script_sig.size() == 23);

  Script multisig =
      ScriptBuilder().number(2).push(key(1)).push(key(2)).push(key(3)).number(3).op(OP_CHECKMULTISIG).take();
  psbt = spending(p2wsh_script(multisig));
  psbt.inputs[0].witness_script = multisig;
  sign_v0(psbt, 3, multisig);
  CHECK(finalize_code(psbt) == "psbt.incomplete");
  sign_v0(psbt, 1, multisig);
  CHECK(finished(psbt).inputs[0].witness.size() == 4);
  sign_v0(psbt, 2, multisig);
  CHECK(finished(psbt).inputs[0].witness.size() == 4);

  psbt = spending_legacy(p2pkh_script(key(1)));
  sign_legacy(psbt, 1, p2pkh_script(key(1)));
  CHECK(finished(psbt).inputs[0].witness.empty());

  psbt = spending_legacy(p2sh_script(multisig));
  psbt.inputs[0].redeem_script = multisig;
  sign_legacy(psbt, 2, multisig);
  sign_legacy(psbt, 3, multisig);
  finished(psbt);
  psbt.inputs[0].redeem_script = Script{OP_1};
  CHECK(finalize_code(psbt) == "psbt.incomplete");
}

TEST_CASE("finalizing keeps the coins and unknown fields and drops the rest") {
  TapSpend spend({single_key_leaf(2)});
  spend.sign(2, 0);
  Psbt& psbt = spend.psbt;
  psbt.inputs[0].other[from_hex("16" + to_hex(xkey(2)))] = Bytes(5);
  psbt.inputs[0].other[from_hex("fcaa")] = {2};
  psbt.finalize();
  const PsbtInput& input = psbt.inputs[0];
  CHECK(input.witness_utxo);
  CHECK(input.tap_script_sigs.empty());
  CHECK(input.tap_leaf_scripts.empty());
  CHECK_FALSE(input.tap_internal_key);
  CHECK(input.other == std::map<Bytes, Bytes>{{from_hex("fcaa"), {2}}});
  CHECK(input.final_witness->size() == 3);
  Bytes once = psbt.serialize();
  psbt.finalize();
  CHECK(psbt.serialize() == once);
  (*psbt.inputs[0].final_witness)[0][0] ^= 1;
  CHECK(finalize_code(psbt) == "psbt.invalid_signature");
}

TEST_CASE("an anchor needs no signature") {
  CHECK(finished(spending(anchor_script())).inputs[0].witness.empty());
}
