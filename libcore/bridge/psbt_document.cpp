#include "bridge/psbt_document.hpp"

#include <algorithm>
#include <set>

#include "base/enum_names.hpp"
#include "base/text.hpp"
#include "bridge/derived.hpp"

namespace pegkit::bridge {
namespace {

constexpr std::size_t max_withdrawals = 100'000;

std::vector<std::uint32_t> read_proven(const JsonField& field,
                                       const std::vector<std::uint32_t>& withdrawals) {
  std::set<std::uint32_t> paid(withdrawals.begin(), withdrawals.end());
  std::vector<std::uint32_t> out;
  for (const JsonField& item : field.items(max_withdrawals)) {
    std::uint32_t id = item.u32();
    if (!paid.contains(id)) item.fail("document.proven", "this is none of the withdrawals that are paid");
    if (!out.empty() && out.back() >= id) item.fail("document.proven", "the ids are to ascend");
    out.push_back(id);
  }
  return out;
}

/// Documents name every kind but `unnamed` and `anchor`.
TransactionKind read_kind(const JsonField& field) {
  auto kind = value_named(field.text(32), transaction_kind_name);
  if (!kind || kind == TransactionKind::unnamed || kind == TransactionKind::anchor)
    field.fail("document.kind", "this is no kind of transaction that the programs make");
  return *kind;
}

TransactionNotes read_notes(JsonObject& object) {
  TransactionNotes out;
  if (auto kind = object.optional("kind")) out.kind = read_kind(*kind);
  if (auto fee = object.optional("fee_sat")) out.fee = fee->sat();
  if (auto vsize = object.optional("vsize")) out.vsize = vsize->integer(1, INT32_MAX);
  if (auto ids = object.optional("withdrawals"))
    for (const JsonField& id : ids->items(max_withdrawals)) out.withdrawals.push_back(id.u32());
  if (auto ids = object.optional("proven")) out.proven = read_proven(*ids, out.withdrawals);
  return out;
}

void write_kind(Json& out, TransactionKind kind) {
  if (kind != TransactionKind::unnamed) out["kind"] = transaction_kind_name(kind);
}

void write_notes(Json& out, const TransactionNotes& notes) {
  write_kind(out, notes.kind);
  if (notes.fee) out["fee_sat"] = notes.fee->value();
  if (notes.vsize) out["vsize"] = *notes.vsize;
  if (!notes.withdrawals.empty()) out["withdrawals"] = notes.withdrawals;
  if (!notes.proven.empty()) out["proven"] = notes.proven;
}

bool knows_all_spent(const bitcoin::Psbt& psbt) {
  return std::ranges::all_of(psbt.inputs, [](const bitcoin::PsbtInput& input) {
    return input.witness_utxo || input.non_witness_utxo;
  });
}

}  // namespace

PsbtDocument PsbtDocument::parse(const Json& document, Derive derive) {
  JsonObject object = open_document(document, "psbt");
  PsbtDocument out;
  JsonField psbt = object.required("psbt");
  out.psbt = psbt.at([&] { return bitcoin::Psbt::from_base64(psbt.text(JsonField::max_text)); });
  out.notes = read_notes(object);
  if (auto spend = object.optional("spend")) out.spend = SpendPath::parse(*spend);
  if (auto custody = object.optional("custody"))
    out.custody = Custody::parse(custody->json(), derive, custody->path());
  DerivedFields check(object);
  check.equal("txid", [&] { return out.psbt.tx.txid().display(); });
  if (knows_all_spent(out.psbt)) check.equal("fee_sat", [&] { return out.psbt.fee().value(); });
  object.ignore({"deposit"});
  object.done();
  return out;
}

PsbtDocument PsbtDocument::parse_text(std::string_view text, Derive derive) {
  std::string_view body = trimmed(text);
  if (body.starts_with('{')) return parse(parse_json(body), derive);
  PsbtDocument out;
  out.psbt = bitcoin::Psbt::from_base64(body);
  return out;
}

Json PsbtDocument::to_json() const {
  Json out = new_document("psbt");
  out["psbt"] = psbt.base64();
  write_kind(out, notes.kind);
  out["txid"] = psbt.tx.txid().display();
  TransactionNotes rest = notes;
  rest.kind = TransactionKind::unnamed;
  write_notes(out, rest);
  if (spend) out["spend"] = spend->to_json();
  if (custody) {
    out["custody"] = custody->to_json_bare();
    if (auto root = custody->merkle_root()) out["custody"]["merkle_root"] = to_hex(*root);
  }
  return out;
}

TransactionDocument TransactionDocument::parse(const Json& document) {
  JsonObject object = open_document(document, "transaction");
  TransactionDocument out;
  JsonField tx = object.required("tx");
  out.tx = tx.at([&] { return bitcoin::Transaction::parse(tx.hex()); });
  out.notes = read_notes(object);
  DerivedFields(object).equal("txid", [&] { return out.tx.txid().display(); });
  object.ignore({"deposit", "claim", "stake"});
  object.done();
  return out;
}

Json TransactionDocument::to_json() const {
  Json out = new_document("transaction");
  out["tx"] = to_hex(tx.serialize());
  out["txid"] = tx.txid().display();
  write_notes(out, notes);
  return out;
}

}  // namespace pegkit::bridge
