#include "bridge/record.hpp"

#include <doctest/doctest.h>

#include "bridge/commitment.hpp"
#include "support/bridge_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::bridge::test;

namespace {

std::optional<Record> read_body(const std::string& hex) {
  return read_record(params().magic, bitcoin::op_return_script(from_hex("504b4954" + hex)));
}

}  // namespace

TEST_CASE("records are what protocol.md says, byte for byte") {
  CHECK(to_hex(record_script(params().magic, PayoutRecord{{3, 7, 300}})) ==
        "6a09"
        "504b4954"
        "02"
        "03"
        "04"
        "a502");
  CommitmentRecord commitment{0x01020304, {}, {}};
  commitment.state_root.fill(0xaa);
  commitment.proof_hash.fill(0xbb);
  CHECK(to_hex(record_script(params().magic, commitment)) ==
        "6a49"
        "504b4954"
        "01"
        "01020304" +
            to_hex(commitment.state_root) + to_hex(commitment.proof_hash));
}

TEST_CASE("records round trip") {
  for (std::vector<std::uint32_t> ids : std::vector<std::vector<std::uint32_t>>{
           {0}, {0, 1}, {127, 128, 16'511}, {UINT32_MAX}, {0, UINT32_MAX}}) {
    auto read = read_record(params().magic, record_script(params().magic, PayoutRecord{ids}));
    REQUIRE(read);
    CHECK(std::get<PayoutRecord>(*read).ids == ids);
  }
  CommitmentRecord commitment{7, {1, 2}, {3, 4}};
  CHECK(std::get<CommitmentRecord>(*read_record(params().magic, record_script(params().magic, commitment))) ==
        commitment);
}

TEST_CASE("only the one form of a record is read") {
  CHECK(read_body("0203"));
  CHECK(!read_body("02"));
  CHECK(!read_body("0283"));            // cut short
  CHECK(!read_body("028300"));          // not the shortest
  CHECK(!read_body("020300"));          // an id twice
  CHECK(!read_body("02ffffffff1f"));    // above 32 bits
  CHECK(!read_body("02ffffffff0f01"));  // the sum above 32 bits
  CHECK(!read_body("02ffffffffffffffff7f"));
  CHECK(!read_body("0303"));
  CHECK(!read_body("01" + std::string(134, '0')));
  CHECK(read_body("01" + std::string(136, '0')));
  CHECK(!read_body("01" + std::string(138, '0')));
  auto script = record_script(params().magic, PayoutRecord{{3}});
  script.insert(script.begin() + 1, 0x4c);  // OP_PUSHDATA1
  CHECK(!read_record(params().magic, script));
  script = record_script(params().magic, PayoutRecord{{3}});
  script.push_back(bitcoin::OP_1);
  CHECK(!read_record(params().magic, script));
  Magic other = params().magic;
  other.bytes[0] ^= 1;
  CHECK(!read_record(other, record_script(params().magic, PayoutRecord{{3}})));
  CHECK(has_magic(params().magic, bitcoin::op_return_script(from_hex("504b495499"))));
  CHECK(!has_magic(params().magic, bitcoin::op_return_script(from_hex("504b49"))));
}

TEST_CASE("records that cannot be written") {
  auto code = [](std::vector<std::uint32_t> ids) {
    return error_code([&] { record_script(params().magic, PayoutRecord{ids}); });
  };
  CHECK(code({}) == "record.ids");
  CHECK(code({2, 2}) == "record.ids");
  CHECK(code({3, 2}) == "record.ids");
  std::vector<std::uint32_t> many;
  for (std::uint32_t i = 0; i < 76; ++i) many.push_back(i);
  CHECK(!record_fits(many));
  CHECK(code(many) == "record.size");
}

TEST_CASE("a thread of commitments") {
  auto key = secret(70);
  crypto::XOnlyKey sequencer = crypto::xonly(key.public_key());
  auto sign = [&](bitcoin::Psbt psbt) {
    crypto::SecretKey tweaked = key.xonly_tweak_add(bitcoin::taptweak_hash(sequencer, {}));
    for (std::size_t i = 0; i < psbt.inputs.size(); ++i)
      psbt.inputs[i].tap_key_sig =
          to_bytes(crypto::schnorr_sign(tweaked, psbt.taproot_sighash(i, nullptr), ByteArray<32>{}));
    psbt.finalize();
    return psbt.extract();
  };
  auto plan = [&](SequencerCoin thread, std::uint32_t epoch, std::vector<SequencerCoin> fee_coins = {}) {
    return plan_commitment({sequencer, thread, fee_coins, {epoch, {9}, {8}}, FeeRate::per_vb(2)}, params());
  };
  SequencerCoin start{{bitcoin::Txid{}, 4}, {Sat(10'000), key_script(sequencer)}};
  auto first = plan(start, 5);
  auto tx1 = sign(first.psbt);
  CHECK(tx1.vsize() == first.vsize);
  CHECK(tx1.outputs.size() == 2);
  CHECK(first.fee == FeeRate::per_vb(2).fee(first.vsize));

  SequencerCoin fee_coin{{bitcoin::Txid{}, 9}, {Sat(5'000), key_script(sequencer)}};
  auto second = plan({{tx1.txid(), 0}, tx1.outputs[0]}, 6, {fee_coin});
  auto tx2 = sign(second.psbt);
  CHECK(tx2.outputs[0].value == tx1.outputs[0].value);
  CHECK(tx2.outputs.size() == 3);
  CHECK(tx2.vsize() == second.vsize);
  // Change too small to stand alone goes to the fee.
  fee_coin.output.value = Sat(600);
  auto tight = plan({{tx1.txid(), 0}, tx1.outputs[0]}, 6, {fee_coin});
  CHECK(tight.psbt.tx.outputs.size() == 2);
  CHECK(tight.fee == Sat(600));
  fee_coin.output.value = Sat(100);
  CHECK(error_code([&] { plan({{tx1.txid(), 0}, tx1.outputs[0]}, 6, {fee_coin}); }) == "funds.short");
  start.output.value = Sat(500);
  CHECK(error_code([&] { plan(start, 5); }) == "funds.short");

  CommitmentThread thread(params().magic, tx1.txid());
  CHECK(!thread.extend(tx2, 111));
  CHECK(thread.extend(tx1, 110));
  CHECK(!thread.concerns(tx1));
  CHECK(thread.extend(tx2, 111));
  CHECK(thread.commitments().size() == 2);
  CHECK(Commitment::parse(thread.commitments()[1].to_json()).record.epoch == 6);
  auto gap = plan({{tx2.txid(), 0}, tx2.outputs[0]}, 8);
  CHECK(thread.concerns(gap.psbt.tx));
  Verdict verdict = thread.extend(gap.psbt.tx, 112);
  CHECK(!verdict);
  CHECK(verdict.reason == "epoch 8 follows where 7 was expected");
  CHECK(thread.ended());
  CHECK(!thread.concerns(gap.psbt.tx));
}
