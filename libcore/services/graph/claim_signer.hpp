#pragma once

#include <string>
#include <vector>

#include "crypto/keys.hpp"
#include "optimistic/claim_keys.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/ports.hpp"
#include "store/ots_store.hpp"

namespace pegkit::services {

/// Makes the one-time signatures of an operator's claim; OtsStore records each before it is made.
class ClaimSigner {
 public:
  /// Throws Error `ots.seed` (exit 3) for a seed whose keys are not the graph's, and as OtsStore.
  ClaimSigner(Ports& ports, const LoadedGraph& loaded, const crypto::SecretKey& seed);

  /// Signs the values of a trace with these numbers. Throws `ots.used` (exit 7) when a key has signed another
  /// value.
  optimistic::ClaimSignatures sign(const std::vector<std::size_t>& values,
                                   const optimistic::ClaimTrace& trace);

 private:
  crypto::OtsSecret secret(std::size_t value) const;

  const LoadedGraph& loaded_;
  const crypto::SecretKey& seed_;
  ByteArray<32> graph_;
  store::OtsStore store_;
};

/// True when this data directory records that a one-time key of the graph has signed a value.
bool has_signed_values(Ports& ports, const LoadedGraph& loaded);

/// The operator's signature of input 0 of a transaction, which spends a leaf of the graph.
Bytes sign_leaf(const bitcoin::Psbt& psbt, const optimistic::GraphLeaf& leaf, const crypto::SecretKey& key);

}  // namespace pegkit::services
