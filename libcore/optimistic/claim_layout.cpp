#include "optimistic/claim_layout.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/error.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/weight.hpp"

namespace pegkit::optimistic {
namespace {

/// The weight and the stack elements of one witness.
struct Load {
  std::size_t weight = 0, elements = 0;

  Load operator+(const Load& other) const { return {weight + other.weight, elements + other.elements}; }
  bool fits() const { return weight <= ClaimLayout::max_weight && elements <= ClaimLayout::max_elements; }
};

crypto::OtsPublicKey any_key(std::size_t message_bytes) {
  return {std::vector<crypto::Hash160>(crypto::ots_digit_count(message_bytes))};
}

/// The check of one signature, and its witness.
Load signature_load(gadgets::OtsResult result, std::size_t message_bytes) {
  std::size_t script = gadgets::ots_script(claim_form, result, any_key(message_bytes)).script.size();
  return {script + claim_witness_bytes(message_bytes), claim_witness_elements(message_bytes)};
}

/// An assert transaction without one-time signatures. Its elements are the operator's signature, and those
/// that a script puts on the stack while it checks a digit.
Load empty_part() {
  constexpr std::size_t signature = 1 + 65, checksig = 34;
  constexpr std::size_t fee_witness = 1 + signature;
  constexpr std::size_t part_witness = 3 + signature + 3 + checksig + 1 + 33;
  bitcoin::TxOut change{Sat(0), bitcoin::p2tr_script(bitcoin::nums_point())};
  return {static_cast<std::size_t>(bridge::signed_weight(2, fee_witness + part_witness, {change})), 1 + 20};
}

/// The additional load of part 0: root_epoch and root with their nibbles, the sequencer's root, their
/// comparison, and a path of up to 16 hashes.
Load epoch_load() {
  constexpr std::size_t compare = 8 * 2 + 64 * 4, path = 2 + 16 * 32;
  return Load{compare + path, 0} + signature_load(gadgets::OtsResult::nibbles, 4) +
         signature_load(gadgets::OtsResult::nibbles, 32) + signature_load(gadgets::OtsResult::nibbles, 32);
}

}  // namespace

/// Places the values first fit, the longest first.
ClaimLayout::ClaimLayout(const ClaimProgram& program) {
  const auto& values = program.values();
  std::map<std::size_t, Load> loads;
  for (const ClaimValue& value : values)
    if (!loads.contains(value.bytes))
      loads[value.bytes] = signature_load(gadgets::OtsResult::nothing, value.bytes);

  std::vector<std::size_t> order;
  std::vector<Load> filled{empty_part() + epoch_load()};
  parts_.emplace_back();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i].where == ClaimValue::Where::kickoff) kickoff_.push_back(i);
    if (values[i].where == ClaimValue::Where::epoch) parts_[0].push_back(i);
    if (values[i].where == ClaimValue::Where::assert) order.push_back(i);
  }
  std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return values[i].bytes; });
  for (std::size_t value : order) {
    const Load& load = loads[values[value].bytes];
    auto room = std::ranges::find_if(filled, [&](const Load& part) { return (part + load).fits(); });
    if (room == filled.end()) {
      filled.push_back(empty_part());
      parts_.emplace_back();
      room = filled.end() - 1;
    }
    *room = *room + load;
    parts_[static_cast<std::size_t>(room - filled.begin())].push_back(value);
  }
  for (auto& part : parts_) std::ranges::sort(part);
}

const std::vector<std::size_t>& ClaimLayout::part(std::size_t part) const {
  if (part >= parts_.size()) throw input_error("claim.part", "the claim has no such assert part");
  return parts_[part];
}

}  // namespace pegkit::optimistic
