#pragma once

#include <optional>
#include <vector>

#include "bitcoin/transaction.hpp"

namespace pegkit::bitcoin {

enum SighashType : std::uint32_t {
  SIGHASH_DEFAULT = 0, SIGHASH_ALL = 1, SIGHASH_NONE = 2, SIGHASH_SINGLE = 3, SIGHASH_ANYONECANPAY = 0x80
};

/// The parts of a transaction's signature hashes that its inputs share, computed once. Keeps references.
class SighashCache {
 public:
  /// `spent` are the outputs that the inputs spend, in order; may be empty when only legacy hashes are made.
  SighashCache(const Transaction& tx, std::vector<TxOut> spent);

  const Transaction& tx() const { return tx_; }
  const std::vector<TxOut>& spent() const { return spent_; }

  /// Before segwit. `script_code` as it stands (the caller has removed the signature); OP_CODESEPARATORs are
  /// dropped here. `type` is the full 32-bit value.
  ByteArray<32> legacy(ByteView script_code, std::size_t input, std::uint32_t type) const;
  /// BIP143.
  ByteArray<32> segwit_v0(ByteView script_code, std::size_t input, std::uint32_t type, Sat amount) const;
  /// BIP341/342. `leaf_hash` present for a script path. nullopt for an invalid type or SIGHASH_SINGLE
  /// without its output. `annex` with its 0x50.
  std::optional<ByteArray<32>> taproot(std::size_t input, std::uint8_t type, const ByteArray<32>* leaf_hash,
                                       std::uint32_t codesep_position = 0xffffffff,
                                       const Bytes* annex = nullptr) const;

 private:
  struct Shared;
  const Transaction& tx_;
  std::vector<TxOut> spent_;
  bool ready_ = false;
  ByteArray<32> prevouts_sha_{}, amounts_sha_{}, scripts_sha_{}, sequences_sha_{}, outputs_sha_{};
  ByteArray<32> prevouts_dsha_{}, sequences_dsha_{}, outputs_dsha_{};
};

}  // namespace pegkit::bitcoin
