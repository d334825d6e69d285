#include "optimistic/claim_summary.hpp"

#include "base/serialize.hpp"
#include "bitcoin/script.hpp"
#include "bridge/weight.hpp"

namespace pegkit::optimistic {
namespace {

std::int64_t sized(std::size_t bytes) {
  return static_cast<std::int64_t>(compact_size_length(bytes) + bytes);
}

/// Bytes of a script path's witness; its element count takes at most 3 of them.
std::int64_t leaf_witness(std::size_t stack_bytes, std::size_t leaf_bytes, std::size_t path_length) {
  return 3 + static_cast<std::int64_t>(stack_bytes) + sized(leaf_bytes) + sized(33 + 32 * path_length);
}

bitcoin::TxOut some_output() {
  return {Sat(0), bitcoin::p2tr_script(bitcoin::nums_point())};
}

std::size_t path_length(std::size_t leaves) {
  std::size_t out = 0;
  while ((std::size_t{1} << out) < leaves) ++out;
  return out;
}

Json assert_parts(const ClaimSet& set, const ClaimLayout& layout, const ClaimTree& epochs) {
  Json parts = Json::array();
  std::int64_t bytes = 0, vbytes = 0;
  for (std::size_t part = 0; part < layout.parts(); ++part) {
    Json one{{"values", layout.part(part).size()}};
    std::size_t leaf_bytes = 0, path = 0;
    if (part == 0) {
      leaf_bytes = epochs.leaf_size(0);
      path = path_length(epochs.size());
      one["root"] = to_hex(epochs.root());
    } else {
      bitcoin::Script leaf = assert_leaf(set.program, layout, set.keys, set.operator_key, part);
      leaf_bytes = leaf.size();
      one["root"] = to_hex(bitcoin::tapleaf_hash(leaf));
    }
    std::size_t stack = assert_stack(set.program, layout, part);
    std::int64_t size = bridge::vsize_of_weight(assert_weight(set.program, layout, part, leaf_bytes, path));
    one["script_bytes"] = leaf_bytes;
    one["stack_bytes"] = stack;
    one["vbytes"] = size;
    bytes += static_cast<std::int64_t>(leaf_bytes + stack);
    vbytes += size;
    parts.push_back(std::move(one));
  }
  return {{"bytes", bytes}, {"vbytes", vbytes}, {"parts", std::move(parts)}};
}

Json disprove_leaves(const ClaimSet& set, const ClaimTree& tree) {
  std::size_t bytes = 0, largest = 0;
  std::int64_t heaviest = 0;
  std::size_t path = path_length(tree.size());
  for (std::size_t step = 0; step < tree.size(); ++step) {
    bytes += tree.leaf_size(step);
    if (tree.leaf_size(step) > tree.leaf_size(largest)) largest = step;
    heaviest = std::max(heaviest, disprove_weight(set.program, step, tree.leaf_size(step), path));
  }
  return {
      {"root", to_hex(tree.root())},
      {"leaves", tree.size()},
      {"script_bytes", bytes},
      {"largest", {{"step", set.program.steps()[largest].name}, {"script_bytes", tree.leaf_size(largest)}}},
      {"weight", heaviest}};
}

}  // namespace

std::int64_t assert_weight(const ClaimProgram& program, const ClaimLayout& layout, std::size_t part,
                           std::size_t leaf_bytes, std::size_t path_length) {
  constexpr std::int64_t fee_witness = 1 + 1 + 65;
  return bridge::signed_weight(
      2, leaf_witness(assert_stack(program, layout, part), leaf_bytes, path_length) + fee_witness,
      {some_output()});
}

std::int64_t disprove_weight(const ClaimProgram& program, std::size_t step, std::size_t leaf_bytes,
                             std::size_t path_length) {
  bitcoin::TxOut burn{Sat(0), {bitcoin::OP_RETURN}};
  return bridge::signed_weight(1, leaf_witness(disprove_stack(program, step), leaf_bytes, path_length),
                               {burn, some_output()});
}

Json claim_tree_document(const ClaimSet& set) {
  const ClaimConstants& constants = set.program.constants();
  ClaimLayout layout(set.program);
  ClaimTree epochs = epoch_tree(set.program, set.keys, set.operator_key, set.sequencer, set.first_epoch);
  ClaimTree disprove = disprove_tree(set.program, set.keys, set.signers);
  bitcoin::Script kickoff = kickoff_leaf(set.program, layout, set.keys, set.operator_key);

  Json out = new_document("claim-tree");
  out["deposit"] = constants.deposit.text();
  out["operator"] = to_hex(set.operator_key);
  out["signers"] = to_hex(set.signers);
  out["headers"] = constants.headers;
  out["target"] = to_hex(constants.target);
  out["values"] = set.program.values().size();
  out["kickoff"] = {{"leaf_hash", to_hex(bitcoin::tapleaf_hash(kickoff))},
                    {"script_bytes", kickoff.size()},
                    {"stack_bytes", kickoff_stack(set.program, layout)}};
  out["epochs"] = {{"first", set.first_epoch}, {"leaves", epochs.size()}, {"root", to_hex(epochs.root())}};
  out["asserts"] = assert_parts(set, layout, epochs);
  out["disprove"] = disprove_leaves(set, disprove);
  return out;
}

}  // namespace pegkit::optimistic
