#pragma once

#include <optional>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "crypto/hash.hpp"

namespace pegkit::bitcoin {

enum SighashType : std::uint32_t {
  SIGHASH_DEFAULT = 0,
  SIGHASH_ALL = 1,
  SIGHASH_NONE = 2,
  SIGHASH_SINGLE = 3,
  SIGHASH_ANYONECANPAY = 0x80
};

/// What a taproot signature hash says beside the transaction (BIP341 ext_flag and annex, BIP342 extension),
/// the same for all signatures of one input but for the code separator.
struct TaprootContext {
  const ByteArray<32>* leaf_hash = nullptr;  ///< of a script path; none for the key path
  std::uint32_t codesep_position = 0xffffffff;
  std::optional<ByteArray<32>> annex_hash;  ///< taproot_annex_hash
  /// SHA256 of the output of SIGHASH_SINGLE; filled on first use.
  std::optional<ByteArray<32>> single_output_hash;
};

/// SHA256(compact size ‖ annex), the annex with its 0x50 (BIP341).
ByteArray<32> taproot_annex_hash(ByteView annex);

/// The parts of a transaction's signature hashes that its inputs share, computed once. Keeps a reference to
/// `tx`, which must outlive it and not change. Can be shared by threads.
class SighashCache {
 public:
  /// `spent` are the outputs that the inputs spend, in order; may be empty when only legacy and segwit v0
  /// hashes are made. Throws Error `sighash.prevouts` (exit 3) for another number of them.
  SighashCache(const Transaction& tx, std::vector<TxOut> spent);

  const Transaction& tx() const { return tx_; }
  const std::vector<TxOut>& spent() const { return spent_; }

  // All throw Error `sighash.input` (exit 3) when the transaction has no such input.

  /// Before segwit. `script_code` as it stands (the caller has removed the signature); OP_CODESEPARATORs are
  /// dropped here. `type` is the full 32-bit value.
  ByteArray<32> legacy(ByteView script_code, std::size_t input, std::uint32_t type) const;
  /// BIP143.
  ByteArray<32> segwit_v0(ByteView script_code, std::size_t input, std::uint32_t type, Sat amount) const;
  /// BIP341/342. `leaf_hash` present for a script path. nullopt for an invalid type or SIGHASH_SINGLE
  /// without its output. `annex` with its 0x50. Throws Error `sighash.prevouts` when the cache was made
  /// without the outputs spent.
  std::optional<ByteArray<32>> taproot(std::size_t input, std::uint8_t type, const ByteArray<32>* leaf_hash,
                                       std::uint32_t codesep_position = 0xffffffff,
                                       const Bytes* annex = nullptr) const;
  /// The same for many signatures of one input.
  std::optional<ByteArray<32>> taproot(std::size_t input, std::uint8_t type, TaprootContext& context) const;

  /// legacy() and segwit_v0() up to the four bytes of the type, for many signatures over one script: append
  /// the type (little-endian) and take finish_double(). Of `type` only ANYONECANPAY and the low five bits
  /// count.
  crypto::Sha256 legacy_midstate(ByteView script_code, std::size_t input, std::uint32_t type) const;
  crypto::Sha256 segwit_v0_midstate(ByteView script_code, std::size_t input, std::uint32_t type,
                                    Sat amount) const;
  /// True when a legacy hash of this type is the number one (SIGHASH_SINGLE without its output).
  bool legacy_is_one(std::size_t input, std::uint32_t type) const;

 private:
  const TxIn& input_at(std::size_t input) const;

  const Transaction& tx_;
  std::vector<TxOut> spent_;
  ByteArray<32> prevouts_sha_{}, amounts_sha_{}, scripts_sha_{}, sequences_sha_{}, outputs_sha_{};
  ByteArray<32> prevouts_dsha_{}, sequences_dsha_{}, outputs_dsha_{};
};

}  // namespace pegkit::bitcoin
