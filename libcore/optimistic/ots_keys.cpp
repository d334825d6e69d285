#include "optimistic/ots_keys.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "bridge/derived.hpp"

namespace pegkit::optimistic {
namespace {

using crypto::OtsPublicKey;

Error bad_keys(std::string message) {
  return input_error("ots.keys", std::move(message));
}

void check_name(std::string_view name) {
  auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  if (name.empty() || name.size() > OtsKeySet::max_name || !std::ranges::all_of(name, allowed))
    throw bad_keys("the name of a one-time key has 1 to 64 of a-z, 0-9 and _");
}

std::string epoch_name(std::uint32_t first_epoch, std::size_t index) {
  std::uint64_t epoch = first_epoch + std::uint64_t{index};
  if (epoch > 0xffffffff) throw bad_keys("epochs end at 4294967295");
  return std::to_string(epoch);
}

/// Throws for a public hash that occurs twice: its chain would sign two digits.
void check_hashes_differ(const std::vector<OtsNamedKey>& keys) {
  std::vector<crypto::Hash160> all;
  for (const OtsNamedKey& named : keys)
    all.insert(all.end(), named.key.hashes.begin(), named.key.hashes.end());
  std::ranges::sort(all);
  if (std::ranges::adjacent_find(all) != all.end())
    throw input_error("ots.duplicate", "two digits of these one-time keys have the same public hash");
}

OtsNamedKey read_key(const JsonField& field) {
  JsonObject object(field);
  OtsNamedKey out;
  out.name = object.required("name").text(OtsKeySet::max_name);
  JsonField bytes = object.required("bytes");
  auto expected = static_cast<std::size_t>(bytes.integer(1, crypto::max_ots_bytes));
  JsonField key = object.required("key");
  out.key = key.at([&] { return OtsPublicKey::from(key.hex()); });
  if (out.key.message_bytes() != expected) bytes.fail("ots.keys", "the key has another length");
  object.done();
  return out;
}

template <std::size_t N>
ByteArray<N> little_endian(std::size_t value) {
  ByteArray<N> out;
  for (std::size_t i = 0; i < N; ++i) out[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return out;
}

}  // namespace

OtsKeySet::OtsKeySet(std::optional<ByteArray<32>> graph, std::uint32_t first_epoch,
                     std::vector<OtsNamedKey> keys)
    : graph_(graph), first_epoch_(first_epoch), keys_(std::move(keys)) {
  if (keys_.empty() || keys_.size() > max_keys) throw bad_keys("a set has 1 to 16384 one-time keys");
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    check_name(keys_[i].name);
    std::size_t bytes = keys_[i].key.message_bytes();
    if (is_sequencer() && bytes != root_bytes) throw bad_keys("a sequencer's keys sign 32 bytes");
    if (is_sequencer() && keys_[i].name != epoch_name(first_epoch_, i))
      throw bad_keys("a sequencer's keys are named by their epochs, one after the other");
    if (!by_name_.emplace(keys_[i].name, i).second)
      throw bad_keys(fmt::format("two one-time keys have the name {}", keys_[i].name));
  }
  check_hashes_differ(keys_);
}

OtsKeySet OtsKeySet::for_sequencer(std::uint32_t first_epoch, std::vector<OtsPublicKey> keys) {
  std::vector<OtsNamedKey> named;
  named.reserve(keys.size());
  for (OtsPublicKey& key : keys) named.push_back({epoch_name(first_epoch, named.size()), std::move(key)});
  return {std::nullopt, first_epoch, std::move(named)};
}

OtsKeySet OtsKeySet::for_operator(const ByteArray<32>& graph, std::vector<OtsNamedKey> keys) {
  return {graph, 0, std::move(keys)};
}

OtsKeySet OtsKeySet::parse(const Json& document, const std::string& path) {
  JsonObject object = open_document(document, "ots-keys", 1, path);
  JsonField purpose = object.required("purpose");
  std::string name = purpose.text(16);
  std::optional<ByteArray<32>> graph;
  std::uint32_t first_epoch = 0;
  if (name == "operator")
    graph = object.required("graph").hex_array<32>();
  else if (name == "sequencer")
    first_epoch = object.required("first_epoch").u32();
  else
    purpose.fail("ots.keys", "one-time keys are a sequencer's or an operator's");
  JsonField list = object.required("keys");
  std::vector<OtsNamedKey> keys;
  for (const JsonField& field : list.items(max_keys)) keys.push_back(read_key(field));
  OtsKeySet out = list.at([&] { return OtsKeySet(graph, first_epoch, std::move(keys)); });
  bridge::DerivedFields(object).equal("hash", [&] { return to_hex(out.hash()); });
  object.done();
  return out;
}

Json OtsKeySet::to_json() const {
  Json out = new_document("ots-keys");
  out["purpose"] = is_sequencer() ? "sequencer" : "operator";
  if (graph_)
    out["graph"] = to_hex(*graph_);
  else
    out["first_epoch"] = first_epoch_;
  out["hash"] = to_hex(hash());
  Json list = Json::array();
  for (const OtsNamedKey& named : keys_) {
    list.push_back(
        Json{{"name", named.name}, {"bytes", named.key.message_bytes()}, {"key", to_hex(named.key.bytes())}});
  }
  out["keys"] = std::move(list);
  return out;
}

crypto::Hash256 OtsKeySet::hash() const {
  crypto::Sha256 hash = crypto::tagged("pegkit/ots-keys");
  if (graph_)
    hash.write(ByteArray<1>{1}).write(*graph_);
  else
    hash.write(ByteArray<1>{0}).write(little_endian<4>(first_epoch_));
  hash.write(little_endian<4>(keys_.size()));
  for (const OtsNamedKey& named : keys_) {
    hash.write(little_endian<1>(named.name.size())).write(as_bytes(named.name));
    hash.write(little_endian<1>(named.key.message_bytes())).write(named.key.bytes());
  }
  return hash.finish();
}

const OtsPublicKey* OtsKeySet::find(std::string_view name) const {
  auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &keys_[found->second].key;
}

const OtsPublicKey* OtsKeySet::find_epoch(std::uint32_t epoch) const {
  if (!is_sequencer() || epoch < first_epoch_ || epoch - first_epoch_ >= keys_.size()) return nullptr;
  return &keys_[epoch - first_epoch_].key;
}

crypto::OtsSecret sequencer_ots_secret(const crypto::SecretKey& seed, std::uint32_t epoch) {
  return crypto::OtsSecret::derive(seed, "sequencer", epoch);
}

crypto::OtsSecret operator_ots_secret(const crypto::SecretKey& seed, const ByteArray<32>& graph,
                                      std::string_view name) {
  return crypto::OtsSecret::derive(seed, fmt::format("operator/{}/{}", to_hex(graph), name), 0);
}

}  // namespace pegkit::optimistic
