#pragma once

#include <optional>
#include <string>
#include <vector>

#include "regtest/mempool.hpp"

namespace pegkit::regtest {

inline constexpr std::uint32_t truc_version = 3;

/// A violation of BIP431's rules, in Bitcoin Core's words.
struct TrucViolation {
  std::string text;
  /// The parent's other child, when replacing it would remove the violation.
  std::optional<bitcoin::Txid> sibling;
};

/// Checks one transaction against the mempool. `replaced` are the transactions with which it shares inputs.
std::optional<TrucViolation> check_truc(const RegtestMempool& mempool, const MempoolEntry& entry,
                                        const RegtestMempool::Set& replaced);
/// Checks a transaction of a package, whose transactions are sorted, parents first, and not in the mempool.
std::optional<std::string> check_package_truc(const RegtestMempool& mempool, const MempoolEntry& entry,
                                              const std::vector<const MempoolEntry*>& package);

}  // namespace pegkit::regtest
