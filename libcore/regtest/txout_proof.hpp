#pragma once

#include <optional>
#include <set>
#include <vector>

#include "regtest/rules.hpp"

namespace pegkit::regtest {

/// The proof that gettxoutproof gives, BIP37's merkleblock: header, number of transactions, hashes in
/// depth-first order, and flag bits that say which nodes lead to a wanted transaction.
Bytes make_txout_proof(const RegtestBlock& block, const std::set<bitcoin::Txid>& wanted);

struct TxoutProof {
  bitcoin::Header header;
  std::uint32_t transactions;
  std::vector<bitcoin::Txid> matches;  ///< empty when the tree does not lead to the header's root
};
/// Reads a merkleblock. Throws Error `proof.truncated`, `proof.trailing` or `proof.invalid` (exit 3) when it
/// is none.
TxoutProof read_txout_proof(ByteView data);

}  // namespace pegkit::regtest
