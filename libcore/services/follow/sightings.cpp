#include "services/follow/sightings.hpp"

#include <algorithm>

#include "bitcoin/script.hpp"
#include "bridge/record.hpp"
#include "services/follow/watches.hpp"

namespace pegkit::services {
namespace {

Json coin_json(const Touched::Coin& coin) {
  return {
      {"outpoint", coin.outpoint.text()}, {"amount_sat", coin.output.value.value()}, {"label", coin.label}};
}

Json payout_data(const Touched& touched, const bridge::PayoutRecord& record) {
  Json outputs = Json::array();
  for (std::size_t i = 0; i < record.ids.size(); ++i) {
    const bitcoin::TxOut& output = touched.tx.outputs[i];
    outputs.push_back({{"script", to_hex(output.script_pubkey)}, {"amount_sat", output.value.value()}});
  }
  return {{"txid", touched.txid.display()}, {"ids", record.ids}, {"outputs", outputs}};
}

Json commitment_data(const Touched& touched, const bridge::CommitmentRecord& record) {
  Json out = {{"txid", touched.txid.display()},
              {"epoch", record.epoch},
              {"state_root", to_hex(record.state_root)},
              {"proof_hash", to_hex(record.proof_hash)},
              {"thread", bitcoin::OutPoint{touched.txid, 0}.text()}};
  for (const Touched::Root& root : touched.roots)
    if (root.epoch == record.epoch) out["withdrawals_root"] = to_hex(root.root);
  return out;
}

Json equivocation_data(const Touched& touched, const Touched::Root& root) {
  return {{"txid", touched.txid.display()},
          {"epoch", root.epoch},
          {"roots", {to_hex(root.other->root), to_hex(root.root)}},
          {"signatures", {to_hex(root.other->signature), to_hex(root.signature)}},
          {"other_txid", root.other->txid.display()}};
}

Json graph_data(const Touched& touched) {
  Json spends = Json::array();
  for (const Touched::Coin& coin : touched.spent) spends.push_back(coin.outpoint.text());
  return {{"txid", touched.txid.display()}, {"spends", spends}, {"tx", to_hex(touched.tx.serialize())}};
}

/// The payload of the first OP_RETURN with the magic, after the magic.
std::optional<Json> record_data(const Touched& touched, const bridge::Magic& magic) {
  const auto& outputs = touched.tx.outputs;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!bridge::has_magic(magic, outputs[i].script_pubkey)) continue;
    Bytes data = bitcoin::op_return_data(outputs[i].script_pubkey).value_or(Bytes{});
    ByteView body = ByteView(data).subspan(std::min(data.size(), bridge::Magic::size));
    Json out = {{"txid", touched.txid.display()}, {"vout", i}, {"record", to_hex(body)}};
    // A payout of coins that nobody told us to watch is worth a look before its ids are paid again.
    if (auto payout = bridge::payout_record(magic, touched.tx)) {
      Json like = payout_data(touched, *payout);
      out["ids"] = like["ids"];
      out["outputs"] = like["outputs"];
    }
    return out;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Sighting> sightings(const Touched& touched, const bridge::Magic& magic) {
  auto is_custodial = [](const Touched::Coin& coin) {
    return coin.kind != watch_thread && coin.kind != watch_graph && coin.kind != watch_stake;
  };
  auto is_graph = [](const Touched::Coin& coin) { return coin.kind == watch_graph; };
  bool custodial = std::ranges::any_of(touched.spent, is_custodial);
  auto payout = custodial ? bridge::payout_record(magic, touched.tx) : std::nullopt;
  auto commitment = bridge::commitment_record(magic, touched.tx);

  std::vector<Sighting> out;
  for (const Touched::Root& root : touched.roots)
    if (root.other) out.push_back({"equivocation", equivocation_data(touched, root)});
  if (payout) out.push_back({"payout", payout_data(touched, *payout)});
  if (commitment) out.push_back({"commitment", commitment_data(touched, *commitment)});
  if (std::ranges::any_of(touched.spent, is_graph) || std::ranges::any_of(touched.made, is_graph))
    out.push_back({"graph", graph_data(touched)});
  Json left = Json::array();
  for (const Touched::Coin& coin : touched.spent) {
    if (is_graph(coin)) continue;
    if (is_custodial(coin) ? !payout : !commitment) left.push_back(coin_json(coin));
  }
  if (!left.empty()) out.push_back({"spend", {{"txid", touched.txid.display()}, {"coins", left}}});
  for (const Touched::Coin& coin : touched.made) {
    // What custody pays to itself is change or rotation, no deposit.
    bool arrived = coin.kind == watch_deposit || (coin.kind == watch_custody && !custodial);
    if (!arrived) continue;
    Json data = {{"txid", touched.txid.display()}};
    data.update(coin_json(coin));
    out.push_back({"deposit", data});
  }
  if (!payout && !commitment) {
    if (auto record = record_data(touched, magic)) out.push_back({"record", *record});
  }
  return out;
}

Json event_document(const store::Event& event) {
  Json data = event.data;
  std::string txid = data.at("txid");
  data.erase("txid");
  data.erase("tx");
  Json out = new_document("event");
  out["seq"] = event.seq;
  out["kind"] = event.undoes ? "undo" : event.kind;
  out["height"] = event.height;
  out["block"] = event.block.display();
  out["txid"] = txid;
  out["undoes"] = event.undoes ? Json(*event.undoes) : Json(nullptr);
  out["data"] = event.undoes ? Json{{"kind", event.kind}} : data;
  if (event.undoes) out["data"].update(data);
  return out;
}

PayoutSeen payout_from(const store::Event& event) {
  JsonObject data(event.data, "event");
  PayoutSeen out{bitcoin::Txid::from_display(data.required("txid").text(64)), event.height, {}, {}};
  for (const JsonField& id : data.required("ids").items()) out.ids.push_back(id.u32());
  for (const JsonField& item : data.required("outputs").items()) {
    JsonObject output(item);
    out.outputs.push_back(
        {Sat{output.required("amount_sat").integer(INT64_MIN, INT64_MAX)}, output.required("script").hex()});
  }
  return out;
}

}  // namespace pegkit::services
