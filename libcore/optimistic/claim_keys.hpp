#pragma once

#include <optional>
#include <vector>

#include "gadgets/ots_script.hpp"
#include "optimistic/claim_program.hpp"
#include "optimistic/ots_keys.hpp"

namespace pegkit::optimistic {

/// The form of digits in every witness of a claim: two elements each; the check leaves nibbles in the order
/// of the bytes.
inline constexpr gadgets::OtsForm claim_form = gadgets::OtsForm::halved;

/// The operator's one-time key of each value of a program, by number.
using ClaimKeys = std::vector<crypto::OtsPublicKey>;
/// The known signatures, by number of their value.
using ClaimSignatures = std::vector<std::optional<crypto::OtsSignature>>;

/// An operator's set as keys of the program. Throws Error `claim.keys` (exit 3) for a sequencer's set, and
/// for one whose names or lengths are not exactly the program's.
ClaimKeys claim_keys(const ClaimProgram& program, const OtsKeySet& operator_set);
/// The keys of a sequencer's set, by epoch from first_epoch() on; throws `claim.keys` for an operator's.
std::vector<crypto::OtsPublicKey> epoch_keys(const OtsKeySet& sequencer_set);
/// Throws Error `claim.keys` (exit 3) unless there is one key for each value, of its length.
void check_keys(const ClaimProgram& program, const ClaimKeys& keys);

/// The values that the signatures sign; a value without a signature is empty. The signatures are not
/// verified.
ClaimTrace signed_values(const ClaimSignatures& signatures);
/// Adds to `into` the signatures that it lacks and `from` has.
void merge_signatures(ClaimSignatures& into, ClaimSignatures from);

/// Size of the witness of one message's signature in claim_form: its elements, and its bytes at most, with
/// the elements' length bytes.
std::size_t claim_witness_elements(std::size_t message_bytes);
std::size_t claim_witness_bytes(std::size_t message_bytes);

}  // namespace pegkit::optimistic
