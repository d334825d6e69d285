#include "optimistic/claim_keys.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace pegkit::optimistic {

ClaimKeys claim_keys(const ClaimProgram& program, const OtsKeySet& operator_set) {
  if (operator_set.is_sequencer())
    throw input_error("claim.keys", "a sequencer's one-time keys were given for an operator's");
  ClaimKeys out;
  for (const ClaimValue& value : program.values()) {
    const crypto::OtsPublicKey* key = operator_set.find(value.name);
    if (!key) throw input_error("claim.keys", fmt::format("there is no one-time key of {}", value.name));
    out.push_back(*key);
  }
  if (operator_set.keys().size() != out.size())
    throw input_error("claim.keys", fmt::format("the claim has {} values, the set of one-time keys {}",
                                                out.size(), operator_set.keys().size()));
  check_keys(program, out);
  return out;
}

std::vector<crypto::OtsPublicKey> epoch_keys(const OtsKeySet& sequencer_set) {
  if (!sequencer_set.is_sequencer())
    throw input_error("claim.keys", "an operator's one-time keys were given for the sequencer's");
  std::vector<crypto::OtsPublicKey> out;
  for (const OtsNamedKey& named : sequencer_set.keys()) out.push_back(named.key);
  return out;
}

void check_keys(const ClaimProgram& program, const ClaimKeys& keys) {
  const auto& values = program.values();
  if (keys.size() != values.size())
    throw input_error("claim.keys",
                      fmt::format("a claim needs {} one-time keys, not {}", values.size(), keys.size()));
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i].message_bytes() != values[i].bytes)
      throw input_error("claim.keys", fmt::format("the one-time key of {} is for {} bytes, not {}",
                                                  values[i].name, keys[i].message_bytes(), values[i].bytes));
}

ClaimTrace signed_values(const ClaimSignatures& signatures) {
  ClaimTrace out(signatures.size());
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    if (!signatures[i]) continue;
    std::vector<std::uint8_t> digits;
    for (const crypto::OtsDigit& digit : signatures[i]->digits) digits.push_back(digit.digit);
    if (auto message = crypto::ots_message(digits)) out[i] = std::move(*message);
  }
  return out;
}

void merge_signatures(ClaimSignatures& into, ClaimSignatures from) {
  if (into.size() < from.size()) into.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i)
    if (from[i] && !into[i]) into[i] = std::move(from[i]);
}

std::size_t claim_witness_elements(std::size_t message_bytes) {
  return gadgets::ots_witness_elements(claim_form, message_bytes);
}

std::size_t claim_witness_bytes(std::size_t message_bytes) {
  constexpr std::size_t hash_element = 1 + 20, digit_element = 1 + 1;
  return crypto::ots_digit_count(message_bytes) * (hash_element + digit_element);
}

}  // namespace pegkit::optimistic
