#include "app/bridge_state.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <map>

#include "app/input.hpp"
#include "app/keys.hpp"
#include "app/sightings.hpp"
#include "bitcoin/address.hpp"
#include "bridge/commitment.hpp"
#include "bridge/sequencer_stake.hpp"

namespace pegkit::app {
namespace {

std::filesystem::path params_path(Ports& ports) {
  return ports.directory() / "params.json";
}

std::optional<bridge::Params> stored_params(Ports& ports) {
  std::filesystem::path path = params_path(ports);
  if (!std::filesystem::exists(path)) return std::nullopt;
  Bytes data = read_file(path);
  return bridge::Params::parse(parse_json(as_text(data)));
}

}  // namespace

bridge::Params load_params(Ports& ports, const std::string& file) {
  auto stored = stored_params(ports);
  if (file.empty() && !stored) {
    throw Error(Exit::usage, "params.missing", "the bridge's parameters are not known here yet")
        .hint("give --params once; they are kept in the data directory");
  }
  bridge::Params params = file.empty() ? *stored : bridge::Params::parse(read_json(ports, file));
  params.require_chain(ports.chain());
  if (stored && stored->hash() != params.hash()) {
    throw refused("params.differ", "this data directory belongs to a bridge with other parameters: " +
                                       params_path(ports).string())
        .hint("use another --datadir for another bridge");
  }
  if (!stored) write_file_atomic(params_path(ports), as_bytes(params.to_json().dump() + "\n"), 0600);
  return params;
}

store::Watch watch_of(const Json& document, const std::string& label, bitcoin::Chain chain) {
  std::string type = document_type(document);
  store::Watch watch;
  if (type == "custody") {
    auto custody = bridge::Custody::parse(document, bridge::Derive::stated);
    watch = {custody.script_pubkey(), watch_custody, label, custody.to_json()};
  } else if (type == "deposit") {
    auto deposit = bridge::Deposit::parse(document, bridge::Derive::stated);
    watch = {deposit.script_pubkey(), watch_deposit, label, deposit.to_json()};
  } else if (type == "public-key") {
    watch = {bridge::key_script(crypto::xonly(parse_public_key_document(document))), watch_thread, label,
             document};
  } else if (type == "sequencer-stake") {
    watch = {bridge::stated_stake_script(document), watch_stake, label, document};
  } else {
    throw input_error(
        "document.type",
        "a custody, deposit, sequencer-stake or public-key document is needed, not '" + type + "'")
        .field("type");
  }
  if (label.empty()) watch.label = bitcoin::script_address(watch.script, chain).value_or("");
  return watch;
}

bool add_watch(store::Database& database, const store::Watch& watch, std::uint32_t since) {
  store::WatchStore watches(database);
  if (watches.find(watch.script)) return false;
  store::Transaction transaction(database);
  watches.add(watch);
  auto position = watches.position();
  if (position && since <= position->height) watches.rescan_from(watch.script, since);
  transaction.commit();
  return true;
}

std::vector<std::string> split_documents(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (!line.empty()) lines.push_back(std::move(line));
    at = end + 1;
  }
  bool json = !lines.empty() && lines[0].starts_with('{');
  if (json && !lines[0].ends_with('}')) return {text};
  return lines;
}

std::vector<Json> read_documents(Ports& ports, const std::string& path) {
  std::vector<Json> out;
  for (const std::string& one : split_documents(ports.read(path))) out.push_back(parse_json(one));
  if (out.empty()) throw input_error("json.empty", "there is no document");
  return out;
}

bridge::Custody load_custody(Ports& ports, const bridge::Params& params, const std::string& file) {
  if (!file.empty()) {
    auto custody = bridge::Custody::parse(read_json(ports, file));
    store::Watch watch = watch_of(custody.to_json(), "", params.chain);
    if (add_watch(ports.database(), watch, params.start_height)) ports.say("watching " + watch.label);
    return custody;
  }
  store::WatchStore watches(ports.database());
  std::vector<store::Watch> found = watches.list();
  std::erase_if(found, [](const store::Watch& watch) { return watch.kind != watch_custody; });
  if (found.size() == 1) return bridge::Custody::parse(watches.find(found[0].script).value().data);
  if (found.empty())
    throw Error(Exit::usage, "custody.missing", "no custody is watched yet").hint("give --custody");
  throw Error(Exit::usage, "custody.many", fmt::format("{} custodies are watched", found.size()))
      .hint("say which with --custody");
}

std::vector<bridge::CustodyCoin> custody_coins(store::Database& database, const bridge::Custody& custody) {
  store::WatchStore watches(database);
  bitcoin::Script own = custody.script_pubkey();
  auto deposit_of = [&](const bitcoin::Script& script) -> std::shared_ptr<const bridge::Deposit> {
    auto watch = watches.find(script);
    if (!watch || watch->kind != watch_deposit) return nullptr;
    auto stated = bridge::Deposit::parse(watch->data, bridge::Derive::stated);
    if (!(stated.custody() == custody)) return nullptr;
    // Made again with the custody whose tree was computed: the document's word is not enough to pay by.
    auto made =
        bridge::Deposit::make(custody, stated.recipient(), stated.refund_key(), stated.refund_blocks());
    if (made.script_pubkey() != script) return nullptr;
    return std::make_shared<const bridge::Deposit>(std::move(made));
  };
  std::map<bitcoin::Script, std::shared_ptr<const bridge::Deposit>> deposits;
  std::vector<bridge::CustodyCoin> out;
  for (const store::WatchedCoin& coin : watches.unspent()) {
    const bitcoin::Script& script = coin.output.script_pubkey;
    auto known = deposits.find(script);
    if (known == deposits.end() && script != own) known = deposits.emplace(script, deposit_of(script)).first;
    if (script == own) {
      out.push_back({coin.outpoint, coin.output, coin.height, nullptr});
    } else if (known->second) {
      out.push_back({coin.outpoint, coin.output, coin.height, known->second});
    }
  }
  return out;
}

}  // namespace pegkit::app
