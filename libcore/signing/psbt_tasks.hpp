#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "bitcoin/psbt.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/custody.hpp"
#include "bridge/spend.hpp"
#include "crypto/keys.hpp"

namespace pegkit::signing {

/// One input of a PSBT that the custody's signers sign.
struct SigningTask {
  std::size_t input = 0;
  ByteArray<32> message{};  ///< the taproot signature hash
  bool aggregate = true;    ///< one MuSig2 signature; false: each signer makes a BIP340 signature of its own
  std::vector<crypto::PublicKey> keys;
  std::vector<ByteArray<32>> tweaks;
  crypto::XOnlyKey key;  ///< under which the MuSig2 signature verifies
  std::optional<bitcoin::TapNode> leaf_hash;
};
/// One task for each input; each must be an output of this custody or a deposit to it, as the input's own
/// fields prove (internal key, merkle root, and for a script path the custody's leaf with its control block).
/// Throws Error `psbt.foreign` (exit 7) naming the input otherwise, unless `foreign_inputs` takes its number;
/// `psbt.unbound` (exit 7) for an input that asks for another sighash type than the default.
std::vector<SigningTask> signing_tasks(const bridge::Custody& custody, const bridge::SpendPath& path,
                                       const bitcoin::Psbt& psbt,
                                       std::vector<std::size_t>* foreign_inputs = nullptr);

}  // namespace pegkit::signing
