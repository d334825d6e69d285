#include "optimistic/sequencer_stake.hpp"

#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "bitcoin/policy.hpp"
#include "bridge/derived.hpp"
#include "bridge/weight.hpp"

namespace pegkit::optimistic {
namespace {

constexpr std::uint32_t max_recovery_blocks = 65'535;
constexpr std::uint32_t sequence = bitcoin::replaceable_sequence;

using Keys = std::shared_ptr<const std::vector<crypto::OtsPublicKey>>;

Keys keys_of(const OtsKeySet& set) {
  auto out = std::make_shared<std::vector<crypto::OtsPublicKey>>();
  for (const OtsNamedKey& named : set.keys()) out->push_back(named.key);
  return out;
}

bitcoin::Script recovery_script(const crypto::XOnlyKey& sequencer, std::uint32_t blocks) {
  return bitcoin::ScriptBuilder()
      .number(blocks)
      .op(bitcoin::OP_CHECKSEQUENCEVERIFY)
      .op(bitcoin::OP_DROP)
      .push(sequencer)
      .op(bitcoin::OP_CHECKSIG)
      .take();
}

ClaimTree tree_of(Keys keys, const crypto::XOnlyKey& sequencer, std::uint32_t blocks) {
  std::size_t epochs = keys->size();
  return ClaimTree(epochs + 1, [keys = std::move(keys), sequencer, blocks](std::size_t i) {
    return i < keys->size() ? optimistic::slash_leaf((*keys)[i]) : recovery_script(sequencer, blocks);
  });
}

std::uint32_t checked_blocks(std::uint32_t blocks) {
  if (blocks == 0 || blocks > max_recovery_blocks)
    throw input_error("stake.blocks", "the timelock of a stake is 1 to 65535 blocks");
  return blocks;
}

}  // namespace

SequencerStake::SequencerStake(const bridge::Params& params, const OtsKeySet& set,
                               std::uint32_t recovery_blocks)
    : sequencer_(params.require_challenge().sequencer.key),
      first_epoch_(set.first_epoch()),
      recovery_blocks_(checked_blocks(recovery_blocks)),
      keys_(keys_of(set)),
      tree_(tree_of(keys_, sequencer_, recovery_blocks_)) {}

bitcoin::Script SequencerStake::script_pubkey() const {
  return bitcoin::p2tr_script(bitcoin::taproot_output(internal_key(), root()).key);
}

SequencerStake::Leaf SequencerStake::slash_leaf(std::uint32_t epoch) const {
  if (epoch < first_epoch_ || epoch - first_epoch_ >= epochs())
    throw refused("epoch.range",
                  fmt::format("the stake has no leaf for epoch {}: its epochs are {} to {}", epoch,
                              first_epoch_, std::uint64_t{first_epoch_} + epochs() - 1));
  std::size_t index = epoch - first_epoch_;
  return {tree_.leaf(index), tree_.control_block(index, internal_key())};
}

SequencerStake::Leaf SequencerStake::recovery_leaf() const {
  return {tree_.leaf(epochs()), tree_.control_block(epochs(), internal_key())};
}

SequencerStake::Slash SequencerStake::slash(std::uint32_t epoch, const bridge::Equivocation& evidence,
                                            const bitcoin::OutPoint& outpoint, Sat amount,
                                            const bitcoin::Script& to, FeeRate rate,
                                            const bridge::Params& params) const {
  Leaf leaf = slash_leaf(epoch);
  const crypto::OtsPublicKey& key = (*keys_)[epoch - first_epoch_];
  if (evidence.one.key != key || evidence.other.key != key || evidence.one.root == evidence.other.root)
    throw input_error(
        "slash.evidence",
        fmt::format("this does not show two roots that the sequencer signed for epoch {}", epoch));
  Slash out;
  out.tx.version = 2;
  bitcoin::Witness witness = slash_witness(evidence.one.signature, evidence.other.signature);
  witness.push_back(std::move(leaf.script));
  witness.push_back(std::move(leaf.control_block));
  out.tx.inputs.push_back({outpoint, {}, sequence, std::move(witness)});
  out.tx.outputs.push_back({amount, to});
  out.vsize = bridge::vsize_of_weight(static_cast<std::int64_t>(out.tx.weight()));
  out.fee = params.checked_fee_rate(rate).fee(out.vsize);
  params.check_fee(out.fee);
  out.tx.outputs[0].value = amount - out.fee;
  if (out.tx.outputs[0].value < bitcoin::dust_threshold(out.tx.outputs[0]))
    throw input_error("fee.uncovered", "the stake does not cover the fee of taking it");
  return out;
}

Json SequencerStake::to_json(const bridge::Params& params) const {
  Json out = new_document("sequencer-stake");
  out["sequencer"] = to_hex(sequencer_);
  out["ots"] = to_hex(params.require_challenge().sequencer.ots);
  out["recovery_blocks"] = recovery_blocks_;
  out["address"] = bitcoin::script_address(script_pubkey(), params.chain).value();
  out["script_pubkey"] = to_hex(script_pubkey());
  out["internal_key"] = to_hex(internal_key());
  out["merkle_root"] = to_hex(root());
  out["leaf_count"] = epochs() + 1;
  return out;
}

SequencerStake SequencerStake::parse(const Json& document, const bridge::Params& params,
                                     const OtsKeySet& set) {
  const auto& sequencer = params.require_challenge().sequencer;
  JsonObject object = open_document(document, "sequencer-stake");
  if (object.required("sequencer").fixed<crypto::XOnlyKey>() != sequencer.key ||
      object.required("ots").hex_array<32>() != sequencer.ots)
    throw refused("stake.other", "this is the stake of another sequencer than the parameters'");
  auto blocks =
      static_cast<std::uint32_t>(object.required("recovery_blocks").integer(1, max_recovery_blocks));
  SequencerStake out(params, set, blocks);
  bridge::DerivedFields derived(object);
  derived.address("address", [&] { return out.script_pubkey(); });
  derived.equal("script_pubkey", [&] { return to_hex(out.script_pubkey()); });
  derived.equal("internal_key", [&] { return to_hex(out.internal_key()); });
  derived.equal("merkle_root", [&] { return to_hex(out.root()); });
  derived.equal("leaf_count", [&] { return Json(out.epochs() + 1); });
  object.done();
  return out;
}

bitcoin::Script stated_stake_script(const Json& document) {
  JsonObject object = open_document(document, "sequencer-stake");
  JsonField script = object.required("script_pubkey");
  bitcoin::Script out = from_hex(script.text(2 * 34 + 1));
  if (bitcoin::script_kind(out) != bitcoin::ScriptKind::witness_v1_taproot)
    script.fail("stake.script", "the script of a stake is a P2TR output");
  return out;
}

}  // namespace pegkit::optimistic
