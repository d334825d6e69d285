#include "services/follow/event_data.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace pegkit::services {
namespace {

using bitcoin::OutPoint;
using bitcoin::Txid;

template <class Read>
auto read_data(const store::Event& event, Read&& read) {
  try {
    JsonObject data(event.data);
    return read(data);
  } catch (const Error& e) {
    throw store::damaged(fmt::format("event {} ({}) holds wrong data: {}: {}", event.seq,
                                     store::event_kind_name(event.kind), e.field(), e.message()));
  }
}

/// As read_data, for an event of the kind of `Data`.
template <class Data, class Read>
Data read_kind(const store::Event& event, Read&& read) {
  if (event.kind != Data::kind)
    throw Error(Exit::bug, "event.kind",
                fmt::format("event {} is read as a {}", event.seq, store::event_kind_name(Data::kind)));
  return read_data(event, std::forward<Read>(read));
}

Txid txid_in(JsonObject& data, std::string_view name = "txid") {
  JsonField field = data.required(name);
  return field.at([&] { return Txid::from_display(field.text(64)); });
}

OutPoint outpoint_of(const JsonField& field) {
  return field.at([&] { return OutPoint::parse(field.text()); });
}

/// Of an output in a block whose work alone was checked: any number.
Sat amount_in(JsonObject& object) {
  return Sat{object.required("amount_sat").integer(INT64_MIN, INT64_MAX)};
}

// --- Coins

CoinData read_coin(JsonObject& object) {
  CoinData out;
  out.outpoint = outpoint_of(object.required("outpoint"));
  out.amount = amount_in(object);
  out.label = object.required("label").text();
  return out;
}

void write_coin(Json& out, const CoinData& coin) {
  out["outpoint"] = coin.outpoint.text();
  out["amount_sat"] = coin.amount.value();
  out["label"] = coin.label;
}

// --- Payments

Payments read_payments(JsonObject& data) {
  Payments out;
  for (const JsonField& id : data.required("ids").items()) out.ids.push_back(id.u32());
  for (const JsonField& item : data.required("outputs").items()) {
    JsonObject output(item);
    Bytes script = output.required("script").hex();
    out.outputs.push_back({amount_in(output), std::move(script)});
  }
  return out;
}

void write_payments(Json& out, const Payments& payments) {
  out["ids"] = payments.ids;
  Json& outputs = out["outputs"] = Json::array();
  for (const bitcoin::TxOut& output : payments.outputs)
    outputs.push_back({{"script", to_hex(output.script_pubkey)}, {"amount_sat", output.value.value()}});
}

// --- Commitments

CommitmentData read_commitment(JsonObject& data) {
  CommitmentData out;
  out.txid = txid_in(data);
  out.record.epoch = data.required("epoch").u32();
  out.record.state_root = data.required("state_root").hex_array<32>();
  out.record.proof_hash = data.required("proof_hash").hex_array<32>();
  if (auto root = data.optional("withdrawals_root")) out.withdrawals_root = root->hex_array<32>();
  return out;
}

// --- Equivocations

std::array<JsonField, 2> two_of(const JsonField& field) {
  std::vector<JsonField> items = field.items(2);
  if (items.size() != 2) field.fail("json.range", "two elements were expected");
  return {items[0], items[1]};
}

}  // namespace

DepositData DepositData::from(const store::Event& event) {
  return read_kind<DepositData>(event, [](JsonObject& data) {
    Txid txid = txid_in(data);
    return DepositData{txid, read_coin(data)};
  });
}

Json DepositData::to_json() const {
  Json out = {{"txid", txid.display()}};
  write_coin(out, coin);
  return out;
}

PayoutData PayoutData::from(const store::Event& event) {
  return read_kind<PayoutData>(event, [](JsonObject& data) {
    Txid txid = txid_in(data);
    return PayoutData{txid, read_payments(data)};
  });
}

Json PayoutData::to_json() const {
  Json out = {{"txid", txid.display()}};
  write_payments(out, payments);
  return out;
}

CommitmentData CommitmentData::from(const store::Event& event) {
  return read_kind<CommitmentData>(event, read_commitment);
}

Json CommitmentData::to_json() const {
  Json out = {{"txid", txid.display()},
              {"epoch", record.epoch},
              {"state_root", to_hex(record.state_root)},
              {"proof_hash", to_hex(record.proof_hash)},
              {"thread", OutPoint{txid, 0}.text()}};
  if (withdrawals_root) out["withdrawals_root"] = to_hex(*withdrawals_root);
  return out;
}

GraphData GraphData::from(const store::Event& event) {
  return read_kind<GraphData>(event, [](JsonObject& data) {
    GraphData out;
    out.txid = txid_in(data);
    for (const JsonField& item : data.required("spends").items()) out.spends.push_back(outpoint_of(item));
    out.tx = data.required("tx").hex();
    return out;
  });
}

Json GraphData::to_json() const {
  Json coins = Json::array();
  for (const OutPoint& outpoint : spends) coins.push_back(outpoint.text());
  return {{"txid", txid.display()}, {"spends", coins}, {"tx", to_hex(tx)}};
}

SpendData SpendData::from(const store::Event& event) {
  return read_kind<SpendData>(event, [](JsonObject& data) {
    SpendData out;
    out.txid = txid_in(data);
    for (const JsonField& item : data.required("coins").items()) {
      JsonObject coin(item);
      out.coins.push_back(read_coin(coin));
    }
    return out;
  });
}

Json SpendData::to_json() const {
  Json list = Json::array();
  for (const CoinData& coin : coins) write_coin(list.emplace_back(), coin);
  return {{"txid", txid.display()}, {"coins", list}};
}

RecordData RecordData::from(const store::Event& event) {
  return read_kind<RecordData>(event, [](JsonObject& data) {
    RecordData out;
    out.txid = txid_in(data);
    out.vout = data.required("vout").u32();
    out.record = data.required("record").hex();
    if (data.has("ids")) out.payments = read_payments(data);
    return out;
  });
}

Json RecordData::to_json() const {
  Json out = {{"txid", txid.display()}, {"vout", vout}, {"record", to_hex(record)}};
  if (payments) write_payments(out, *payments);
  return out;
}

EquivocationData EquivocationData::from(const store::Event& event) {
  return read_kind<EquivocationData>(event, [](JsonObject& data) {
    EquivocationData out;
    out.txid = txid_in(data);
    out.epoch = data.required("epoch").u32();
    auto roots = two_of(data.required("roots")), signatures = two_of(data.required("signatures"));
    for (std::size_t i = 0; i < 2; ++i) {
      out.roots[i] = roots[i].hex_array<32>();
      out.signatures[i] = signatures[i].hex();
    }
    out.other_txid = txid_in(data, "other_txid");
    return out;
  });
}

Json EquivocationData::to_json() const {
  return {{"txid", txid.display()},
          {"epoch", epoch},
          {"roots", {to_hex(roots[0]), to_hex(roots[1])}},
          {"signatures", {to_hex(signatures[0]), to_hex(signatures[1])}},
          {"other_txid", other_txid.display()}};
}

DifferenceData DifferenceData::from(const store::Event& event) {
  return read_kind<DifferenceData>(event, [](JsonObject& data) {
    CommitmentData commitment = read_commitment(data);
    return DifferenceData{std::move(commitment), data.required("reason").text()};
  });
}

Json DifferenceData::to_json() const {
  Json out = commitment.to_json();
  out["reason"] = reason;
  return out;
}

Txid event_txid(const store::Event& event) {
  return read_data(event, [](JsonObject& data) { return txid_in(data); });
}

Json event_document(const store::Event& event) {
  Json data = event.data;
  Txid txid = event_txid(event);
  data.erase("txid");
  data.erase("tx");
  const char* kind = store::event_kind_name(event.kind);
  Json out = new_document("event");
  out["seq"] = event.seq;
  out["kind"] = event.undoes ? "undo" : kind;
  out["height"] = event.height;
  out["block"] = event.block.display();
  out["txid"] = txid.display();
  out["undoes"] = event.undoes ? Json(*event.undoes) : Json(nullptr);
  out["data"] = event.undoes ? Json{{"kind", kind}} : data;
  if (event.undoes) out["data"].update(data);
  return out;
}

}  // namespace pegkit::services
