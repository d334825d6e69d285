#include "app/musig_round/request_options.hpp"

#include <algorithm>

#include "app/spend_path_options.hpp"
#include "base/text.hpp"
#include "bridge/params.hpp"
#include "bridge/public_key.hpp"
#include "bridge/spend.hpp"
#include "crypto/musig.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/input.hpp"
#include "signing/documents.hpp"

namespace pegkit::app::musig_round {
namespace {

using bridge::Custody;
using bridge::SpendPath;
using crypto::PublicKey;

PublicKey hex_key(std::string_view text) {
  return crypto::parse_public_key(from_hex_array<33>(text));
}

/// Checks the derived fields of a keyagg document against its keys.
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

/// Reads a keyagg document, or lines that each hold a key in hex or a public-key document.
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
  for (const Json& document : services::parse_documents(text, name)) {
    if (document_type(document) != "keyagg") {
      out.push_back(bridge::parse_public_key_document(document));
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

std::vector<ByteArray<32>> parse_messages(const Json& document) {
  JsonObject object = open_document(document, "messages");
  JsonField list = object.required("messages");
  std::vector<ByteArray<32>> out;
  for (const JsonField& field : list.items(signing::max_round_messages)) out.push_back(field.hex_array<32>());
  if (out.empty()) list.fail("json.range", "there is no message");
  object.done();
  return out;
}

}  // namespace

void KeySetOptions::declare(Options& options) {
  options.file(custody_, "--custody", "the custody whose keys sign");
  options.choice(path_, "--path", {"key", "leaf", "recovery"}, "how the custody's coins are spent");
  options.text(signers_, "--signers", "LIST", "indexes of the keys that sign, such as 0,2,4");
  options.file(keys_, "--keys", "instead of --custody: a keyagg document, or one public key per line");
}

signing::KeySet KeySetOptions::read(Ports& ports, const std::optional<SpendPath>& stated) const {
  if (custody_.empty() == keys_.empty())
    throw usage_error("one of --custody and --keys is needed").hint("--custody custody.json --signers 0,2,4");
  if (!keys_.empty()) {
    if (!path_.empty() || !signers_.empty())
      throw usage_error("--path and --signers need --custody, not --keys");
    auto keys = parse_keys(ports.read(keys_), keys_);
    auto count = static_cast<std::uint32_t>(keys.size());
    return signing::make_key_set(Custody::make(bridge::Policy::musig, count, std::move(keys)),
                                 SpendPath::key());
  }
  Custody custody = Custody::parse(parse_json(ports.read(custody_)));
  if (path_.empty() && signers_.empty()) {
    if (stated) return signing::make_key_set(std::move(custody), *stated);
    return signing::make_key_set(custody, custody.key_path() ? SpendPath::key() : SpendPath::leaf({}));
  }
  if (path_ == "key") {
    if (!signers_.empty())
      throw usage_error("--signers is for --path leaf: on the key path all custodians sign");
    return signing::make_key_set(std::move(custody), SpendPath::key());
  }
  auto signers = signers_.empty() ? std::vector<std::uint32_t>{} : parse_signers(signers_);
  if (signers.empty() && path_ == "leaf" && custody.leaf_count() > 1)
    throw usage_error("--path leaf needs --signers: the custody has several leaves")
        .hint("--path leaf --signers 0,2,4");
  return signing::make_key_set(std::move(custody), path_ == "recovery"
                                                       ? SpendPath::recovery(std::move(signers))
                                                       : SpendPath::leaf(std::move(signers)));
}

void RequestOptions::declare(Options& options) {
  options.file(request_, "--request", "what to sign: a PSBT, messages, a mint or a graph (default: stdin)");
  options.file(graph_, "--graph", "instead of --request: sign all messages of this graph");
  options.texts(messages_, "--message", "HEX", "instead of --request: a message of 32 bytes to sign");
  declare_context(options);
}

void RequestOptions::declare_context(Options& options) {
  key_set_.declare(options);
  options.file(params_, "--params", "the bridge's parameters; required to sign a payout");
  options.file(sequencer_keys_, "--sequencer-keys", "with a graph: the sequencer's public one-time keys");
}

std::optional<bridge::Params> RequestOptions::params(Ports& ports) const {
  if (params_.empty()) return std::nullopt;
  return bridge::Params::parse(parse_json(ports.read(params_)));
}

signing::RoundRequest RequestOptions::read(Ports& ports) const {
  if (int(request_ != "-") + int(!graph_.empty()) + int(!messages_.empty()) > 1)
    throw usage_error("--request, --graph and --message exclude each other");
  if (messages_.empty()) return parse(ports, ports.read(graph_.empty() ? request_ : graph_));
  signing::RoundRequest out{.key_set = key_set_.read(ports, std::nullopt)};
  std::vector<ByteArray<32>> messages;
  for (const std::string& hex : messages_) messages.push_back(from_hex_array<32>(hex));
  signing::take_messages(out, messages);
  out.params = params(ports);
  return out;
}

signing::RoundRequest RequestOptions::parse(Ports& ports, std::string_view text) const {
  signing::RoundRequest out = parse_text(ports, trimmed(text));
  if (!out.params) out.params = params(ports);
  return out;
}

signing::RoundRequest RequestOptions::parse_text(Ports& ports, std::string_view text) const {
  if (text.empty())
    throw input_error("json.empty", "the request is empty: a PSBT, messages, a mint or a graph was expected");
  if (text.starts_with('{')) return parse_document(ports, parse_json(text));
  signing::RoundRequest out{.key_set = key_set_.read(ports, std::nullopt)};
  signing::take_psbt(out, bridge::PsbtDocument::parse_text(text, bridge::Derive::stated));
  return out;
}

signing::RoundRequest RequestOptions::parse_document(Ports& ports, const Json& document) const {
  std::string type = document_type(document);
  if (type == "psbt") {
    auto psbt = bridge::PsbtDocument::parse(document, bridge::Derive::stated);
    signing::RoundRequest out{.key_set = key_set_.read(ports, psbt.spend)};
    signing::take_psbt(out, std::move(psbt));
    return out;
  }
  if (type == "graph") {
    signing::RoundRequest out =
        signing::graph_request(services::read_graph(ports, document, params_, sequencer_keys_));
    if (key_set_.given() && key_set_.read(ports, std::nullopt).keys != out.key_set.keys)
      throw refused("custody.mismatch", "the graph names other signers than --custody or --keys");
    return out;
  }
  if (type != "messages" && type != "mint")
    throw input_error("document.type", "a psbt, messages, mint or graph document was expected").field("type");
  signing::RoundRequest out{.key_set = key_set_.read(ports, std::nullopt)};
  if (type == "mint") {
    out.mint = bridge::Mint::parse(document);
    signing::take_messages(out, {out.mint->message()});
  } else {
    signing::take_messages(out, parse_messages(document));
  }
  return out;
}

}  // namespace pegkit::app::musig_round
