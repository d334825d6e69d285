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

/// The internal key of all outputs of a sequencer: bitcoin::unspendable_key of its key.
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

/// A root that the sequencer signed. The key tells for which epoch.
struct RevealedRoot {
  crypto::OtsPublicKey key;
  WithdrawalTree::Node root{};
  crypto::OtsSignature signature;

  /// SHA-256 of the key's bytes: one for each epoch.
  crypto::Hash256 key_hash() const { return crypto::sha256(key.bytes()); }
  friend bool operator==(const RevealedRoot&, const RevealedRoot&) = default;
};
/// Two signatures of different roots for one epoch. Whoever shows them takes the sequencer's bond.
struct Equivocation {
  RevealedRoot one, other;
};

/// Reads a one-time signature: the root that it signs, and the key to which its chains lead. Nullopt when it
/// signs no root. The caller looks up which epoch has that key, if any.
std::optional<RevealedRoot> read_root_signature(const crypto::OtsSignature& signature);

/// The root that a witness reveals when it spends an EpochOutput; nullopt for any other witness.
std::optional<RevealedRoot> revealed_root(const crypto::XOnlyKey& sequencer, const bitcoin::Witness& witness);
/// The same for the first input of a transaction that reveals one.
std::optional<RevealedRoot> revealed_root(const crypto::XOnlyKey& sequencer, const bitcoin::Transaction& tx);

/// Finds the sequencer's key whose first public hash is `hash20`; nullopt when there is none.
using RootKeyLookup = std::function<std::optional<crypto::OtsPublicKey>(ByteView hash20)>;
/// All signatures under keys of the sequencer in the witnesses of a transaction, each once, wherever they
/// stand: in a commitment, in assert part 0 of a graph, in a slash.
std::vector<RevealedRoot> shown_roots(const bitcoin::Transaction& tx, const RootKeyLookup& key_beginning);

/// A root's signature in bytes: for each digit its value and its hash.
Bytes write_root_signature(const crypto::OtsSignature& signature);
/// Throws Error `ots.signature` (exit 3) for bytes that are no signature of a root.
RevealedRoot parse_root_signature(ByteView data);

}  // namespace pegkit::bridge
