#include "bridge/sequencer_root.hpp"

#include <doctest/doctest.h>

#include "bitcoin/interpreter.hpp"
#include "bridge/commitment.hpp"
#include "optimistic/ots_keys.hpp"
#include "optimistic/sequencer_stake.hpp"
#include "support/bridge_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;
using namespace pegkit::bridge::test;

namespace {

const crypto::XOnlyKey sequencer = crypto::xonly(secret(50).public_key());

crypto::OtsSecret ots_secret(std::uint32_t epoch) {
  return sequencer_ots_secret(secret(51), epoch);
}
crypto::OtsPublicKey ots_key(std::uint32_t epoch) {
  return crypto::ots_public_key(ots_secret(epoch), root_bytes);
}
WithdrawalTree::Node root_of(std::uint8_t number) {
  return crypto::sha256(Bytes{number});
}
RevealedRoot signed_root(std::uint32_t epoch, std::uint8_t root) {
  return read_root_signature(crypto::ots_sign(ots_secret(epoch), root_of(root))).value();
}
OtsKeySet set_of(std::uint32_t first, std::uint32_t count) {
  std::vector<crypto::OtsPublicKey> keys;
  for (std::uint32_t i = 0; i < count; ++i) keys.push_back(ots_key(first + i));
  return OtsKeySet::for_sequencer(first, std::move(keys));
}
Params optimistic_params(const OtsKeySet& set) {
  Params out = params();
  out.challenge = Params::Challenge();
  out.challenge->sequencer = {sequencer, set.hash(), set.first_epoch(),
                              static_cast<std::uint32_t>(set.keys().size())};
  return out;
}
bitcoin::ScriptError run_input(const bitcoin::Transaction& tx, const bitcoin::TxOut& spent) {
  bitcoin::SighashCache cache(tx, {spent});
  return bitcoin::verify_script({}, spent.script_pubkey, tx.inputs[0].witness, bitcoin::standard_flags, cache,
                                0, spent.value);
}

/// A commitment of epoch 4 that reveals a root.
struct Made {
  RootReveal reveal;
  CommitmentPlan plan;
  bitcoin::TxOut spent;
  bitcoin::Transaction tx;
};
Made make_commitment(std::uint8_t root, std::vector<SequencerCoin> fee_coins = {}) {
  Made out;
  out.reveal = {EpochOutput::of(sequencer, ots_key(4)), crypto::ots_sign(ots_secret(4), root_of(root)),
                EpochOutput::of(sequencer, ots_key(5)).script_pubkey};
  out.spent = {Sat(30'000), out.reveal.output.script_pubkey};
  CommitmentRequest request;
  request.sequencer = sequencer;
  request.thread = {{bitcoin::Txid::from_display(std::string(62, '0') + "01"), 0}, out.spent};
  request.fee_coins = std::move(fee_coins);
  request.record.epoch = 4;
  request.fee_rate = FeeRate::per_vb(1);
  request.reveal = out.reveal;
  out.plan = plan_commitment(request, params());
  auto leaf = bitcoin::tapleaf_hash(out.reveal.output.leaf);
  auto signature = crypto::schnorr_sign(secret(50), out.plan.psbt.taproot_sighash(0, &leaf), ByteArray<32>{});
  out.tx = finish_commitment(out.plan.psbt, out.reveal, signature);
  return out;
}

}  // namespace

TEST_CASE("a commitment spends its epoch's output and reveals the root") {
  Made made = make_commitment(1);
  CHECK(run_input(made.tx, made.spent) == bitcoin::ScriptError::OK);
  CHECK(made.tx.outputs[0].script_pubkey == made.reveal.next);
  CHECK(made.tx.vsize() <= made.plan.vsize);
  CHECK(made.plan.vsize - made.tx.vsize() <= 15);  // digits of 0 are shorter by a byte
  MESSAGE("commitment: leaf ", made.reveal.output.leaf.size(), " bytes, ", made.tx.vsize(), " vB");

  auto revealed = revealed_root(sequencer, made.tx);
  REQUIRE(revealed);
  CHECK(revealed->root == root_of(1));
  CHECK(revealed->key == ots_key(4));
  CHECK(revealed->signature == made.reveal.signature);
  CHECK_FALSE(revealed_root(crypto::xonly(secret(52).public_key()), made.tx));
  CHECK(commitment_leaf_key(sequencer, made.reveal.output.leaf) == ots_key(4));
  bitcoin::Script other = made.reveal.output.leaf;
  other.back() ^= 1;
  CHECK_FALSE(commitment_leaf_key(sequencer, other));

  // Another root, the same key: only with the one-time secret.
  bitcoin::Transaction forged = made.tx;
  forged.inputs[0].witness[2] = forged.inputs[0].witness[4];
  CHECK(run_input(forged, made.spent) != bitcoin::ScriptError::OK);
  CHECK_FALSE(revealed_root(sequencer, forged));
  // And the transaction is the sequencer's own.
  forged = made.tx;
  forged.outputs[0].value -= Sat(1);
  CHECK(run_input(forged, made.spent) != bitcoin::ScriptError::OK);
}

TEST_CASE("signatures of roots in bytes") {
  RevealedRoot one = signed_root(4, 1);
  CHECK(one.root == root_of(1));
  CHECK(one.key == ots_key(4));
  Bytes data = write_root_signature(one.signature);
  CHECK(data.size() == 67 * 21);
  CHECK(parse_root_signature(data) == one);
  auto code = [](Bytes bytes) { return error_code([&] { parse_root_signature(bytes); }); };
  CHECK(code({}) == "ots.signature");
  for (std::size_t size : {1u, 21u, 22u, 1406u})
    CHECK(code(Bytes(data.begin(), data.begin() + size)) == "ots.signature");
  Bytes longer = data;
  longer.push_back(0);
  CHECK(code(longer) == "ots.signature");
  Bytes changed = data;
  changed[0] ^= 1;  // the checksum does not fit any more
  CHECK(code(changed) == "ots.signature");
  changed = data;
  changed[0] = 16;
  CHECK(code(changed) == "ots.signature");
  // Another hash is a signature under another key, which is nobody's.
  changed = data;
  changed[5] ^= 1;
  CHECK(parse_root_signature(changed).key != one.key);
}

TEST_CASE("roots are recognised wherever a witness shows them") {
  OtsKeySet set = set_of(3, 3);
  auto lookup = [&](ByteView hash20) -> std::optional<crypto::OtsPublicKey> {
    for (const OtsNamedKey& named : set.keys())
      if (std::ranges::equal(named.key.hashes[0], hash20)) return named.key;
    return std::nullopt;
  };
  Made made = make_commitment(1);
  auto shown = shown_roots(made.tx, lookup);
  REQUIRE(shown.size() == 1);
  CHECK(shown[0] == signed_root(4, 1));

  // Among other elements, under an annex.
  bitcoin::Witness& witness = made.tx.inputs[0].witness;
  witness.insert(witness.begin(), {Bytes{1}, Bytes(20, 7), Bytes{}});
  witness.push_back({0x50, 1});
  CHECK(shown_roots(made.tx, lookup) == shown);
  set = set_of(5, 2);
  CHECK(shown_roots(made.tx, lookup).empty());

  // Witnesses without a script path, or with a broken script.
  for (bitcoin::Witness odd :
       {bitcoin::Witness{}, {Bytes{}}, {Bytes{0x4c}, Bytes{0x50}}, {Bytes{0x14, 1}, Bytes(33, 0xc0)}}) {
    made.tx.inputs[0].witness = odd;
    CHECK(shown_roots(made.tx, lookup).empty());
    CHECK_FALSE(revealed_root(sequencer, made.tx));
  }
}

TEST_CASE("the stake is taken with two roots of one epoch, by nothing less") {
  OtsKeySet set = set_of(3, 4);
  Params of = optimistic_params(set);
  SequencerStake stake(of, set, 1000);
  bitcoin::TxOut bond{Sat(1'000'000), stake.script_pubkey()};
  bitcoin::OutPoint outpoint{bitcoin::Txid::from_display(std::string(62, '0') + "02"), 1};
  bitcoin::Script to = bitcoin::p2wpkh_script(secret(1).public_key());
  auto slash = [&](std::uint32_t epoch, const Equivocation& evidence, std::int64_t rate = 3) {
    return stake.slash(epoch, evidence, outpoint, bond.value, to, FeeRate::per_vb(rate), of);
  };
  for (std::uint32_t epoch = 3; epoch < 7; ++epoch) {
    auto made = slash(epoch, {signed_root(epoch, 1), signed_root(epoch, 2)});
    CHECK(run_input(made.tx, bond) == bitcoin::ScriptError::OK);
    CHECK(made.fee == FeeRate::per_vb(3).fee(made.tx.vsize()));
    CHECK(made.tx.outputs[0].value == bond.value - made.fee);
    if (epoch == 3)
      MESSAGE("slash: leaf ", stake.slash_leaf(3).script.size(), " bytes, weight ", made.tx.weight());
  }
  auto code = [](auto&& run) { return error_code(run); };
  CHECK(code([&] { slash(3, {signed_root(3, 1), signed_root(3, 1)}); }) == "slash.evidence");
  CHECK(code([&] { slash(3, {signed_root(4, 1), signed_root(4, 2)}); }) == "slash.evidence");
  CHECK(code([&] { slash(3, {signed_root(3, 1), signed_root(4, 2)}); }) == "slash.evidence");
  CHECK(code([&] { slash(7, {signed_root(3, 1), signed_root(3, 2)}); }) == "epoch.range");
  bond.value = Sat(500);
  CHECK(code([&] { slash(3, {signed_root(3, 1), signed_root(3, 2)}); }) == "fee.uncovered");
  CHECK(code([&] { SequencerStake(of, set, 0); }) == "stake.blocks");
  CHECK(code([&] { SequencerStake(params(), set, 10); }) == "params.quorum");
  // The same signature twice does not run either.
  bond.value = Sat(1'000'000);
  auto made = slash(3, {signed_root(3, 1), signed_root(3, 2)});
  auto same = slash_witness(signed_root(3, 1).signature, signed_root(3, 1).signature);
  std::ranges::copy(same, made.tx.inputs[0].witness.begin());
  CHECK(run_input(made.tx, bond) != bitcoin::ScriptError::OK);
}

TEST_CASE("an unused stake goes home after its timelock") {
  OtsKeySet set = set_of(3, 2);
  SequencerStake stake(optimistic_params(set), set, 1000);
  bitcoin::TxOut bond{Sat(1'000'000), stake.script_pubkey()};
  auto leaf = stake.recovery_leaf();
  auto home = [&](std::uint32_t sequence) {
    bitcoin::Transaction tx;
    tx.version = 2;
    tx.inputs.push_back({{bitcoin::Txid::from_display(std::string(62, '0') + "02"), 1}, {}, sequence, {}});
    tx.outputs.push_back({Sat(990'000), bitcoin::p2wpkh_script(secret(50).public_key())});
    auto hash = bitcoin::tapleaf_hash(leaf.script);
    auto message = bitcoin::SighashCache(tx, {bond}).taproot(0, 0, &hash);
    auto signature = crypto::schnorr_sign(secret(50), *message, ByteArray<32>{});
    tx.inputs[0].witness = {to_bytes(signature.view()), leaf.script, leaf.control_block};
    return run_input(tx, bond);
  };
  CHECK(home(1000) == bitcoin::ScriptError::OK);
  CHECK(home(999) != bitcoin::ScriptError::OK);
  CHECK(home(0xfffffffd) != bitcoin::ScriptError::OK);
}

TEST_CASE("stake documents") {
  OtsKeySet set = set_of(3, 3);
  Params of = optimistic_params(set);
  Json document = SequencerStake(of, set, 1000).to_json(of);
  CHECK(document["leaf_count"] == 4);
  CHECK(SequencerStake::parse(document, of, set).to_json(of) == document);
  CHECK(to_hex(stated_stake_script(document)) == document["script_pubkey"]);
  auto code = [&](const char* field, Json value) {
    Json changed = document;
    changed[field] = std::move(value);
    return error_code([&] { SequencerStake::parse(changed, of, set); });
  };
  CHECK(code("recovery_blocks", 1001) == "document.derived");
  CHECK(code("merkle_root", std::string(64, '0')) == "document.derived");
  CHECK(code("leaf_count", 5) == "document.derived");
  CHECK(code("ots", std::string(64, '0')) == "stake.other");
  CHECK(code("more", 1) == "json.unknown");
}
