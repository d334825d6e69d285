#include "optimistic/graph_program.hpp"

#include <fmt/core.h>

#include "bridge/record.hpp"

namespace pegkit::optimistic {
namespace {

const bitcoin::OutPoint& funding_of(const bridge::Deposit& deposit) {
  if (!deposit.funding)
    throw not_ready("deposit.unfunded", "the deposit document names no outpoint: it is not funded yet")
        .field("deposit.outpoint");
  return deposit.funding->outpoint;
}

/// The operator's key of each value of the program.
ClaimKeys value_keys(const ClaimProgram& program, const OtsKeySet& set, const ByteArray<32>& graph) {
  auto bad_keys = [](const std::string& why) {
    return input_error("graph.keys", why).field("operator_keys");
  };
  if (set.graph() != graph) throw bad_keys("these one-time keys are of another graph");
  try {
    return claim_keys(program, set);
  } catch (const Error& error) {
    throw bad_keys(error.message());
  }
}

/// The sequencer's key of each epoch of the parameters.
std::vector<crypto::OtsPublicKey> epoch_keys(const bridge::Params::Challenge& rules, const OtsKeySet& set) {
  auto fail = [](const std::string& why) { throw input_error("graph.keys", why).field("sequencer_keys"); };
  if (!set.is_sequencer() || set.hash() != rules.sequencer.ots)
    fail("the sequencer's one-time keys are not those of the parameters");
  std::vector<crypto::OtsPublicKey> out;
  for (std::uint32_t i = 0; i < rules.sequencer.epochs; ++i) {
    const crypto::OtsPublicKey* key = set.find_epoch(rules.sequencer.first_epoch + i);
    if (!key) fail(fmt::format("there is no one-time key of epoch {}", rules.sequencer.first_epoch + i));
    out.push_back(*key);
  }
  return out;
}

}  // namespace

ClaimConstants claim_constants(const bridge::Params& params, const bitcoin::OutPoint& deposit,
                               const crypto::XOnlyKey& operator_key) {
  const bridge::Params::Challenge& rules = params.require_challenge();
  return {params.magic, deposit, bridge::operator_tag(operator_key), rules.target, rules.headers};
}

ByteArray<32> graph_id(const bridge::Params& params, const bitcoin::OutPoint& deposit,
                       const crypto::XOnlyKey& operator_key) {
  return crypto::tagged("pegkit/graph")
      .write(params.hash())
      .write(deposit.txid)
      .write(big_endian(deposit.vout, 4))
      .write(operator_key)
      .finish();
}

OtsKeySet operator_key_set(const crypto::SecretKey& seed, const bridge::Params& params,
                           const bitcoin::OutPoint& deposit, const crypto::XOnlyKey& operator_key) {
  ByteArray<32> graph = graph_id(params, deposit, operator_key);
  std::vector<OtsNamedKey> keys;
  const ClaimProgram program(claim_constants(params, deposit, operator_key));
  for (const ClaimValue& value : program.values())
    keys.push_back(
        {value.name, crypto::ots_public_key(operator_ots_secret(seed, graph, value.name), value.bytes)});
  return OtsKeySet::for_operator(graph, std::move(keys));
}

bitcoin::Script stake_script(const bridge::Params& params, const bitcoin::OutPoint& deposit,
                             const crypto::XOnlyKey& operator_key, const OtsKeySet& operator_set) {
  ClaimProgram program(claim_constants(params, deposit, operator_key));
  ClaimKeys keys = value_keys(program, operator_set, graph_id(params, deposit, operator_key));
  return stake_script(operator_key, kickoff_leaf(program, ClaimLayout(program), keys, operator_key));
}

ProgramClaim::ProgramClaim(const GraphSubject& subject, OtsKeySet operator_set, OtsKeySet sequencer_set)
    : operator_set_(std::move(operator_set)),
      sequencer_hash_(sequencer_set.hash()),
      operator_key_(subject.operator_key),
      first_epoch_(subject.params.require_challenge().sequencer.first_epoch),
      program_(claim_constants(subject.params, funding_of(subject.deposit), operator_key_)),
      layout_(program_),
      keys_(value_keys(program_, operator_set_,
                       graph_id(subject.params, funding_of(subject.deposit), operator_key_))),
      sequencer_(epoch_keys(*subject.params.challenge, sequencer_set)),
      epochs_(epoch_tree(program_, keys_, operator_key_, sequencer_, first_epoch_)),
      disprove_(disprove_tree(program_, keys_, subject.deposit.custody().internal_key())) {
  part_roots_.push_back(epochs_.root());
  for (std::size_t part = 1; part < layout_.parts(); ++part)
    part_roots_.push_back(bitcoin::tapleaf_hash(assert_leaf(program_, layout_, keys_, operator_key_, part)));
}

bitcoin::Script ProgramClaim::kickoff_leaf() const {
  return optimistic::kickoff_leaf(program_, layout_, keys_, operator_key_);
}

std::int64_t ProgramClaim::kickoff_stack() const {
  return static_cast<std::int64_t>(optimistic::kickoff_stack(program_, layout_));
}

bitcoin::TapNode ProgramClaim::part_root(std::size_t part) const {
  return part_roots_.at(part);
}

std::size_t ProgramClaim::epoch_index(std::uint32_t epoch) const {
  if (epoch < first_epoch_ || epoch - first_epoch_ >= epochs_.size())
    throw input_error("graph.epoch", fmt::format("there is no leaf for epoch {}", epoch));
  return epoch - first_epoch_;
}

bitcoin::Script ProgramClaim::part_leaf(std::size_t part, std::uint32_t epoch) const {
  if (part == 0) return epochs_.leaf(epoch_index(epoch));
  return assert_leaf(program_, layout_, keys_, operator_key_, part);
}

std::vector<bitcoin::TapNode> ProgramClaim::part_path(std::size_t part, std::uint32_t epoch) const {
  if (part == 0) return epochs_.path(epoch_index(epoch));
  return {};
}

std::int64_t ProgramClaim::part_stack(std::size_t part) const {
  return static_cast<std::int64_t>(assert_stack(program_, layout_, part));
}

std::int64_t ProgramClaim::step_size(std::size_t step) const {
  return static_cast<std::int64_t>(disprove_.leaf_size(step));
}

std::int64_t ProgramClaim::step_stack(std::size_t step) const {
  return static_cast<std::int64_t>(disprove_stack(program_, step));
}

ClaimMaker program_claims(OtsKeySet sequencer_set) {
  return [sequencer = std::move(sequencer_set)](const GraphSubject& subject, const JsonField& keys) {
    return std::make_shared<ProgramClaim>(subject, OtsKeySet::parse(keys.json(), keys.path()), sequencer);
  };
}

}  // namespace pegkit::optimistic
