#include "app/musig_round_request.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <numeric>

#include "app/graph_files.hpp"
#include "app/input.hpp"
#include "app/keys.hpp"
#include "app/musig_round_documents.hpp"
#include "bridge/payout.hpp"
#include "crypto/hash.hpp"
#include "crypto/musig.hpp"

namespace pegkit::app {
namespace {

using bridge::Custody;
using bridge::SpendPath;
using crypto::PublicKey;

PublicKey hex_key(std::string_view text) {
  return crypto::parse_public_key(from_hex_array<33>(text));
}

std::string_view trimmed(std::string_view text) {
  constexpr const char* space = " \t\r\n";
  std::size_t first = text.find_first_not_of(space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

/// The derived fields of a keyagg document.
void check_aggregate(JsonObject& object, std::vector<PublicKey> keys) {
  crypto::key_sort(keys);
  PublicKey aggregate = crypto::KeyAgg(keys).aggregate();
  auto check = [&](std::string_view name, const std::string& expected) {
    auto field = object.optional(name);
    if (field && field->text(66) != expected)
      field->fail("document.derived", "this does not follow from the keys");
  };
  check("aggregate", to_hex(aggregate));
  check("xonly", to_hex(crypto::xonly(aggregate)));
}

/// A keyagg document; or, each on its line, keys in hex or public-key documents.
std::vector<PublicKey> parse_keys(std::string_view text, const std::string& name) {
  std::vector<PublicKey> out;
  text = trimmed(text);
  if (!text.starts_with('{')) {
    while (!text.empty()) {
      std::size_t end = std::min(text.find('\n'), text.size());
      if (auto line = trimmed(text.substr(0, end)); !line.empty()) out.push_back(hex_key(line));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
  }
  for (const Json& document : parse_documents(text, name)) {
    if (document_type(document) != "keyagg") {
      out.push_back(parse_public_key_document(document));
      continue;
    }
    JsonObject object = open_document(document, "keyagg");
    std::vector<PublicKey> found;
    for (const JsonField& field : object.required("keys").items(Custody::max_keys))
      found.push_back(field.at([&] { return crypto::parse_public_key(field.fixed<PublicKey>()); }));
    check_aggregate(object, found);
    object.ignore({"signers", "path"});
    object.done();
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

std::vector<std::uint32_t> first_indexes(std::size_t count) {
  std::vector<std::uint32_t> out(count);
  std::iota(out.begin(), out.end(), 0u);
  return out;
}

/// Puts keys in KeySort order, their indexes along.
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

KeySet make_key_set(Custody custody, SpendPath path) {
  bool any_of_leaf = path.kind == SpendPath::Kind::recovery ||
                     (path.kind == SpendPath::Kind::leaf && custody.policy() == bridge::Policy::checksigadd);
  if (path.kind == SpendPath::Kind::recovery && !custody.recovery())
    throw input_error("custody.path", "this custody has no recovery path");
  if (path.kind == SpendPath::Kind::key && !custody.key_path())
    throw input_error("custody.path", "this custody has no key path: its internal key is unspendable");
  KeySet out{.custody = std::move(custody), .path = std::move(path), .aggregate = !any_of_leaf};
  const Custody& c = out.custody;
  if (any_of_leaf) {
    bool recovery = out.path.kind == SpendPath::Kind::recovery;
    if (!recovery && !out.path.signers.empty()) c.index_of(out.path.signers);
    out.keys = recovery ? c.recovery()->keys : c.keys();
    out.needed = recovery ? c.recovery()->threshold : c.threshold();
    out.index = first_indexes(out.keys.size());
    out.path.signers = first_indexes(out.needed);
    return out;
  }
  if (out.path.kind == SpendPath::Kind::leaf) {
    c.index_of(out.path.signers);
    out.index = out.path.signers;
  } else {
    out.index = first_indexes(c.keys().size());
  }
  for (std::uint32_t i : out.index) out.keys.push_back(c.keys()[i]);
  out.needed = out.keys.size();
  sort_keys(out);
  return out;
}

void take_psbt(RoundRequest& request, bridge::PsbtDocument document) {
  for (bridge::SigningTask& task : bridge::signing_tasks(request.key_set.custody, request.key_set.path,
                                                         document.psbt, &request.foreign_inputs))
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

std::vector<ByteArray<32>> parse_messages(const Json& document) {
  JsonObject object = open_document(document, "messages");
  JsonField list = object.required("messages");
  std::vector<ByteArray<32>> out;
  for (const JsonField& field : list.items(max_round_messages)) out.push_back(field.hex_array<32>());
  if (out.empty()) list.fail("json.range", "there is no message");
  object.done();
  return out;
}

void append_u32(Bytes& out, std::size_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

}  // namespace

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

void KeySetOptions::declare(Options& options) {
  options.file(custody_, "--custody", "the custody whose keys sign");
  options.choice(path_, "--path", {"key", "leaf", "recovery"}, "how its coins are spent");
  options.text(signers_, "--signers", "LIST", "the subset that signs, by its keys' indexes: 0,2,4");
  options.file(keys_, "--keys", "instead of a custody: a keyagg document, or public keys line by line");
}

KeySet KeySetOptions::read(Ports& ports, const std::optional<SpendPath>& stated) const {
  if (custody_.empty() == keys_.empty())
    throw usage_error("one of --custody and --keys is needed").hint("--custody custody.json --signers 0,2,4");
  if (!keys_.empty()) {
    if (!path_.empty() || !signers_.empty()) throw usage_error("--path and --signers belong to --custody");
    auto keys = parse_keys(ports.read(keys_), keys_);
    auto count = static_cast<std::uint32_t>(keys.size());
    return make_key_set(Custody::make(bridge::Policy::musig, count, std::move(keys)), SpendPath::key());
  }
  Custody custody = Custody::parse(parse_json(ports.read(custody_)));
  if (path_.empty() && signers_.empty()) {
    if (stated) return make_key_set(std::move(custody), *stated);
    return make_key_set(custody, custody.key_path() ? SpendPath::key() : SpendPath::leaf({}));
  }
  if (path_ == "key") {
    if (!signers_.empty())
      throw usage_error("over the key path all custodians sign: --signers is for a leaf");
    return make_key_set(std::move(custody), SpendPath::key());
  }
  auto signers = signers_.empty() ? std::vector<std::uint32_t>{} : parse_signers(signers_);
  if (signers.empty() && path_ == "leaf" && custody.policy() == bridge::Policy::subsets)
    throw usage_error("which subset's leaf? --signers is missing").hint("--path leaf --signers 0,2,4");
  return make_key_set(std::move(custody), path_ == "recovery" ? SpendPath::recovery(std::move(signers))
                                                              : SpendPath::leaf(std::move(signers)));
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

RoundRequest graph_request(bridge::GraphDocument document) {
  if (!document.challenge)
    throw input_error("graph.challenge", "the operator has not signed the challenge of this graph")
        .field("signatures.challenge:0");
  RoundRequest out{.key_set = make_key_set(document.graph.inputs().deposit.custody(), SpendPath::key())};
  for (const bridge::GraphTask& task : document.graph.tasks()) {
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

void RequestOptions::declare(Options& options) {
  options.file(request_, "--request", "what to sign: a PSBT, messages, a mint or a graph (default: stdin)");
  options.file(graph_, "--graph", "instead: a graph, all of it");
  options.texts(messages_, "--message", "HEX", "instead: a message of 32 bytes to sign");
  declare_context(options);
}

void RequestOptions::declare_context(Options& options) {
  key_set_.declare(options);
  options.file(params_, "--params", "the bridge's parameters; with them no withdrawal is signed twice");
  options.file(sequencer_keys_, "--sequencer-keys", "of a graph: the sequencer's set of one-time keys");
}

std::optional<bridge::Params> RequestOptions::params(Ports& ports) const {
  if (params_.empty()) return std::nullopt;
  return bridge::Params::parse(parse_json(ports.read(params_)));
}

RoundRequest RequestOptions::read(Ports& ports) const {
  if (int(request_ != "-") + int(!graph_.empty()) + int(!messages_.empty()) > 1)
    throw usage_error("--request, --graph and --message exclude each other");
  if (messages_.empty()) return parse(ports, ports.read(graph_.empty() ? request_ : graph_));
  RoundRequest out{.key_set = key_set_.read(ports, std::nullopt)};
  std::vector<ByteArray<32>> messages;
  for (const std::string& hex : messages_) messages.push_back(from_hex_array<32>(hex));
  take_messages(out, messages);
  out.params = params(ports);
  return out;
}

RoundRequest RequestOptions::parse(Ports& ports, std::string_view text) const {
  RoundRequest out = parse_text(ports, trimmed(text));
  if (!out.params) out.params = params(ports);
  return out;
}

RoundRequest RequestOptions::parse_text(Ports& ports, std::string_view text) const {
  if (text.empty())
    throw input_error("json.empty", "there is no request: a PSBT, messages, a mint or a graph");
  if (text.starts_with('{')) return parse_document(ports, parse_json(text));
  RoundRequest out{.key_set = key_set_.read(ports, std::nullopt)};
  take_psbt(out, bridge::PsbtDocument::parse_text(text, bridge::Derive::stated));
  return out;
}

RoundRequest RequestOptions::parse_document(Ports& ports, const Json& document) const {
  std::string type = document_type(document);
  if (type == "psbt") {
    auto psbt = bridge::PsbtDocument::parse(document, bridge::Derive::stated);
    RoundRequest out{.key_set = key_set_.read(ports, psbt.spend)};
    take_psbt(out, std::move(psbt));
    return out;
  }
  if (type == "graph") {
    RoundRequest out = graph_request(read_graph(ports, document, params_, sequencer_keys_));
    if (key_set_.given() && key_set_.read(ports, std::nullopt).keys != out.key_set.keys)
      throw refused("custody.mismatch", "the signers of this graph are others than --custody or --keys say");
    return out;
  }
  if (type != "messages" && type != "mint")
    throw input_error("document.type", "a psbt, messages, mint or graph document was expected").field("type");
  RoundRequest out{.key_set = key_set_.read(ports, std::nullopt)};
  if (type == "mint") {
    out.mint = bridge::Mint::parse(document);
    take_messages(out, {out.mint->message()});
  } else {
    take_messages(out, parse_messages(document));
  }
  return out;
}

}  // namespace pegkit::app
