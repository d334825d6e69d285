#pragma once

#include <optional>
#include <vector>

#include "gadgets/ots_script.hpp"
#include "optimistic/claim_program.hpp"
#include "optimistic/ots_keys.hpp"

namespace pegkit::optimistic {

/// How digits stand in every witness of a claim: two elements each, nibbles left in the order of the bytes.
inline constexpr gadgets::OtsForm claim_form = gadgets::OtsForm::halved;

/// The operator's one-time key of each value of a program, by number.
using ClaimKeys = std::vector<crypto::OtsPublicKey>;
/// The signatures that are known, by number of their value.
using ClaimSignatures = std::vector<std::optional<crypto::OtsSignature>>;

/// An operator's set as keys of the program. Throws Error `claim.keys` (exit 3) for a sequencer's set, and
/// for one whose names or lengths are not exactly the program's.
ClaimKeys claim_keys(const ClaimProgram& program, const OtsKeySet& operator_set);
/// The keys of a sequencer's set, by epoch from first_epoch() on; throws `claim.keys` for an operator's.
std::vector<crypto::OtsPublicKey> epoch_keys(const OtsKeySet& sequencer_set);
/// Throws Error `claim.keys` (exit 3) unless there is one key for each value, of its length.
void check_keys(const ClaimProgram& program, const ClaimKeys& keys);

/// What the signatures say; a value without one is empty. They are believed to be valid.
ClaimTrace signed_values(const ClaimSignatures& signatures);
/// Takes over what `from` has and `into` has not.
void merge_signatures(ClaimSignatures& into, ClaimSignatures from);

/// Elements, and bytes with their length bytes at most, of the witness of a message's signature in
/// claim_form.
std::size_t claim_witness_elements(std::size_t message_bytes);
std::size_t claim_witness_bytes(std::size_t message_bytes);

}  // namespace pegkit::optimistic
