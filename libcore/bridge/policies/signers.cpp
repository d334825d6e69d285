#include "bridge/policies/signers.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <numeric>

#include "base/error.hpp"

namespace pegkit::bridge {

using crypto::PublicKey;

std::vector<std::uint32_t> first_indexes(std::size_t count) {
  std::vector<std::uint32_t> out(count);
  std::iota(out.begin(), out.end(), 0u);
  return out;
}

std::vector<PublicKey> chosen_keys(const std::vector<PublicKey>& keys,
                                   const std::vector<std::uint32_t>& indexes) {
  std::vector<PublicKey> out;
  for (auto i : indexes) out.push_back(keys[i]);
  return out;
}

void check_signers(const std::vector<std::uint32_t>& signers, std::uint32_t threshold, std::size_t keys) {
  if (signers.size() != threshold)
    throw input_error("custody.signers",
                      fmt::format("{} signers where the threshold is {}", signers.size(), threshold));
  for (std::size_t i = 0; i < signers.size(); ++i) {
    if (signers[i] >= keys)
      throw input_error("custody.signers",
                        fmt::format("there is no signer {}: indexes go from 0 to {}", signers[i], keys - 1));
    if (i > 0 && signers[i] <= signers[i - 1])
      throw input_error("custody.signers", "signers must stand in ascending order, each once");
  }
}

void check_distinct(const std::vector<PublicKey>& keys, const char* field) {
  std::vector<std::pair<crypto::XOnlyKey, std::size_t>> sorted;
  for (std::size_t i = 0; i < keys.size(); ++i) sorted.emplace_back(crypto::xonly(keys[i]), i);
  std::ranges::sort(sorted);
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    auto [a, b] = std::minmax(sorted[i - 1].second, sorted[i].second);
    if (sorted[i - 1].first == sorted[i].first)
      throw input_error("custody.keys", fmt::format("keys {} and {} have the same x coordinate", a, b))
          .field(fmt::format("{}[{}]", field, b));
  }
}

void check_threshold(std::uint32_t threshold, std::size_t keys, const char* field) {
  if (threshold == 0 || threshold > keys)
    throw input_error("custody.threshold", fmt::format("a threshold from 1 to {} was expected", keys))
        .field(field);
}

}  // namespace pegkit::bridge
