#pragma once

#include "base/json.hpp"
#include "optimistic/claim_tree.hpp"

namespace pegkit::optimistic {

/// The most that transactions weigh as doc/challenge.md has them: an assert with one coin by P2TR's key path
/// for its fee and one P2TR change output; a disprove that burns and pays one P2TR output.
std::int64_t assert_weight(const ClaimProgram& program, const ClaimLayout& layout, std::size_t part,
                           std::size_t leaf_bytes, std::size_t path_length);
std::int64_t disprove_weight(const ClaimProgram& program, std::size_t step, std::size_t leaf_bytes,
                             std::size_t path_length);

/// Everything that the scripts of one graph's claim are made of.
struct ClaimSet {
  ClaimProgram program;
  ClaimKeys keys;
  crypto::XOnlyKey operator_key, signers;
  std::vector<crypto::OtsPublicKey> sequencer;
  std::uint32_t first_epoch = 0;
};
/// `pegkit/claim-tree`: roots, and sizes of all scripts and transactions.
Json claim_tree_document(const ClaimSet& set);

}  // namespace pegkit::optimistic
