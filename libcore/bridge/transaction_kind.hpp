#pragma once

namespace pegkit::bridge {

/// The transactions that the programs make. The names stand in documents (`kind` in doc/documents.md, psbt)
/// and in the database.
enum class TransactionKind {
  unnamed,   ///< its maker gave no kind: "transaction" in the database, no `kind` in documents
  deposit,   ///< funds a deposit
  refund,    ///< takes a deposit back
  payout,    ///< pays withdrawals
  rotation,  ///< moves coins to the next custody
  commitment,
  stake,    ///< makes an operator's stake for one deposit
  unstake,  ///< takes a stake home that no claim stands on
  lock,
  kickoff,
  challenge,
  assert_part,  ///< "assert": asserts one part of a claim
  take_fast,
  assert_timeout,
  disprove,
  take_final,
  reclaim,
  slash,   ///< takes the sequencer's stake
  split,   ///< makes one coin for the fee of each assert part
  anchor,  ///< spends an anchor output to pay for its parent; stands in no document
};
const char* transaction_kind_name(TransactionKind kind);

}  // namespace pegkit::bridge
