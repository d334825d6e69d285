#include "signing/request.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <numeric>

#include "crypto/hash.hpp"
#include "crypto/musig.hpp"
#include "signing/psbt_tasks.hpp"

namespace pegkit::signing {
namespace {

using bridge::Custody;
using bridge::SpendPath;
using crypto::PublicKey;

/// Puts the keys in KeySort order, and their indexes with them.
void sort_keys(KeySet& set) {
  std::vector<std::size_t> order(set.keys.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return set.keys[i]; });
  KeySet sorted = set;
  for (std::size_t i = 0; i < order.size(); ++i) {
    sorted.keys[i] = set.keys[order[i]];
    sorted.index[i] = set.index[order[i]];
  }
  set = std::move(sorted);
}

void append_u32(Bytes& out, std::size_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

}  // namespace

KeySet make_key_set(Custody custody, SpendPath path) {
  bridge::Signers signers = custody.signers(path);
  KeySet out{.custody = std::move(custody),
             .path = std::move(path),
             .aggregate = signers.aggregate,
             .index = std::move(signers.index),
             .needed = signers.needed};
  out.keys = bridge::chosen_keys(out.custody.keys_of(out.path), out.index);
  if (out.aggregate)
    sort_keys(out);
  else
    out.path.signers = bridge::first_indexes(out.needed);
  return out;
}

void take_psbt(RoundRequest& request, bridge::PsbtDocument document) {
  for (SigningTask& task :
       signing_tasks(request.key_set.custody, request.key_set.path, document.psbt, &request.foreign_inputs))
    request.messages.push_back({task.message, std::move(task.tweaks), task.key, task.input, task.leaf_hash});
  if (request.messages.empty())
    throw refused("psbt.foreign", "no input of this transaction is spent by this custody and path");
  request.psbt = std::move(document);
}

void take_messages(RoundRequest& request, const std::vector<ByteArray<32>>& messages) {
  if (!request.key_set.aggregate)
    throw input_error("custody.path", "a message that is no transaction needs one aggregate key to sign it");
  crypto::XOnlyKey key = crypto::xonly(request.key_set.aggregate_key());
  for (const auto& message : messages) request.messages.push_back({.message = message, .key = key});
}

std::optional<std::size_t> KeySet::find(const PublicKey& key) const {
  auto found = std::ranges::find(keys, key);
  if (found == keys.end()) return std::nullopt;
  return static_cast<std::size_t>(found - keys.begin());
}

std::string KeySet::name(std::size_t place) const {
  return fmt::format("signer {} ({})", index[place], to_hex(keys[place]));
}

PublicKey KeySet::aggregate_key() const {
  if (!aggregate)
    throw input_error("custody.path", "the keys of this leaf sign one by one and have no aggregate");
  return crypto::KeyAgg(keys).aggregate();
}

ByteArray<32> RoundRequest::session() const {
  std::vector<PublicKey> sorted = key_set.keys;
  crypto::key_sort(sorted);
  Bytes data;
  append_u32(data, sorted.size());
  for (const PublicKey& key : sorted) append(data, key);
  append_u32(data, messages.size());
  for (const RoundMessage& message : messages) {
    append_u32(data, message.tweaks.size());
    for (const auto& tweak : message.tweaks) append(data, tweak);
    append(data, message.message);
  }
  return crypto::tagged_hash("pegkit/session", data);
}

std::size_t RoundRequest::require_signer(const PublicKey& key) const {
  if (auto place = key_set.find(key)) return *place;
  throw input_error("signer.unknown", fmt::format("{} is none of this session's signers", to_hex(key)));
}

std::string RoundRequest::message_name(std::size_t i) const {
  return messages[i].name.empty() ? fmt::format("message {}", i) : messages[i].name;
}

RoundRequest graph_request(optimistic::GraphDocument document) {
  if (!document.challenge)
    throw input_error("graph.challenge", "the operator has not signed the challenge of this graph")
        .field("signatures.challenge:0");
  RoundRequest out{.key_set = make_key_set(document.graph.inputs().deposit.custody(), SpendPath::key())};
  for (const optimistic::GraphTask& task : document.graph.tasks()) {
    RoundMessage& message = out.messages.emplace_back();
    message.message = task.message;
    if (task.tweak) message.tweaks.push_back(*task.tweak);
    message.key = task.key;
    message.leaf_hash = task.leaf;
    message.name = task.name();
  }
  out.graph = std::move(document);
  return out;
}

}  // namespace pegkit::signing
