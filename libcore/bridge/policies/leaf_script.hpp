#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bitcoin/script.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bridge {

/// `<key> OP_CHECKSIG`, 34 bytes.
bitcoin::Script checksig_script(const crypto::XOnlyKey& key);

/// `<k1> OP_CHECKSIG <k2> OP_CHECKSIGADD … <threshold>` (BIP387), without the comparison that ends it.
bitcoin::ScriptBuilder multi_a(const std::vector<crypto::PublicKey>& keys, std::uint32_t threshold);
/// The descriptor's text of the same: `multi_a(2,79be…,c604…)`.
std::string multi_a_text(const std::vector<crypto::PublicKey>& keys, std::uint32_t threshold);

/// The x-only MuSig2 aggregate of keys in any order: BIP327 KeyAgg after KeySort.
crypto::XOnlyKey musig_key(std::vector<crypto::PublicKey> keys);
/// The descriptor's text of the same: `musig(0279be…,02c604…)` (BIP390), the keys in the order given.
std::string musig_text(const std::vector<crypto::PublicKey>& keys);

}  // namespace pegkit::bridge
