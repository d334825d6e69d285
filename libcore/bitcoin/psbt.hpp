#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bitcoin/taproot.hpp"
#include "bitcoin/transaction.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bitcoin {

/// BIP174 version 0 with BIP371's taproot fields. Fields that are not known are kept and written again.
struct PsbtInput {
  std::optional<Transaction> non_witness_utxo;
  std::optional<TxOut> witness_utxo;
  std::map<crypto::PublicKey, Bytes> partial_sigs;  ///< DER with sighash byte
  std::optional<std::uint32_t> sighash_type;
  std::optional<Script> redeem_script, witness_script;
  std::optional<Script> final_script_sig;
  std::optional<Witness> final_witness;
  std::optional<Bytes> tap_key_sig;  ///< 64 or 65 bytes
  std::map<std::pair<crypto::XOnlyKey, TapNode>, Bytes> tap_script_sigs;
  struct LeafScript {
    Script script;
    std::uint8_t version;
    friend bool operator==(const LeafScript&, const LeafScript&) = default;
  };
  std::map<Bytes, LeafScript> tap_leaf_scripts;  ///< by control block
  std::optional<crypto::XOnlyKey> tap_internal_key;
  std::optional<TapNode> tap_merkle_root;
  std::map<Bytes, Bytes> other;  ///< whole key (type and key data) to value, incl. derivations

  /// The output spent: witness_utxo, or from non_witness_utxo (whose txid must match).
  std::optional<TxOut> spent(const TxIn& input) const;
};

struct PsbtOutput {
  std::optional<Script> redeem_script, witness_script;
  std::optional<crypto::XOnlyKey> tap_internal_key;
  std::optional<TapTree> tap_tree;
  std::map<Bytes, Bytes> other;
};

struct Psbt {
  Transaction tx;  ///< unsigned: empty scriptSigs and witnesses
  std::vector<PsbtInput> inputs;
  std::vector<PsbtOutput> outputs;
  std::map<Bytes, Bytes> other;

  static Psbt from_transaction(Transaction unsigned_tx);
  /// Throws `psbt.magic`, `psbt.truncated`, `psbt.duplicate`, `psbt.invalid`… (exit 3).
  static Psbt parse(ByteView data);
  static Psbt from_base64(std::string_view text);
  Bytes serialize() const;
  std::string base64() const;

  /// All spent outputs; throws `psbt.utxo` naming the input that lacks one or whose txid does not match.
  std::vector<TxOut> spent() const;
  /// The message a taproot input's signer signs (key path when `leaf` is empty), by the input's sighash type.
  ByteArray<32> taproot_sighash(std::size_t input, const TapNode* leaf_hash) const;
  /// Builds final witnesses from the signatures (p2tr key path, tapscript `<key> CHECKSIG` and multi_a-style
  /// leaves, p2wpkh, p2pkh) and checks each with the interpreter. Throws `psbt.incomplete` (exit 4) naming
  /// the input, `psbt.invalid_signature`.
  void finalize();
  /// The signed transaction of a finalized PSBT; throws `psbt.incomplete`.
  Transaction extract() const;
  /// Sum of spent outputs less sum of outputs; throws `psbt.fee` when negative.
  Sat fee() const;
};

}  // namespace pegkit::bitcoin
