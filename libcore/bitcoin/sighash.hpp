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

/// The inputs of a taproot signature hash beside the transaction (BIP341 ext_flag and annex, BIP342
/// extension). All signatures of one input share them, but for the code separator.
struct TaprootContext {
  const ByteArray<32>* leaf_hash = nullptr;  ///< tapleaf hash for a script path, null for the key path
  std::uint32_t codesep_position = 0xffffffff;
  std::optional<ByteArray<32>> annex_hash;  ///< taproot_annex_hash
  /// SHA256 of the output that SIGHASH_SINGLE signs; computed at first use.
  std::optional<ByteArray<32>> single_output_hash;
};

/// BIP341's sha_annex: SHA256(CompactSize length ‖ annex). `annex` begins with its 0x50.
ByteArray<32> taproot_annex_hash(ByteView annex);

/// Computes signature hashes of a transaction. The parts that all inputs share are computed once. It keeps a
/// reference to `tx`, which must outlive it and not change. Threads can share one object.
class SighashCache {
 public:
  /// `spent` holds the prevouts in the order of the inputs. It may be empty when only legacy and segwit v0
  /// hashes are made. Throws Error `sighash.prevouts` (exit 3) for another number of them.
  SighashCache(const Transaction& tx, std::vector<TxOut> spent);

  const Transaction& tx() const { return tx_; }
  const std::vector<TxOut>& spent() const { return spent_; }

  // The functions below throw Error `sighash.input` (exit 3) when the transaction has no such input.

  /// The signature hash before segwit. The caller has removed the signature from `script_code`; this function
  /// drops OP_CODESEPARATORs. `type` is the full 32-bit value.
  ByteArray<32> legacy(ByteView script_code, std::size_t input, std::uint32_t type) const;
  /// The signature hash of BIP143.
  ByteArray<32> segwit_v0(ByteView script_code, std::size_t input, std::uint32_t type, Sat amount) const;
  /// The signature hash of BIP341, and of BIP342 when `leaf_hash` is given. `annex` begins with its 0x50.
  /// Gives nullopt for an invalid type, and for SIGHASH_SINGLE without its output. Throws Error
  /// `sighash.prevouts` (exit 3) when the cache was made without prevouts.
  std::optional<ByteArray<32>> taproot(std::size_t input, std::uint8_t type, const ByteArray<32>* leaf_hash,
                                       std::uint32_t codesep_position = 0xffffffff,
                                       const Bytes* annex = nullptr) const;
  /// The same hash, for many signatures of one input that share `context`.
  std::optional<ByteArray<32>> taproot(std::size_t input, std::uint8_t type, TaprootContext& context) const;

  /// legacy() and segwit_v0() up to the four bytes of the type, for many signatures over one script. The
  /// caller appends the type (little-endian) and takes finish_double(). Only ANYONECANPAY and the low five
  /// bits of `type` count.
  crypto::Sha256 legacy_midstate(ByteView script_code, std::size_t input, std::uint32_t type) const;
  crypto::Sha256 segwit_v0_midstate(ByteView script_code, std::size_t input, std::uint32_t type,
                                    Sat amount) const;
  /// True when the legacy hash of this type is the number one, as for SIGHASH_SINGLE without its output.
  bool legacy_is_one(std::size_t input, std::uint32_t type) const;

 private:
  const TxIn& input_at(std::size_t input) const;

  const Transaction& tx_;
  std::vector<TxOut> spent_;
  ByteArray<32> prevouts_sha_{}, amounts_sha_{}, scripts_sha_{}, sequences_sha_{}, outputs_sha_{};
  ByteArray<32> prevouts_dsha_{}, sequences_dsha_{}, outputs_dsha_{};
};

}  // namespace pegkit::bitcoin
