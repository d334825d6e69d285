#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bitcoin/taproot.hpp"
#include "bridge/custody.hpp"
#include "bridge/mint.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "crypto/keys.hpp"
#include "optimistic/graph_document.hpp"

namespace pegkit::signing {

/// Who signs, and how: the keys of a custody's spending path, or keys given by themselves.
struct KeySet {
  bridge::Custody custody;  ///< of policy musig for keys given by themselves
  bridge::SpendPath path;   ///< for a multi_a leaf the first signers stand for any of them
  bool aggregate = true;    ///< one MuSig2 signature; false: `needed` of `keys` sign alone (multi_a leaves)
  std::vector<crypto::PublicKey> keys;  ///< in KeySort order, for multi_a leaves in the leaf's order
  std::vector<std::uint32_t> index;  ///< of each key in the custody's document (its recovery for that path)
  std::size_t needed = 0;            ///< how many of the keys must sign

  /// The key's place in `keys`; nullopt when it is not among them.
  std::optional<std::size_t> find(const crypto::PublicKey& key) const;
  /// "signer 2 (02ab…)", with the index in the document.
  std::string name(std::size_t place) const;
  /// The x-only aggregate before any tweak; throws Error `custody.path` (exit 3) for a multi_a leaf.
  crypto::PublicKey aggregate_key() const;
};

/// The keys that sign by `path`. Throws Error `custody.path` (exit 3) for a path that the custody lacks.
KeySet make_key_set(bridge::Custody custody, bridge::SpendPath path);

/// One message of a session.
struct RoundMessage {
  ByteArray<32> message{};
  std::vector<ByteArray<32>> tweaks;  ///< x-only tweaks of the aggregate
  crypto::XOnlyKey key;               ///< under which the MuSig2 signature verifies
  std::size_t input = 0;              ///< of the PSBT
  std::optional<bitcoin::TapNode> leaf_hash;
  std::string name;  ///< of a graph: the task, such as "take-fast:1"; empty otherwise
};

/// Everything that one session signs: the inputs of a PSBT, a mint, a graph, or plain messages.
struct RoundRequest {
  KeySet key_set;
  std::vector<RoundMessage> messages;
  std::optional<bridge::PsbtDocument> psbt;
  std::vector<std::size_t> foreign_inputs;  ///< not the custody's, so not signed here
  std::optional<bridge::Mint> mint;
  std::optional<optimistic::GraphDocument> graph;
  std::optional<bridge::Params> params;  ///< of --params

  /// "message 3", or "disprove[17]:0".
  std::string message_name(std::size_t i) const;
  /// Tagged hash `pegkit/session` (doc/protocol.md, Rounds).
  ByteArray<32> session() const;
  /// Place of a signer in the key set; throws Error `signer.unknown` (exit 3).
  std::size_t require_signer(const crypto::PublicKey& key) const;
};

/// The request of a graph: all its tasks in one session, by the key path of its custody. Throws Error
/// `graph.challenge` (exit 3) when the operator has not signed the challenge.
RoundRequest graph_request(optimistic::GraphDocument document);

/// Adds the messages that the signers of a PSBT sign, and keeps the PSBT. Throws Error `psbt.foreign` (exit
/// 7) when no input is the custody's.
void take_psbt(RoundRequest& request, bridge::PsbtDocument document);
/// Adds plain messages. Throws Error `custody.path` (exit 3) for a key set that has no aggregate key.
void take_messages(RoundRequest& request, const std::vector<ByteArray<32>>& messages);

}  // namespace pegkit::signing
