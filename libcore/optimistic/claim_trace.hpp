#pragma once

#include <cstdint>
#include <vector>

#include "base/json.hpp"
#include "base/verdict.hpp"
#include "bitcoin/block.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/withdrawal.hpp"
#include "optimistic/claim_program.hpp"

namespace pegkit::optimistic {

/// The facts that a claim is made from.
struct ClaimInputs {
  std::uint32_t epoch = 0;
  bridge::WithdrawalTree::Node
      root{};  ///< of the withdrawals at the end of the epoch, as the sequencer signed it
  bridge::Withdrawal withdrawal;
  std::vector<bridge::WithdrawalTree::Node>
      siblings;  ///< 32, from the leaf to the root (WithdrawalTree::proof)
  bitcoin::Transaction payout;
  std::uint32_t position = 0;              ///< the payout's place in its block
  std::vector<ByteArray<32>> merkle_path;  ///< from the payout to the block's merkle root, 1 to 14
  std::vector<bitcoin::Header> headers;    ///< the payout's block and the k after it
};

/// Computes every value from the inputs, whether or not the claim is true. Throws Error `claim.shape` (exit
/// 3) for inputs that have no trace: wrong numbers of siblings, hashes or headers, a payout that is not 120
/// to 183 bytes long without its witness, a script above ClaimProgram::max_script.
ClaimTrace fill_trace(const ClaimProgram& program, const ClaimInputs& inputs);

/// Checks a claim of these inputs: they have a trace, all its steps hold, and the trace's hashes are those of
/// the inputs (headers link, and the payout's id and the withdrawal's leaf are right).
Verdict check_claim(const ClaimProgram& program, const ClaimInputs& inputs);

/// The trace of a true claim, the only one that an operator signs. Throws Error `claim.false` (exit 7) with
/// the reason for any other.
ClaimTrace true_trace(const ClaimProgram& program, const ClaimInputs& inputs);

/// `pegkit/claim-trace`: the known values, by their names.
Json trace_document(const ClaimProgram& program, const ClaimTrace& trace);
/// Throws Error (exit 3) `json.unknown` for an unknown name, `claim.trace` for a value of another length.
ClaimTrace parse_trace(const ClaimProgram& program, const Json& document);

/// The payout's outputs 0 and 1 that a claim can show; the caller adds one input, a change output, and signs.
std::vector<bitcoin::TxOut> payout_outputs(const bridge::Magic& magic, const ByteArray<16>& operator_tag,
                                           const bridge::Withdrawal& withdrawal);

}  // namespace pegkit::optimistic
