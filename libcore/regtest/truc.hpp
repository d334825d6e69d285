#pragma once

#include <optional>
#include <string>
#include <vector>

#include "regtest/mempool.hpp"

namespace pegkit::regtest {

inline constexpr std::uint32_t truc_version = 3;

/// What a transaction under BIP431's rules breaks, in Bitcoin Core's words.
struct TrucViolation {
  std::string text;
  /// The parent's other child, when replacing it would heal the violation.
  std::optional<bitcoin::Txid> sibling;
};

/// For one transaction against the mempool. `replaced` are the transactions whose inputs it takes.
std::optional<TrucViolation> check_truc(const RegtestMempool& mempool, const MempoolEntry& entry,
                                        const RegtestMempool::Set& replaced);
/// For a transaction among those of a package (sorted, parents first), which are not in the mempool.
std::optional<std::string> check_package_truc(const RegtestMempool& mempool, const MempoolEntry& entry,
                                              const std::vector<const MempoolEntry*>& package);

}  // namespace pegkit::regtest
