#pragma once

#include <string>
#include <vector>

#include "signing/musig_round.hpp"
#include "signing/request.hpp"

namespace pegkit::signing {

/// Checks the partial signatures of one session, and adds them up.
class PartialChecker {
 public:
  /// `nonces` are complete and outlive the checker; null for multi_a leaves.
  PartialChecker(const RoundRequest& request, const NonceSet* nonces);

  /// The reason why a document is no good partial signature of this session; empty when it is one.
  std::string fault(const PartialDocument& partial) const;
  /// The sum of everybody's partial signatures of message `i`.
  crypto::SchnorrSignature add(std::size_t i, const std::vector<crypto::PartialSignature>& partials) const;

 private:
  std::string partial_fault(const PartialDocument& partial) const;
  std::string signature_fault(const PartialDocument& partial) const;
  const RoundRequest& request_;
  const NonceSet* nonces_;
  ByteArray<32> session_, nonces_hash_{};
  std::vector<crypto::MusigSession> sessions_;
};

/// Finished signatures of each message: one by the aggregate, or one by each signer that is needed.
struct CombinedSignatures {
  struct One {
    crypto::XOnlyKey key;
    crypto::SchnorrSignature signature;
  };
  std::vector<std::vector<One>> of_message;
};
/// Checks every partial before it adds any. Throws Error `partial.invalid` (exit 3) naming the signer and the
/// reason, `signer.unknown`, `partial.duplicate` (exit 3), `partial.missing` (exit 4) naming who is missing.
CombinedSignatures combine_partials(const RoundRequest& request, const std::vector<Json>& documents,
                                    const NonceSet* nonces);

/// The result as a document: the PSBT, mint, graph or messages with their signatures.
Json combined_document(const RoundRequest& request, const CombinedSignatures& signatures);

}  // namespace pegkit::signing
