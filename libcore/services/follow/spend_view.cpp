#include "services/follow/spend_view.hpp"

#include <fmt/core.h>

#include "services/follow/event_data.hpp"
#include "services/follow/watcher.hpp"
#include "services/follow/watches.hpp"
#include "store/event_store.hpp"

namespace pegkit::services {

SpendView::SpendView(Ports& ports, const bridge::Params& params)
    : ports_(ports), params_(params), headers_(ports.database()), watches_(ports.database()) {}

void SpendView::watch(const std::vector<bitcoin::Script>& scripts, const std::string& label,
                      std::uint32_t since) {
  for (const bitcoin::Script& script : scripts) {
    if (watches_.find(script)) continue;
    add_watch(ports_.database(), {script, store::WatchKind::graph, label, Json::object()}, since);
  }
}

void SpendView::sync() {
  tip_ = Watcher(ports_, params_).sync_to_tip().height;
  raw_.clear();
  for (const store::Event& event : store::EventStore(ports_.database()).live(store::EventKind::graph)) {
    auto data = GraphData::from(event);
    raw_.insert_or_assign(data.txid, std::move(data.tx));
  }
}

bitcoin::Transaction SpendView::confirmed(const bitcoin::Txid& txid, std::uint32_t height) {
  if (auto raw = raw_.find(txid); raw != raw_.end()) return bitcoin::Transaction::parse(raw->second);
  auto block = headers_.best_at(height);
  auto tx = block ? ports_.node().transaction(txid, &block->hash) : std::nullopt;
  if (!tx)
    throw Error(Exit::unreachable, "node.garbage",
                fmt::format("the node does not have transaction {} of block {}", txid.display(), height));
  return *tx;
}

std::vector<OutpointSeen> SpendView::look(const std::vector<bitcoin::OutPoint>& outpoints) {
  std::vector<OutpointSeen> out;
  std::vector<std::size_t> open;
  std::vector<bitcoin::OutPoint> asked;
  for (const bitcoin::OutPoint& outpoint : outpoints) {
    OutpointSeen seen{outpoint, std::nullopt, std::nullopt};
    if (auto coin = watches_.coin(outpoint)) {
      seen.height = coin->height;
      if (coin->spent)
        seen.spend =
            SpendSeen{confirmed(coin->spent->by, coin->spent->height), coin->spent->by, coin->spent->height};
    }
    if (!seen.spend) {
      open.push_back(out.size());
      asked.push_back(outpoint);
    }
    out.push_back(std::move(seen));
  }
  if (asked.empty()) return out;
  auto spending = ports_.node().spending(asked);
  for (std::size_t i = 0; i < asked.size(); ++i) {
    if (!spending[i]) continue;
    // The transaction may have left the mempool since the node named it.
    if (auto tx = ports_.node().transaction(*spending[i]))
      out[open[i]].spend = SpendSeen{*tx, *spending[i], std::nullopt};
  }
  return out;
}

}  // namespace pegkit::services
