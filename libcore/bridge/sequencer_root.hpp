#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "bridge/withdrawal.hpp"
#include "crypto/winternitz.hpp"
#include "gadgets/ots_script.hpp"

/// The sequencer's one-time signature of an epoch's withdrawals root, as commitments reveal it
/// (doc/challenge.md, Sequencers).
namespace pegkit::bridge {

/// Length of a withdrawals root, which every one-time key of a sequencer signs.
inline constexpr std::size_t root_bytes = 32;

/// H + t·G, t the tagged hash `pegkit/unspendable` of the sequencer's key: internal key of all its outputs.
crypto::XOnlyKey sequencer_internal_key(const crypto::XOnlyKey& sequencer);

/// `<one-time signature of a root> <sequencer> OP_CHECKSIG`.
bitcoin::Script commitment_leaf(const crypto::XOnlyKey& sequencer, const crypto::OtsPublicKey& key);
/// The one-time key in a leaf that commitment_leaf would have made byte for byte; nullopt for other scripts.
std::optional<crypto::OtsPublicKey> commitment_leaf_key(const crypto::XOnlyKey& sequencer, ByteView leaf);

/// The output of a thread that the commitment of one epoch spends: P2TR of the commitment leaf alone.
struct EpochOutput {
  bitcoin::Script leaf, script_pubkey;
  Bytes control_block;

  /// `key` is the one-time key of that epoch. Throws Error `ots.length` (exit 3) when it signs no roots.
  static EpochOutput of(const crypto::XOnlyKey& sequencer, const crypto::OtsPublicKey& key);
  bitcoin::Witness witness(const crypto::OtsSignature& root, ByteView schnorr) const;
  /// Serialised bytes of the longest witness.
  std::int64_t witness_size() const;
};

/// A root that the sequencer signed, with the key that says for which epoch.
struct RevealedRoot {
  crypto::OtsPublicKey key;
  WithdrawalTree::Node root{};
  crypto::OtsSignature signature;

  /// SHA-256 of the key's bytes: one for each epoch.
  crypto::Hash256 key_hash() const { return crypto::sha256(key.bytes()); }
  friend bool operator==(const RevealedRoot&, const RevealedRoot&) = default;
};
/// Two signatures of different roots for one epoch: what takes the sequencer's bond.
struct Equivocation {
  RevealedRoot one, other;
};

/// The root that a signature is of, under the key that its chains lead to; nullopt when it is none of a root.
/// Which epoch's key that is, if any, is the caller's to look up.
std::optional<RevealedRoot> read_root_signature(const crypto::OtsSignature& signature);

/// What a witness that spends an EpochOutput reveals; nullopt for any other witness.
std::optional<RevealedRoot> revealed_root(const crypto::XOnlyKey& sequencer, const bitcoin::Witness& witness);
/// The first such input's, of a commitment.
std::optional<RevealedRoot> revealed_root(const crypto::XOnlyKey& sequencer, const bitcoin::Transaction& tx);

/// A key of the sequencer's by the first of its public hashes; nullopt when it has none such.
using RootKeyLookup = std::function<std::optional<crypto::OtsPublicKey>(ByteView hash20)>;
/// Every signature under a key of the sequencer that the witnesses of a transaction show, wherever it stands:
/// in a commitment, in assert part 0 of a graph, in a slash. Each once.
std::vector<RevealedRoot> shown_roots(const bitcoin::Transaction& tx, const RootKeyLookup& key_beginning);

/// A root's signature in bytes: for each digit its value and its hash.
Bytes write_root_signature(const crypto::OtsSignature& signature);
/// Throws Error `ots.signature` (exit 3) for bytes that are no signature of a root.
RevealedRoot parse_root_signature(ByteView data);

}  // namespace pegkit::bridge
