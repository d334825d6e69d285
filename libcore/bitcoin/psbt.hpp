#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bitcoin/taproot.hpp"
#include "bitcoin/transaction.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bitcoin {

/// A PSBT of BIP174, version 0, with BIP371's taproot fields. Unknown fields are kept and written again.
struct PsbtInput {
  std::optional<Transaction> non_witness_utxo;
  std::optional<TxOut> witness_utxo;
  std::map<crypto::PublicKey, Bytes> partial_sigs;  ///< DER with its sighash byte
  std::optional<std::uint32_t> sighash_type;
  std::optional<Script> redeem_script, witness_script;
  std::optional<Script> final_script_sig;
  std::optional<Witness> final_witness;
  std::optional<Bytes> tap_key_sig;                                       ///< 64 or 65 bytes
  std::map<std::pair<crypto::XOnlyKey, TapNode>, Bytes> tap_script_sigs;  ///< by key and tapleaf hash
  struct LeafScript {
    Script script;
    std::uint8_t version;
    friend bool operator==(const LeafScript&, const LeafScript&) = default;
  };
  std::map<Bytes, LeafScript> tap_leaf_scripts;  ///< by control block
  std::optional<crypto::XOnlyKey> tap_internal_key;
  std::optional<TapNode> tap_merkle_root;
  std::map<Bytes, Bytes> other;  ///< by whole key (type and key data), derivations included

  /// The prevout: witness_utxo, or the output in non_witness_utxo, whose txid must match; else nullopt.
  std::optional<TxOut> spent(const TxIn& input) const;
};

struct PsbtOutput {
  std::optional<Script> redeem_script, witness_script;
  std::optional<crypto::XOnlyKey> tap_internal_key;
  std::optional<TapTree> tap_tree;
  std::map<Bytes, Bytes> other;
};

struct Psbt {
  Transaction tx;  ///< unsigned: scriptSigs and witnesses are empty
  std::vector<PsbtInput> inputs;
  std::vector<PsbtOutput> outputs;
  std::map<Bytes, Bytes> other;

  static Psbt from_transaction(Transaction unsigned_tx);
  /// Throws `psbt.magic`, `psbt.truncated`, `psbt.duplicate`, `psbt.invalid`… (exit 3).
  static Psbt parse(ByteView data);
  static Psbt from_base64(std::string_view text);
  Bytes serialize() const;
  std::string base64() const;

  /// All prevouts, in the order of the inputs. Throws Error `psbt.utxo` (exit 3) naming an input that lacks
  /// its prevout or whose txid does not match.
  std::vector<TxOut> spent() const;
  /// The 32-byte message that a taproot input's signer signs, under the input's sighash type: key path when
  /// `leaf_hash` is null. Throws Error `psbt.sighash` (exit 3) for a sighash type that the input cannot have.
  ByteArray<32> taproot_sighash(std::size_t input, const TapNode* leaf_hash) const;
  /// Builds final scriptSigs and witnesses from the signatures and verifies each with the interpreter.
  /// Handles P2TR key path and tapscripts of `<key> CHECKSIG` and multi_a form, and scripts before taproot.
  /// Throws Error `psbt.incomplete` (exit 4) naming an input that lacks signatures, `psbt.invalid_signature`
  /// and `psbt.sighash` (exit 3).
  void finalize();
  /// The signed transaction of a finalized PSBT. Throws Error `psbt.incomplete` (exit 4).
  Transaction extract() const;
  /// The fee: sum of the prevouts less sum of the outputs. Throws Error `psbt.fee` (exit 3) when it
  /// is negative.
  Sat fee() const;
};

}  // namespace pegkit::bitcoin
