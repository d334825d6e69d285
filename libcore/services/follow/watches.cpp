#include "services/follow/watches.hpp"

#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "bridge/commitment.hpp"
#include "bridge/deposit.hpp"
#include "bridge/public_key.hpp"
#include "optimistic/sequencer_stake.hpp"
#include "services/input.hpp"

namespace pegkit::services {

store::Watch watch_of(const Json& document, const std::string& label, bitcoin::Chain chain) {
  std::string type = document_type(document);
  store::Watch watch;
  if (type == "custody") {
    auto custody = bridge::Custody::parse(document, bridge::Derive::stated);
    watch = {custody.script_pubkey(), store::WatchKind::custody, label, custody.to_json()};
  } else if (type == "deposit") {
    auto deposit = bridge::Deposit::parse(document, bridge::Derive::stated);
    watch = {deposit.script_pubkey(), store::WatchKind::deposit, label, deposit.to_json()};
  } else if (type == "public-key") {
    watch = {bridge::key_script(crypto::xonly(bridge::parse_public_key_document(document))),
             store::WatchKind::thread, label, document};
  } else if (type == "sequencer-stake") {
    watch = {optimistic::stated_stake_script(document), store::WatchKind::stake, label, document};
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

bool watch_thread_script(Ports& ports, const bitcoin::Script& script, std::uint32_t since) {
  std::string label = bitcoin::script_address(script, ports.chain()).value_or("");
  return add_watch(ports.database(), {script, store::WatchKind::thread, label}, since);
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
  std::erase_if(found, [](const store::Watch& watch) { return watch.kind != store::WatchKind::custody; });
  if (found.size() == 1) return bridge::Custody::parse(watches.find(found[0].script).value().data);
  if (found.empty())
    throw Error(Exit::usage, "custody.missing", "no custody is watched yet").hint("give --custody");
  throw Error(Exit::usage, "custody.many", fmt::format("{} custodies are watched", found.size()))
      .hint("say which with --custody");
}

}  // namespace pegkit::services
