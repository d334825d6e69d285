#include "regtest/truc.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "bitcoin/policy.hpp"

namespace pegkit::regtest {
namespace {

using Entry = MempoolEntry;

/// A transaction in Bitcoin Core's messages: "<txid> (wtxid=<wtxid>)".
std::string name(const Entry& entry) {
  return fmt::format("{} (wtxid={})", entry.txid.display(), entry.wtxid.display());
}

bool is_truc(const Entry& entry) {
  return entry.tx.version == truc_version;
}

std::string cannot_spend(const Entry& child, const Entry& parent) {
  return is_truc(child)
             ? fmt::format("version=3 tx {} cannot spend from non-version=3 tx {}", name(child), name(parent))
             : fmt::format("non-version=3 tx {} cannot spend from version=3 tx {}", name(child),
                           name(parent));
}

std::string too_big(const Entry& entry) {
  return fmt::format("version=3 tx {} is too big: {} > {} virtual bytes", name(entry), entry.vsize,
                     bitcoin::truc_max_vsize);
}

std::string child_too_big(const Entry& entry) {
  return fmt::format("version=3 child tx {} is too big: {} > {} virtual bytes", name(entry), entry.vsize,
                     bitcoin::truc_child_max_vsize);
}

std::string too_many_ancestors(const Entry& entry) {
  return fmt::format("tx {} would have too many ancestors", name(entry));
}

std::string too_many_descendants(const Entry& parent) {
  return fmt::format("tx {} would exceed descendant count limit", name(parent));
}

bool spends(const Entry& child, const Entry& parent) {
  return std::ranges::any_of(child.tx.inputs,
                             [&](const bitcoin::TxIn& input) { return input.prevout.txid == parent.txid; });
}

}  // namespace

std::optional<TrucViolation> check_truc(const RegtestMempool& mempool, const Entry& entry,
                                        const RegtestMempool::Set& replaced) {
  RegtestMempool::Set parents = mempool.parents(entry.tx);
  for (const bitcoin::Txid& txid : parents) {
    const Entry& parent = *mempool.find(txid);
    if (is_truc(parent) != is_truc(entry)) return TrucViolation{cannot_spend(entry, parent), {}};
  }
  if (!is_truc(entry)) return std::nullopt;
  if (entry.vsize > bitcoin::truc_max_vsize) return TrucViolation{too_big(entry), {}};
  if (parents.size() > 1) return TrucViolation{too_many_ancestors(entry), {}};
  if (parents.empty()) return std::nullopt;

  const Entry& parent = *mempool.find(*parents.begin());
  if (mempool.ancestors(parent.txid).size() > 1) return TrucViolation{too_many_ancestors(entry), {}};
  if (entry.vsize > bitcoin::truc_child_max_vsize) return TrucViolation{child_too_big(entry), {}};
  RegtestMempool::Set others = mempool.descendants(parent.txid);
  others.erase(parent.txid);
  bool taken_over =
      std::ranges::any_of(others, [&](const bitcoin::Txid& txid) { return replaced.contains(txid); });
  if (others.empty() || taken_over) return std::nullopt;
  TrucViolation violation{too_many_descendants(parent), {}};
  if (others.size() == 1 && mempool.ancestors(*others.begin()).size() == 2)
    violation.sibling = *others.begin();
  return violation;
}

std::optional<std::string> check_package_truc(const RegtestMempool& mempool, const Entry& entry,
                                              const std::vector<const Entry*>& package) {
  RegtestMempool::Set in_mempool = mempool.parents(entry.tx);
  std::vector<const Entry*> in_package;
  for (const Entry* other : package) {
    if (other == &entry) break;
    if (spends(entry, *other)) in_package.push_back(other);
  }
  std::vector<const Entry*> parents;
  for (const bitcoin::Txid& txid : in_mempool) parents.push_back(mempool.find(txid));
  parents.insert(parents.end(), in_package.begin(), in_package.end());

  if (!is_truc(entry)) {
    for (const Entry* parent : parents)
      if (is_truc(*parent)) return cannot_spend(entry, *parent);
    return std::nullopt;
  }
  if (entry.vsize > bitcoin::truc_max_vsize) return too_big(entry);
  if (parents.size() > 1) return too_many_ancestors(entry);
  if (parents.empty()) return std::nullopt;
  const Entry& parent = *parents.front();
  bool unconfirmed = !in_mempool.empty();
  if (unconfirmed && mempool.ancestors(parent.txid).size() > 1) return too_many_ancestors(entry);
  if (entry.vsize > bitcoin::truc_child_max_vsize) return child_too_big(entry);
  if (!is_truc(parent)) return cannot_spend(entry, parent);
  for (const Entry* other : package) {
    if (other == &entry) continue;
    if (spends(*other, parent)) return too_many_descendants(parent);
    if (spends(*other, entry)) return too_many_ancestors(*other);
  }
  if (unconfirmed && mempool.descendants(parent.txid).size() > 1) return too_many_descendants(parent);
  return std::nullopt;
}

}  // namespace pegkit::regtest
