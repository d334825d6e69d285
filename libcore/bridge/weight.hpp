#pragma once

#include <cstdint>
#include <vector>

#include "bitcoin/transaction.hpp"

namespace pegkit::bridge {

/// BIP141 weight of a signed transaction with `inputs` segwit inputs (no scriptSig) whose witnesses have
/// `witness_bytes` together (Spend::witness_size).
std::int64_t signed_weight(std::size_t inputs, std::int64_t witness_bytes,
                           const std::vector<bitcoin::TxOut>& outputs);

inline std::int64_t vsize_of_weight(std::int64_t weight) {
  return (weight + 3) / 4;
}

}  // namespace pegkit::bridge
