#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bridge/custody.hpp"
#include "bridge/deposit.hpp"
#include "bridge/params.hpp"

namespace pegkit::bridge {

/// A quorum's signature of a message, in the form that the contract takes.
struct QuorumSignature {
  crypto::SchnorrSignature signature;
  crypto::XOnlyKey signing_key;               ///< internal key, or a subset's aggregate
  std::vector<bitcoin::TapNode> merkle_path;  ///< empty for the internal key
  /// True when the BIP340 signature verifies, and its key is the custody's internal key or stands in a leaf
  /// of its tree.
  bool verify(const Custody& custody, ByteView message32) const;
};

/// `pegkit/mint`: one deposit to be minted, signed or not yet.
struct Mint {
  std::uint64_t chain_id = 0;
  evm::Address contract;
  bitcoin::OutPoint outpoint;
  evm::Address recipient;
  Sat amount;
  std::optional<QuorumSignature> signature;

  /// The mint of a funded deposit; throws `deposit.unfunded` (exit 4).
  static Mint of(const Deposit& deposit, const Params& params);
  static Mint parse(const Json& document);
  Json to_json() const;
  /// Tagged hash `pegkit/mint` of chain id 32 BE ‖ contract ‖ txid ‖ vout 4 BE ‖ recipient ‖ amount 8 BE.
  ByteArray<32> message() const;
  /// Calldata of mint(…); throws `mint.unsigned` (exit 4).
  Bytes calldata(const Params& params) const;
};

/// The message that moves the contract to the next custody.
struct ContractRotation {
  std::uint64_t chain_id = 0;
  evm::Address contract;
  crypto::XOnlyKey internal_key;                ///< of the next custody
  std::optional<bitcoin::TapNode> merkle_root;  ///< none: 32 zero bytes
  std::uint64_t rotation = 0;                   ///< the contract's rotations() before it

  static ContractRotation to(const Custody& next, const Params& params, std::uint64_t rotation);
  /// Tagged hash `pegkit/rotate` of chain id 32 BE ‖ contract ‖ internal key ‖ merkle root ‖ rotation 8 BE.
  ByteArray<32> message() const;
  Bytes calldata(const QuorumSignature& signature) const;
};

/// The QuorumSignature of the signers of `path`, with the merkle path of their leaf (empty for the key path).
/// Throws `custody.path` (exit 3) for a path that the contract does not take (recovery, checksigadd leaves,
/// an unspendable internal key).
QuorumSignature quorum_signature(const Custody& custody, const SpendPath& path,
                                 const crypto::SchnorrSignature& signature);
/// The keys that the signers of a mint or rotation message aggregate, in KeySort order and without tweaks.
std::vector<crypto::PublicKey> message_keys(const Custody& custody, const SpendPath& path);

Bytes is_minted_calldata(const bitcoin::OutPoint& outpoint);
/// "withdrawalsRoot()", "withdrawalCount()", "rotations()", "internalKey()", "merkleRoot()": calls without
/// arguments.
Bytes getter_calldata(std::string_view signature);
/// constructor(bytes32,bytes32,uint64,uint64) arguments, to append to the contract's bytecode: quorum mode
/// without a denomination, else optimistic mode.
Bytes constructor_arguments(const Custody& custody, Sat denomination = Sat(0), Sat operator_fee = Sat(0));

}  // namespace pegkit::bridge
