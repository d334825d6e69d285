#include "bitcoin/policy.hpp"

#include "bitcoin/format_helpers.hpp"
#include "bitcoin/taproot.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;
using namespace pegkit::test;

namespace {

Script p2tr() {
  return p2tr_script(nums_point());
}
Script p2wsh() {
  return p2wsh_script(Bytes{OP_1});
}

Transaction ordinary() {
  Transaction tx;
  tx.inputs.resize(1);
  tx.inputs[0].prevout.txid.bytes = filled(1);
  tx.inputs[0].witness = {Bytes(64, 1)};
  tx.outputs = {{Sat{10'000}, p2tr()}};
  return tx;
}

std::vector<TxOut> coin(const Script& script, std::int64_t value = 20'000) {
  return {{Sat{value}, script}};
}

std::string reason(const Transaction& tx) {
  return standard_reason(tx, coin(p2tr()));
}

std::string with_witness(Witness witness, const Script& spent = p2tr()) {
  Transaction tx = ordinary();
  tx.inputs[0].witness = std::move(witness);
  return standard_reason(tx, coin(spent));
}

}  // namespace

TEST_CASE("dust as Bitcoin Core counts it") {
  auto dust = [](const Script& script) { return dust_threshold({Sat{0}, script}).value(); };
  auto key =
      crypto::PublicKey::from(from_hex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));
  CHECK(dust(p2pkh_script(key)) == 546);
  CHECK(dust(p2sh_script({})) == 540);
  CHECK(dust(p2wpkh_script(key)) == 294);
  CHECK(dust(p2wsh()) == 330);
  CHECK(dust(p2tr()) == 330);
  CHECK(dust(anchor_script()) == 240);
  CHECK(dust(op_return_script(Bytes(80))) == 0);
  CHECK(dust(Script(10'001, OP_1)) == 0);
}

TEST_CASE("an ordinary transaction is standard, and what makes one not") {
  CHECK(reason(ordinary()) == "");
  for (std::uint32_t version : {0u, 4u, 0xffffffffu}) {
    Transaction tx = ordinary();
    tx.version = version;
    CHECK(reason(tx) == "version");
  }
  Transaction tx = ordinary();
  tx.inputs[0].script_sig = Script(1651, OP_1);
  CHECK(reason(tx) == "scriptsig-size");
  tx.inputs[0].script_sig = {OP_DUP};
  CHECK(reason(tx) == "scriptsig-not-pushonly");
  tx = ordinary();
  tx.outputs[0].script_pubkey = {OP_1};
  CHECK(reason(tx) == "scriptpubkey");
  tx = ordinary();
  tx.inputs[0].witness = {Bytes(400'001)};
  CHECK(reason(tx) == "tx-size");
  tx = ordinary();
  tx.inputs[0].witness.clear();
  tx.outputs[0].script_pubkey = {OP_RETURN};
  CHECK(reason(tx) == "tx-size-small");
  CHECK(error_code([] { standard_reason(ordinary(), {{}, {}}); }) == "policy.spent");
}

TEST_CASE("one OP_RETURN of 83 bytes") {
  Transaction tx = ordinary();
  tx.outputs.push_back({Sat{0}, op_return_script(Bytes(80))});
  CHECK(reason(tx) == "");
  tx.outputs[1].script_pubkey = ScriptBuilder().op(OP_RETURN).push(Bytes(81)).take();
  CHECK(reason(tx) == "datacarrier");
  tx.outputs[1].script_pubkey = {OP_RETURN};
  tx.outputs.push_back(tx.outputs[1]);
  CHECK(reason(tx) == "multi-op-return");
}

TEST_CASE("dust is only for transactions without a fee, once") {
  Transaction tx = ordinary();
  tx.outputs.push_back({Sat{0}, anchor_script()});
  CHECK(standard_reason(tx, coin(p2tr(), 10'000)) == "");
  CHECK(standard_reason(tx, coin(p2tr(), 10'001)) == "dust");
  CHECK(standard_reason(tx, {}) == "dust");
  tx.outputs[1].value = Sat{240};
  CHECK(standard_reason(tx, coin(p2tr(), 10'300)) == "");
  CHECK(standard_reason(tx, {}) == "");
  tx.outputs[1].value = Sat{239};
  CHECK(standard_reason(tx, coin(p2tr(), 10'300)) == "dust");
  tx.outputs[1].value = Sat{0};
  tx.outputs.push_back(tx.outputs[1]);
  CHECK(standard_reason(tx, coin(p2tr(), 10'000)) == "dust");
}

TEST_CASE("tapscript and p2wsh witnesses") {
  Bytes control(33, 0xc0);
  CHECK(with_witness({Bytes(80), Script(10'000, OP_NOP), control}) == "");
  CHECK(with_witness({Bytes(81), {OP_1}, control}) == "bad-witness-nonstandard");
  CHECK(with_witness({Bytes(81), {OP_1}, Bytes(33, 0xc2)}) == "");
  CHECK(with_witness({{OP_1}, {}}) == "bad-witness-nonstandard");
  CHECK(with_witness({Bytes(64), {0x50}}) == "bad-witness-nonstandard");
  CHECK(with_witness(Witness(101, Bytes(80)), p2wsh()) == "");
  CHECK(with_witness(Witness(102, Bytes(1)), p2wsh()) == "bad-witness-nonstandard");
  CHECK(with_witness({Bytes(81), {OP_1}}, p2wsh()) == "bad-witness-nonstandard");
  CHECK(with_witness({Script(3600, OP_NOP)}, p2wsh()) == "");
  CHECK(with_witness({Script(3601, OP_NOP)}, p2wsh()) == "bad-witness-nonstandard");
  CHECK(with_witness({{1}}, anchor_script()) == "bad-witness-nonstandard");
  CHECK(with_witness({}, anchor_script()) == "");
  CHECK(with_witness({{1}}, ScriptBuilder().push(nums_point()).op(OP_CHECKSIG).take()) ==
        "bad-txns-nonstandard-inputs");
  CHECK(with_witness({{1}}, {OP_2, 2, 1, 1}) == "bad-txns-nonstandard-inputs");
}

TEST_CASE("redeem scripts") {
  Transaction tx = ordinary();
  tx.inputs[0].witness.clear();
  auto spend = [&](Script redeem) {
    tx.inputs[0].script_sig = ScriptBuilder().push(redeem).take();
    return standard_reason(tx, coin(p2sh_script(redeem)));
  };
  CHECK(spend(Script(15, OP_CHECKSIG)) == "");
  CHECK(spend(Script(16, OP_CHECKSIG)) == "bad-txns-nonstandard-inputs");
  tx.inputs[0].script_sig.clear();
  CHECK(standard_reason(tx, coin(p2sh_script({}))) == "bad-txns-nonstandard-inputs");
  tx.inputs[0].witness = {Bytes(100), {OP_1}};
  CHECK(spend(p2wsh()) == "bad-witness-nonstandard");
  tx.inputs[0].witness = {Bytes(80), {OP_1}};
  CHECK(spend(p2wsh()) == "");
}

TEST_CASE("version 3 holds at most 10,000 virtual bytes") {
  Transaction tx = ordinary();
  tx.inputs[0].witness = {{}, Script(39'000, OP_NOP), Bytes(33, 0xc0)};
  std::size_t rest = static_cast<std::size_t>(4 * truc_max_vsize - tx.weight());
  tx.inputs[0].witness[1].resize(39'000 + rest);
  REQUIRE(tx.vsize() == truc_max_vsize);
  tx.version = 3;
  CHECK(reason(tx) == "");
  tx.inputs[0].witness[1].push_back(OP_NOP);
  CHECK(reason(tx) == "TRUC-violation");
  tx.version = 2;
  CHECK(reason(tx) == "");
}

TEST_CASE("consensus checks without context") {
  CHECK(check_transaction(ordinary()) == "");
  Transaction tx = ordinary();
  tx.inputs.clear();
  CHECK(check_transaction(tx) == "bad-txns-vin-empty");
  tx = ordinary();
  tx.outputs.clear();
  CHECK(check_transaction(tx) == "bad-txns-vout-empty");
  tx = ordinary();
  tx.outputs[0].script_pubkey.resize(1'000'000);
  CHECK(check_transaction(tx) == "bad-txns-oversize");
  tx = ordinary();
  tx.outputs[0].value = Sat{-1};
  CHECK(check_transaction(tx) == "bad-txns-vout-negative");
  tx.outputs[0].value = max_money + Sat{1};
  CHECK(check_transaction(tx) == "bad-txns-vout-toolarge");
  tx.outputs[0].value = max_money;
  CHECK(check_transaction(tx) == "");
  tx.outputs.push_back({Sat{1}, {}});
  CHECK(check_transaction(tx) == "bad-txns-txouttotal-toolarge");
  tx = ordinary();
  tx.inputs.push_back(tx.inputs[0]);
  CHECK(check_transaction(tx) == "bad-txns-inputs-duplicate");
  tx.inputs[1].prevout = {{}, 0xffffffff};
  CHECK(check_transaction(tx) == "bad-txns-prevout-null");
  tx = ordinary();
  tx.inputs[0].prevout = {{}, 0xffffffff};
  CHECK(check_transaction(tx) == "bad-cb-length");
  tx.inputs[0].script_sig = {1, 1};
  CHECK(check_transaction(tx) == "");
  tx.inputs[0].script_sig.resize(101);
  CHECK(check_transaction(tx) == "bad-cb-length");
}
