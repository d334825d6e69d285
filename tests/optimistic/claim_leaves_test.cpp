#include <cstdlib>
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "optimistic/claim_actors.hpp"
#include "support/errors.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;
using namespace pegkit::gadgets;
using namespace pegkit::optimistic::test;
using bitcoin::ScriptError;
using pegkit::test::error_code;

namespace {

constexpr std::uint8_t sighash_single = 3;

const ClaimWorld& world() {
  static const ClaimWorld one;
  return one;
}
const ClaimActors& actors() {
  static const ClaimActors one(world().program());
  return one;
}
const ClaimTrace& true_values() {
  static const ClaimTrace trace = true_trace(actors().program, world().inputs);
  return trace;
}
const ClaimSignatures& true_signatures() {
  static const ClaimSignatures signatures = actors().sign(true_values());
  return signatures;
}

std::size_t elements_of(const bitcoin::Witness& witness) {
  return witness.size() - 2;
}

/// Spends the disprove leaf of a step with the trace's values.
ScriptError disprove(LeafSpend& spend, std::size_t step, const ClaimTrace& trace) {
  ClaimTrace shown(trace.size());
  for (std::size_t value : step_values(actors().program, step)) shown[value] = trace[value];
  return spend.run(disprove_witness(actors().program, step, actors().sign(shown),
                                    spend.sign(actors().signers_secret, sighash_single)));
}

}  // namespace

TEST_CASE("claim leaves: the form is the smallest that leaves bytes in their order") {
  for (const ClaimValue& value : actors().program.values())
    for (OtsResult result : {OtsResult::nothing, OtsResult::nibbles})
      CHECK(ots_weight(claim_form, result, value.bytes) <= ots_weight(OtsForm::binary, result, value.bytes));
}

TEST_CASE("claim leaves: a disprove leaf refuses the truth and takes a false step") {
  const ClaimProgram& program = actors().program;
  for (std::size_t step = 0; step < program.steps().size(); ++step) {
    INFO(program.steps()[step].name);
    auto spend = LeafSpend::alone(disprove_leaf(program, step, actors().keys, actors().signers_key), 1);
    CHECK(disprove(spend, step, true_values()) == ScriptError::EVAL_FALSE);
    CHECK(disprove(spend, step, falsified(program, true_values(), step)) == ScriptError::OK);
    CHECK(bitcoin::standard_reason(spend.tx, spend.spent) == "");
    CHECK(spend.tx.weight() <= 250'000);
  }
}

TEST_CASE("claim leaves: every disprove transaction is standard") {
  const ClaimProgram& program = actors().program;
  ClaimTree tree = disprove_tree(program, actors().keys, actors().signers_key);
  std::size_t scripts = 0, largest = 0;
  std::int64_t heaviest = 0;
  for (std::size_t step = 0; step < tree.size(); ++step) {
    INFO(program.steps()[step].name);
    std::vector<bitcoin::TxOut> outputs{{Sat(10'000), {bitcoin::OP_RETURN}},
                                        {Sat(50'000), bitcoin::p2tr_script(bitcoin::nums_point())}};
    LeafSpend spend(tree.leaf(step), tree.control_block(step, bitcoin::nums_point()), tree.root(), 1,
                    outputs);
    CHECK(spend.leaf.size() == tree.leaf_size(step));
    CHECK(bitcoin::tapleaf_hash(spend.leaf) == tree.hash(step));
    auto control = bitcoin::ControlBlock::parse(spend.control_block);
    ByteView output_key = ByteView(spend.spent[0].script_pubkey).subspan(2);
    CHECK(bitcoin::verify_taproot_commitment(*control, output_key, tree.hash(step)));
    bitcoin::Witness witness = disprove_witness(program, step, true_signatures(), Bytes(65, 1));
    std::size_t bytes = 0;
    for (const Bytes& element : witness) bytes += 1 + element.size();
    CHECK(bytes <= disprove_stack(program, step));
    CHECK(witness.size() <= 1'000);
    witness.push_back(spend.leaf);
    witness.push_back(spend.control_block);
    spend.tx.inputs[0].witness = witness;
    CHECK(spend.tx.weight() <= bitcoin::max_standard_weight);
    CHECK(bitcoin::standard_reason(spend.tx, spend.spent) == "");
    scripts += spend.leaf.size();
    largest = std::max(largest, spend.leaf.size());
    heaviest = std::max(heaviest, spend.tx.weight());
  }
  CHECK(scripts <= 20'000'000);
  MESSAGE(tree.size(), " leaves, ", scripts, " bytes of script, the largest ", largest,
          ", heaviest disprove ", heaviest);
}

TEST_CASE("claim leaves: kickoff and assert parts") {
  const ClaimActors& a = actors();
  auto kickoff = LeafSpend::alone(kickoff_leaf(a.program, a.layout, a.keys, a.operator_key), 1);
  auto stack = kickoff_witness(a.program, a.layout, true_signatures(), kickoff.sign(a.operator_secret, 0));
  CHECK(kickoff.run(stack) == ScriptError::OK);
  ClaimSignatures all = read_kickoff(a.program, a.layout, a.keys, kickoff.tx.inputs[0].witness).value();
  CHECK(signed_values(all)[a.program.value("id")] == true_values()[a.program.value("id")]);

  std::int64_t total = 0;
  std::size_t bytes = 0;
  for (std::size_t part = 1; part < a.layout.parts(); ++part) {
    auto spend = LeafSpend::alone(assert_leaf(a.program, a.layout, a.keys, a.operator_key, part), 2);
    stack = assert_witness(a.program, a.layout, true_signatures(), part, spend.sign(a.operator_secret, 0));
    CHECK(spend.run(stack) == ScriptError::OK);
    CHECK(spend.tx.vsize() <= bitcoin::truc_max_vsize);
    CHECK(elements_of(spend.tx.inputs[0].witness) <= 980);
    CHECK(bitcoin::standard_reason(spend.tx, spend.spent) == "");
    std::size_t size = 0;
    for (const Bytes& element : stack) size += 1 + element.size();
    CHECK(size <= assert_stack(a.program, a.layout, part));
    total += spend.tx.vsize();
    bytes += size + spend.leaf.size();

    const bitcoin::Witness& witness = spend.tx.inputs[0].witness;
    auto read = read_assert(a.program, a.layout, a.keys, part, witness);
    REQUIRE(read);
    for (std::size_t value : a.layout.part(part)) CHECK((*read)[value] == true_signatures()[value]);
    merge_signatures(all, *read);
    for (std::size_t other = 1; other < a.layout.parts(); ++other)
      if (other != part) CHECK_FALSE(read_assert(a.program, a.layout, a.keys, other, witness));
    CHECK_FALSE(read_kickoff(a.program, a.layout, a.keys, witness));

    auto wrong_signer = stack;
    wrong_signer[0] = spend.sign(a.signers_secret, 0);
    CHECK(spend.run(wrong_signer) == ScriptError::SCHNORR_SIG);
    auto wrong_digit = stack;
    wrong_digit[20] = bitcoin::script_number(wrong_digit[20].empty() ? 1 : wrong_digit[20][0] ^ 1);
    CHECK(spend.run(wrong_digit) != ScriptError::OK);
  }

  std::vector<crypto::OtsPublicKey> sequencer;
  for (std::uint32_t epoch = 40; epoch < 44; ++epoch) sequencer.push_back(a.epoch_key(epoch));
  ClaimTree tree = epoch_tree(a.program, a.keys, a.operator_key, sequencer, 40);
  std::vector<bitcoin::TxOut> outputs{{Sat(50'000), bitcoin::p2tr_script(bitcoin::nums_point())}};
  LeafSpend spend(tree.leaf(1), tree.control_block(1, bitcoin::nums_point()), tree.root(), 2, outputs);
  auto committed = crypto::ots_sign(a.epoch_secret(41), true_values()[a.program.value("root")]);
  auto sign = [&] { return spend.sign(a.operator_secret, 0); };
  stack = epoch_witness(a.program, a.layout, true_signatures(), committed, sign());
  CHECK(spend.run(stack) == ScriptError::OK);
  CHECK(spend.tx.vsize() <= bitcoin::truc_max_vsize);
  CHECK(bitcoin::standard_reason(spend.tx, spend.spent) == "");
  total += spend.tx.vsize();
  bytes += spend.leaf.size();
  for (const Bytes& element : stack) bytes += 1 + element.size();
  auto read = read_epoch(a.program, a.layout, a.keys, sequencer, 40, spend.tx.inputs[0].witness);
  REQUIRE(read);
  CHECK(read->epoch == 41);
  CHECK(read->sequencer == committed);
  merge_signatures(all, read->signatures);
  CHECK(signed_values(all) == true_values());
  CHECK_FALSE(read_epoch(a.program, a.layout, a.keys, sequencer, 42, spend.tx.inputs[0].witness));
  CHECK_FALSE(
      read_epoch(a.program, a.layout, a.keys, std::span(sequencer).first(1), 40, spend.tx.inputs[0].witness));
  MESSAGE(a.layout.parts(), " assert parts, ", bytes, " bytes, ", total, " vbytes");
  CHECK(total < 250'000);

  // Another epoch's leaf, a root that no sequencer signed, a root of another epoch, an epoch not this leaf's.
  LeafSpend other(tree.leaf(2), tree.control_block(2, bitcoin::nums_point()), tree.root(), 2, outputs);
  CHECK(other.run(epoch_witness(a.program, a.layout, true_signatures(), committed,
                                other.sign(a.operator_secret, 0))) != ScriptError::OK);
  ClaimTrace lie = true_values();
  lie[a.program.value("root")][31] ^= 1;
  CHECK(spend.run(epoch_witness(a.program, a.layout, a.sign(lie), committed, sign())) ==
        ScriptError::EQUALVERIFY);
  CHECK_FALSE(read_epoch(a.program, a.layout, a.keys, sequencer, 40, spend.tx.inputs[0].witness));
  auto other_epoch = crypto::ots_sign(a.epoch_secret(42), true_values()[a.program.value("root")]);
  CHECK(spend.run(epoch_witness(a.program, a.layout, true_signatures(), other_epoch, sign())) !=
        ScriptError::OK);
  lie = true_values();
  lie[a.program.value("root_epoch")][3] ^= 1;
  CHECK(spend.run(epoch_witness(a.program, a.layout, a.sign(lie), committed, sign())) ==
        ScriptError::EQUALVERIFY);
}

TEST_CASE("claim layout: every value once, in as few parts as there is room for") {
  for (std::uint32_t headers : {0u, 5u, 12u}) {
    ClaimWorld one({.headers = headers});
    ClaimProgram program = one.program();
    ClaimLayout layout(program);
    std::vector<int> shown(program.values().size());
    for (std::size_t value : layout.kickoff()) ++shown[value];
    for (std::size_t part = 0; part < layout.parts(); ++part)
      for (std::size_t value : layout.part(part)) ++shown[value];
    CHECK(std::ranges::all_of(shown, [](int times) { return times == 1; }));
    CHECK(program.values()[layout.part(0)[0]].name == "root_epoch");
    CHECK(program.values()[layout.part(0)[1]].name == "root");
    CHECK_THROWS_AS(layout.part(layout.parts()), Error);
  }
}

TEST_CASE("claim leaves: two signatures of one epoch take the sequencer's bond") {
  const ClaimActors& a = actors();
  auto spend = LeafSpend::alone(slash_leaf(a.epoch_key(7)), 1);
  auto one = crypto::ots_sign(a.epoch_secret(7), Bytes(32, 1)),
       other = crypto::ots_sign(a.epoch_secret(7), Bytes(32, 2));
  CHECK(spend.run(slash_witness(one, other)) == ScriptError::OK);
  CHECK(bitcoin::standard_reason(spend.tx, spend.spent) == "");
  CHECK(spend.run(slash_witness(one, one)) == ScriptError::EVAL_FALSE);
  auto of_other_epoch = crypto::ots_sign(a.epoch_secret(8), Bytes(32, 2));
  CHECK(spend.run(slash_witness(one, of_other_epoch)) != ScriptError::OK);
}

TEST_CASE("claim leaves: witnesses that are none") {
  const ClaimActors& a = actors();
  auto spend = LeafSpend::alone(kickoff_leaf(a.program, a.layout, a.keys, a.operator_key), 1);
  spend.run(kickoff_witness(a.program, a.layout, true_signatures(), spend.sign(a.operator_secret, 0)));
  bitcoin::Witness good = spend.tx.inputs[0].witness;
  auto read = [&](const bitcoin::Witness& witness) {
    return read_kickoff(a.program, a.layout, a.keys, witness).has_value();
  };
  CHECK(read(good));
  bitcoin::Witness with_annex = good;
  with_annex.push_back({0x50, 1, 2});
  CHECK(read(with_annex));
  for (std::size_t size = 0; size < good.size(); ++size)
    CHECK_FALSE(read(bitcoin::Witness(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))));
  bitcoin::Witness longer = good;
  longer.insert(longer.begin(), Bytes{});
  CHECK_FALSE(read(longer));
  for (std::size_t i = 1; i + 2 < good.size(); i += 8) {  // hashes; a digit above 15 counts as 15
    bitcoin::Witness changed = good;
    changed[i].push_back(1);
    CHECK_FALSE(read(changed));
  }

  ClaimSignatures some = true_signatures();
  some[a.layout.kickoff()[1]].reset();
  CHECK_THROWS_WITH(kickoff_witness(a.program, a.layout, some, {}), "there is no one-time signature of id");
  CHECK_THROWS_AS(disprove_witness(a.program, 1'000, some, {}), Error);
  ClaimKeys fewer(a.keys.begin(), a.keys.end() - 1);
  CHECK_THROWS_AS(kickoff_leaf(a.program, a.layout, fewer, a.operator_key), Error);
  ClaimKeys swapped = a.keys;
  std::swap(swapped[a.program.value("depth")], swapped[a.program.value("position")]);
  CHECK_THROWS_WITH(check_keys(a.program, swapped), "the one-time key of position is for 1 bytes, not 2");
}

TEST_CASE("claim tree: leaves made again, duplicates refused") {
  auto leaf = [](std::size_t i) { return bitcoin::Script{bitcoin::OP_1, static_cast<std::uint8_t>(i)}; };
  ClaimTree tree(5, leaf);
  bitcoin::TapTreeStream stream;
  for (std::size_t i = 0; i < 5; ++i) stream.add(bitcoin::tapleaf_hash(leaf(i)));
  CHECK(tree.root() == stream.root());
  CHECK_THROWS_AS(tree.leaf(5), Error);
  CHECK_THROWS_AS(tree.path(5), Error);
  CHECK(error_code([&] { ClaimTree(300, leaf); }) == "taptree.duplicate");
}
