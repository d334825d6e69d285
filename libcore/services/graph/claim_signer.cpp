#include "services/graph/claim_signer.hpp"

#include <fmt/core.h>

#include "base/files.hpp"
#include "crypto/keyfile.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/ports.hpp"

namespace pegkit::services {
namespace {

/// The beginning of the labels under which OtsStore records the keys of a graph.
std::string label_prefix(const ByteArray<32>& graph) {
  return fmt::format("operator/{}/", to_hex(graph));
}

}  // namespace

ClaimSigner::ClaimSigner(Ports& ports, const LoadedGraph& loaded, const crypto::SecretKey& seed)
    : loaded_(loaded),
      seed_(seed),
      graph_(loaded.claim->operator_set().graph().value()),
      store_(ports.database(), ports.directory() / "ots-record") {
  if (!store_.warning().empty()) ports.say(store_.warning());
  if (crypto::ots_public_key(secret(0), loaded.program().values()[0].bytes) != loaded.claim->keys()[0])
    throw input_error("ots.seed", "the graph's one-time keys are not of this seed")
        .hint("--ots-key-file names the key file that keygen ots was given");
}

crypto::OtsSecret ClaimSigner::secret(std::size_t value) const {
  return optimistic::operator_ots_secret(seed_, graph_, loaded_.program().values()[value].name);
}

optimistic::ClaimSignatures ClaimSigner::sign(const std::vector<std::size_t>& values,
                                              const optimistic::ClaimTrace& trace) {
  optimistic::ClaimSignatures out(trace.size());
  for (std::size_t value : values)
    out[value] = store_.sign(secret(value), trace.at(value),
                             label_prefix(graph_) + loaded_.program().values()[value].name);
  return out;
}

bool has_signed_values(Ports& ports, const LoadedGraph& loaded) {
  store::OtsStore store(ports.database(), ports.directory() / "ots-record");
  return !store.records(label_prefix(loaded.claim->operator_set().graph().value())).empty();
}

Bytes sign_leaf(const bitcoin::Psbt& psbt, const optimistic::GraphLeaf& leaf, const crypto::SecretKey& key) {
  bitcoin::TapNode hash = leaf.hash();
  return to_bytes(crypto::schnorr_sign(key, psbt.taproot_sighash(0, &hash), crypto::random_array<32>()));
}

}  // namespace pegkit::services
