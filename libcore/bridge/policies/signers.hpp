#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "crypto/keys.hpp"

namespace pegkit::bridge {

/// Who can sign by one way to spend, and how. Indexes point into the list of keys of that way: the
/// custodians, or the recovery council.
struct Signers {
  std::vector<std::uint32_t> index;  ///< all who may sign, in ascending order
  std::size_t needed = 0;            ///< how many of them must sign
  /// True: together they make one MuSig2 signature. False: each makes a BIP340 signature of its own.
  bool aggregate = true;
};

/// 0, 1, … count-1.
std::vector<std::uint32_t> first_indexes(std::size_t count);
/// The keys at `indexes`, each of which must be in range.
std::vector<crypto::PublicKey> chosen_keys(const std::vector<crypto::PublicKey>& keys,
                                           const std::vector<std::uint32_t>& indexes);

/// Throws Error `custody.signers` (exit 3) unless `signers` are `threshold` ascending indexes below `keys`.
void check_signers(const std::vector<std::uint32_t>& signers, std::uint32_t threshold, std::size_t keys);
/// Throws Error `custody.keys` (exit 3) when two keys have the same x coordinate. `field` names the list.
void check_distinct(const std::vector<crypto::PublicKey>& keys, const char* field);
/// Throws Error `custody.threshold` (exit 3) for a threshold outside 1 to `keys`.
void check_threshold(std::uint32_t threshold, std::size_t keys, const char* field);

}  // namespace pegkit::bridge
