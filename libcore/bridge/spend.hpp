#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/psbt.hpp"
#include "bitcoin/taproot.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bridge {

/// One of a custody's ways to spend, and the signers who take part.
struct SpendPath {
  enum class Kind { key, leaf, recovery };
  Kind kind = Kind::key;
  /// Ascending indexes into the custody's keys (`leaf`) or the recovery's keys (`recovery`); empty for `key`.
  std::vector<std::uint32_t> signers;

  static SpendPath key() { return {}; }
  static SpendPath leaf(std::vector<std::uint32_t> signers) { return {Kind::leaf, std::move(signers)}; }
  static SpendPath recovery(std::vector<std::uint32_t> signers) {
    return {Kind::recovery, std::move(signers)};
  }

  /// `{"path":"key"}`, `{"path":"leaf","signers":[0,2]}`, `{"path":"recovery","signers":[0]}`.
  static SpendPath parse(const JsonField& field);
  Json to_json() const;
  friend bool operator==(const SpendPath&, const SpendPath&) = default;
};

/// Everything that spending one taproot output by one path needs.
struct Spend {
  SpendPath path;
  /// True: one MuSig2 signature of all `keys` (in KeySort order) under `key`. False: every one of `keys`
  /// signs alone (multi_a leaves), in the order of the leaf.
  bool aggregate = true;
  std::vector<crypto::PublicKey> keys;
  /// X-only tweaks to apply to the aggregate in order (BIP327 ApplyTweak); the taproot tweak for the key
  /// path, none for leaves.
  std::vector<ByteArray<32>> tweaks;
  /// The key that the aggregate's signature verifies under. Unused for multi_a leaves, where it is the output
  /// key.
  crypto::XOnlyKey key;

  crypto::XOnlyKey internal_key;
  std::optional<bitcoin::TapNode> merkle_root;
  /// The leaf's script and control block; empty for the key path.
  bitcoin::Script leaf_script;
  Bytes control_block;
  /// nSequence that the path demands: 0xfffffffd, or the relative timelock of a recovery.
  std::uint32_t sequence = 0xfffffffd;
  /// Keys in the leaf. A multi_a leaf takes one stack element for each, empty for a key that does not sign.
  std::size_t leaf_keys = 1;

  bool script_path() const { return !leaf_script.empty(); }
  std::optional<bitcoin::TapNode> leaf_hash() const;
  /// Serialised bytes of the witness (element count included) when all signatures are SIGHASH_DEFAULT.
  std::int64_t witness_size() const;
  /// Sets witness_utxo, tap_internal_key, tap_merkle_root and the leaf script of a PSBT input.
  void fill(bitcoin::PsbtInput& input, bitcoin::TxOut spent) const;
};

}  // namespace pegkit::bridge
