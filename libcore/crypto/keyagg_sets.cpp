#include "crypto/keyagg_sets.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <numeric>
#include <secp256k1.h>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/musig.hpp"

namespace pegkit::crypto {
namespace {

constexpr std::size_t windows = 32;     // a coefficient's bytes
constexpr std::size_t multiples = 255;  // 1 to 255 times a window's base
constexpr std::uint64_t worth_tables = 2000;

const secp256k1_context* context() {
  return secp256k1_context_static;
}

secp256k1_pubkey sum(const secp256k1_pubkey& a, const secp256k1_pubkey& b) {
  const secp256k1_pubkey* terms[] = {&a, &b};
  secp256k1_pubkey out;
  // The sum is never infinity: its multiple of the key is at most 255·256^31, which is below the order n.
  if (!secp256k1_ec_pubkey_combine(context(), &out, terms, 2))
    throw Error(Exit::bug, "musig.keys_failed", "two multiples of a key cancel each other");
  return out;
}

/// table[w * 255 + m - 1] = m · 256^(31 - w) · key; w counts a coefficient's bytes in big-endian order.
using Table = std::vector<secp256k1_pubkey>;

Table make_table(secp256k1_pubkey base) {
  Table table(windows * multiples);
  for (std::size_t w = windows; w-- > 0;) {
    secp256k1_pubkey* row = &table[w * multiples];
    row[0] = base;
    for (std::size_t m = 1; m < multiples; ++m) row[m] = sum(row[m - 1], base);
    if (w > 0) base = sum(row[multiples - 1], base);
  }
  return table;
}

}  // namespace

struct SubsetAggregator::Impl {
  std::vector<PublicKey> keys;
  std::vector<std::uint32_t> rank;  // rank[i]: place of key i in KeySort order
  std::vector<secp256k1_pubkey> points;
  std::vector<Table> tables;
  Sha256 list_tag = tagged("KeyAgg list"), coefficient_tag = tagged("KeyAgg coefficient");
};

SubsetAggregator::SubsetAggregator(const std::vector<PublicKey>& keys, std::uint64_t expected)
    : impl_(std::make_unique<Impl>()) {
  if (keys.empty()) throw input_error("musig.keys", "there is no key to aggregate");
  impl_->keys = keys;
  impl_->points.resize(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (!secp256k1_ec_pubkey_parse(context(), &impl_->points[i], keys[i].bytes.data(), keys[i].bytes.size()))
      throw input_error("key.invalid", fmt::format("key {} is not a point on the curve", i))
          .field(fmt::format("keys[{}]", i));
  std::vector<std::uint32_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0u);
  std::ranges::sort(order, [&](auto a, auto b) { return keys[a].bytes < keys[b].bytes; });
  impl_->rank.resize(keys.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    impl_->rank[order[i]] = i;
    if (i > 0 && keys[order[i]] == keys[order[i - 1]])
      throw input_error("musig.keys", fmt::format("keys {} and {} are equal", order[i - 1], order[i]));
  }
  if (expected < worth_tables || keys.size() > 64) return;
  for (const auto& point : impl_->points) impl_->tables.push_back(make_table(point));
}

SubsetAggregator::~SubsetAggregator() = default;
SubsetAggregator::SubsetAggregator(SubsetAggregator&&) noexcept = default;

XOnlyKey SubsetAggregator::xonly(std::span<const std::uint32_t> members) const {
  if (members.empty()) throw input_error("musig.keys", "there is no key to aggregate");
  std::vector<std::uint32_t> sorted(members.begin(), members.end());
  std::ranges::sort(sorted, {}, [&](std::uint32_t i) { return impl_->rank.at(i); });
  if (impl_->tables.empty()) {
    std::vector<PublicKey> keys;
    for (auto i : sorted) keys.push_back(impl_->keys[i]);
    return KeyAgg(keys).xonly();
  }
  Sha256 list = impl_->list_tag;
  for (auto i : sorted) list.write(impl_->keys[i]);
  Hash256 list_hash = list.finish();

  std::vector<const secp256k1_pubkey*> terms;
  terms.reserve(sorted.size() * windows);
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    std::uint32_t i = sorted[k];
    if (k == 1) {  // BIP327: the second distinct key has coefficient 1
      terms.push_back(&impl_->points[i]);
      continue;
    }
    Hash256 coefficient = Sha256(impl_->coefficient_tag).write(list_hash).write(impl_->keys[i]).finish();
    for (std::size_t w = 0; w < windows; ++w)
      if (coefficient[w] != 0) terms.push_back(&impl_->tables[i][w * multiples + coefficient[w] - 1]);
  }
  secp256k1_pubkey aggregate;
  if (!secp256k1_ec_pubkey_combine(context(), &aggregate, terms.data(), terms.size()))
    throw input_error("musig.keys", "the keys add up to the point at infinity");
  ByteArray<33> compressed;
  std::size_t size = compressed.size();
  secp256k1_ec_pubkey_serialize(context(), compressed.data(), &size, &aggregate, SECP256K1_EC_COMPRESSED);
  return XOnlyKey::from(ByteView(compressed).subspan(1));
}

}  // namespace pegkit::crypto
