#include <fmt/core.h>
#include <optional>
#include <string>

#include "app/build_taptree/commands.hpp"
#include "app/claim_options.hpp"
#include "bridge/params.hpp"
#include "crypto/keys.hpp"
#include "optimistic/claim_keys.hpp"
#include "optimistic/claim_layout.hpp"
#include "optimistic/claim_program.hpp"
#include "optimistic/claim_summary.hpp"
#include "optimistic/claim_tree.hpp"
#include "optimistic/ots_keys.hpp"
#include "services/input.hpp"

namespace pegkit::app::build_taptree {
namespace {

using optimistic::ClaimSet;
using optimistic::ClaimTree;

constexpr std::int64_t max_number = 0xffffffff;

/// A `pegkit/claim-values` document: the values that `keygen ots` makes keys for, and the transaction that
/// reveals each.
Json values_document(const optimistic::ClaimProgram& program, const std::optional<ByteArray<32>>& graph) {
  Json values = Json::array();
  for (const optimistic::ClaimValue& value : program.values())
    values.push_back({{"name", value.name}, {"bytes", value.bytes}});
  optimistic::ClaimLayout layout(program);
  for (std::size_t value : layout.kickoff()) values[value]["where"] = "kickoff";
  for (std::size_t part = 0; part < layout.parts(); ++part)
    for (std::size_t value : layout.part(part)) {
      values[value]["where"] = "assert";
      values[value]["part"] = part;
    }
  Json out = new_document("claim-values");
  if (graph) out["graph"] = to_hex(*graph);
  out["values"] = std::move(values);
  return out;
}

Json leaf_fields(const ClaimTree& tree, std::size_t index, const crypto::XOnlyKey& internal_key,
                 bool with_script) {
  Json out{{"script_bytes", tree.leaf_size(index)}};
  if (with_script) out["script"] = to_hex(tree.leaf(index));
  out["leaf_hash"] = to_hex(tree.hash(index));
  out["control_block"] = to_hex(tree.control_block(index, internal_key));
  return out;
}

Json disprove_document(const ClaimSet& set, std::size_t step, bool with_script) {
  if (step >= set.program.steps().size())
    throw input_error("claim.leaf",
                      fmt::format("--leaf is too high: the claim has {} disprove leaves, numbered from 0",
                                  set.program.steps().size()));
  Json out = new_document("claim-leaf");
  out["step"] = set.program.steps()[step].name;
  out["index"] = step;
  ClaimTree tree = disprove_tree(set.program, set.keys, set.signers);
  out.update(leaf_fields(tree, step, set.signers, with_script));
  return out;
}

Json epoch_document(const ClaimSet& set, std::int64_t epoch, bool with_script) {
  std::int64_t index = epoch - set.first_epoch;
  if (index < 0 || static_cast<std::uint64_t>(index) >= set.sequencer.size())
    throw input_error("claim.leaf", fmt::format("the sequencer has keys of the epochs {} to {}",
                                                set.first_epoch, set.first_epoch + set.sequencer.size() - 1));
  Json out = new_document("claim-leaf");
  out["epoch"] = epoch;
  out["index"] = index;
  ClaimTree tree = epoch_tree(set.program, set.keys, set.operator_key, set.sequencer, set.first_epoch);
  out.update(leaf_fields(tree, static_cast<std::size_t>(index), set.signers, with_script));
  return out;
}

/// `build-taptree claim`: prints roots and sizes of a graph's claim, one of its leaves, or the list of its
/// values.
class BuildClaim : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  optimistic::ClaimSet claim_set(Ports& ports, const bridge::Params& params) const;

  ClaimOptions claim_;
  std::string operator_keys_, sequencer_keys_, signers_;
  std::optional<std::int64_t> leaf_, epoch_;
  bool values_ = false, script_ = false;
};

}  // namespace

void BuildClaim::options(Options& options) {
  claim_.declare(options);
  options.file(operator_keys_, "--operator-keys", "the operator's public one-time keys of this graph");
  options.file(sequencer_keys_, "--sequencer-keys", "the sequencer's public one-time keys");
  options.text(signers_, "--signers-key", "HEX", "the signers' x-only aggregate key");
  options.flag(values_, "--values", "print the claim's values instead, for keygen ots");
  options.maybe_integer(leaf_, "--leaf", "N", "print the disprove leaf with this number instead, from 0", 0,
                        max_number);
  options.maybe_integer(epoch_, "--epoch", "N", "print this epoch's leaf of assert part 0 instead", 0,
                        max_number);
  options.flag(script_, "--script", "with --leaf or --epoch: print the whole script");
}

optimistic::ClaimSet BuildClaim::claim_set(Ports& ports, const bridge::Params& params) const {
  auto graph = claim_.graph(params);
  if (!graph || operator_keys_.empty() || sequencer_keys_.empty() || signers_.empty())
    throw usage_error(
        "--deposit, --operator, --operator-keys, --sequencer-keys and --signers-key are needed without "
        "--values");
  optimistic::ClaimProgram program = claim_.program(params);
  auto operator_set = optimistic::OtsKeySet::parse(services::read_json(ports, operator_keys_));
  auto sequencer_set = optimistic::OtsKeySet::parse(services::read_json(ports, sequencer_keys_));
  optimistic::ClaimKeys keys = claim_keys(program, operator_set);
  if (operator_set.graph() != graph)
    throw input_error("claim.keys", "--operator-keys belong to another graph");
  return {std::move(program),        std::move(keys),
          claim_.operator_key(),     crypto::parse_xonly_key(from_hex(signers_)),
          epoch_keys(sequencer_set), sequencer_set.first_epoch()};
}

Exit BuildClaim::run(Ports& ports) {
  if (int{values_} + int{leaf_.has_value()} + int{epoch_.has_value()} > 1)
    throw usage_error("only one of --values, --leaf and --epoch can be given");
  bridge::Params params = claim_.params(ports);
  if (values_)
    ports.print(values_document(claim_.program(params), claim_.graph(params)));
  else if (leaf_)
    ports.print(disprove_document(claim_set(ports, params), static_cast<std::size_t>(*leaf_), script_));
  else if (epoch_)
    ports.print(epoch_document(claim_set(ports, params), *epoch_, script_));
  else
    ports.print(claim_tree_document(claim_set(ports, params)));
  return Exit::ok;
}

std::unique_ptr<Command> claim_command() {
  return std::make_unique<BuildClaim>();
}

}  // namespace pegkit::app::build_taptree
