#include "services/follow/sightings.hpp"

#include <algorithm>

#include "bitcoin/script.hpp"
#include "bridge/record.hpp"
#include "services/follow/event_data.hpp"

namespace pegkit::services {
namespace {

template <class Data>
Sighting sighting(const Data& data) {
  return {Data::kind, data.to_json()};
}

/// Custody's coins, and deposits to it.
bool is_custodial(const Touched::Coin& coin) {
  switch (coin.kind) {
    case store::WatchKind::custody:
    case store::WatchKind::deposit:
      return true;
    case store::WatchKind::thread:
    case store::WatchKind::stake:
    case store::WatchKind::graph:
      return false;
  }
  return false;
}

bool is_graph(const Touched::Coin& coin) {
  return coin.kind == store::WatchKind::graph;
}

CoinData coin_data(const Touched::Coin& coin) {
  return {coin.outpoint, coin.output.value, coin.label};
}

Payments payments_of(const bitcoin::Transaction& tx, const bridge::PayoutRecord& record) {
  auto end = tx.outputs.begin() + static_cast<std::ptrdiff_t>(record.ids.size());
  return {record.ids, {tx.outputs.begin(), end}};
}

CommitmentData commitment_data(const Touched& touched, const bridge::CommitmentRecord& record) {
  CommitmentData out{touched.txid, record, std::nullopt};
  for (const Touched::Root& root : touched.roots)
    if (root.epoch == record.epoch) out.withdrawals_root = root.root;
  return out;
}

EquivocationData equivocation_data(const Touched& touched, const Touched::Root& root) {
  return {touched.txid,
          root.epoch,
          {root.other->root, root.root},
          {root.other->signature, root.signature},
          root.other->txid};
}

GraphData graph_data(const Touched& touched) {
  GraphData out{touched.txid, {}, touched.tx.serialize()};
  for (const Touched::Coin& coin : touched.spent) out.spends.push_back(coin.outpoint);
  return out;
}

/// The first OP_RETURN with the magic.
std::optional<RecordData> record_data(const Touched& touched, const bridge::Magic& magic) {
  const auto& outputs = touched.tx.outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!bridge::has_magic(magic, outputs[i].script_pubkey)) continue;
    Bytes data = bitcoin::op_return_data(outputs[i].script_pubkey).value_or(Bytes{});
    ByteView body = ByteView(data).subspan(std::min(data.size(), bridge::Magic::size));
    RecordData out{touched.txid, static_cast<std::uint32_t>(i), to_bytes(body), std::nullopt};
    // It may pay withdrawals with coins that are not watched here; PayoutLedger calls them unclear then.
    if (auto payout = bridge::payout_record(magic, touched.tx))
      out.payments = payments_of(touched.tx, *payout);
    return out;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Sighting> sightings(const Touched& touched, const bridge::Magic& magic) {
  bool custodial = std::ranges::any_of(touched.spent, is_custodial);
  auto payout = custodial ? bridge::payout_record(magic, touched.tx) : std::nullopt;
  auto commitment = bridge::commitment_record(magic, touched.tx);

  std::vector<Sighting> out;
  for (const Touched::Root& root : touched.roots)
    if (root.other) out.push_back(sighting(equivocation_data(touched, root)));
  if (payout) out.push_back(sighting(PayoutData{touched.txid, payments_of(touched.tx, *payout)}));
  if (commitment) out.push_back(sighting(commitment_data(touched, *commitment)));
  if (std::ranges::any_of(touched.spent, is_graph) || std::ranges::any_of(touched.made, is_graph))
    out.push_back(sighting(graph_data(touched)));
  SpendData left{touched.txid, {}};
  for (const Touched::Coin& coin : touched.spent) {
    if (is_graph(coin)) continue;
    if (is_custodial(coin) ? !payout : !commitment) left.coins.push_back(coin_data(coin));
  }
  if (!left.coins.empty()) out.push_back(sighting(left));
  for (const Touched::Coin& coin : touched.made) {
    // A payment from custody to custody is change or rotation, no deposit.
    bool arrived =
        coin.kind == store::WatchKind::deposit || (coin.kind == store::WatchKind::custody && !custodial);
    if (arrived) out.push_back(sighting(DepositData{touched.txid, coin_data(coin)}));
  }
  if (!payout && !commitment) {
    if (auto record = record_data(touched, magic)) out.push_back(sighting(*record));
  }
  return out;
}

}  // namespace pegkit::services
