#include "bridge/params.hpp"

#include <fmt/core.h>

namespace pegkit::bridge {
namespace {

constexpr std::int64_t max_blocks = 1'000'000;

bool is_identifier(const std::string& text) {
  auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
  };
  if (text.empty() || text.size() > 64 || !letter(text[0])) return false;
  return std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

void read_u32(JsonObject& from, const char* name, std::uint32_t& into, std::int64_t min, std::int64_t max) {
  if (auto field = from.optional(name)) into = static_cast<std::uint32_t>(field->integer(min, max));
}

void read_name(JsonObject& from, const char* name, std::string& into) {
  auto field = from.optional(name);
  if (!field) return;
  into = field->text(64);
  if (!is_identifier(into)) field->fail("params.name", "not an identifier of a contract");
}

Params::Layer2 read_layer2(const JsonField& field) {
  JsonObject object(field);
  Params::Layer2 out;
  JsonField chain_id = object.required("chain_id");
  out.chain_id = static_cast<std::uint64_t>(chain_id.integer(1, INT64_MAX));
  JsonField contract = object.required("contract");
  out.contract = contract.at([&] { return evm::parse_address(contract.text(64)); });
  if (auto from = object.optional("from_block"))
    out.from_block = static_cast<std::uint64_t>(from->integer(0, INT64_MAX));
  read_u32(object, "finality", out.finality, 0, max_blocks);
  read_u32(object, "epoch_blocks", out.epoch_blocks, 1, max_blocks);
  if (auto names = object.optional("names")) {
    JsonObject list(*names);
    read_name(list, "mint", out.names.mint);
    read_name(list, "withdraw", out.names.withdraw);
    read_name(list, "withdrawal_requested", out.names.withdrawal_requested);
    list.done();
  }
  object.done();
  return out;
}

void check(const Params& params) {
  auto fail = [](const char* field, const char* why) { throw input_error("params.range", why).field(field); };
  if (params.fee_floor > params.fee_cap)
    fail("fee_floor_sat_vb", "the floor of the fee rate is above its cap");
  if (std::uint64_t{params.sweep_margin} + params.deposit_confirmations >= params.refund_blocks)
    fail("sweep_margin", "a deposit's refund would open before it can be minted");
}

}  // namespace

Params Params::parse(const Json& document) {
  JsonObject object = open_document(document, "params");
  Params out;
  JsonField chain = object.required("chain");
  try {
    out.chain = bitcoin::parse_chain(chain.text(16));
  } catch (const Error& e) {
    chain.fail(e.code(), e.message());
  }
  out.magic = object.required("magic").fixed<Magic>();
  out.start_height = static_cast<std::uint32_t>(object.required("start_height").integer(0, INT32_MAX));
  read_u32(object, "deposit_confirmations", out.deposit_confirmations, 1, max_blocks);
  read_u32(object, "refund_blocks", out.refund_blocks, 1, 65'535);
  read_u32(object, "sweep_margin", out.sweep_margin, 0, 65'535);
  read_u32(object, "payout_confirmations", out.payout_confirmations, 1, max_blocks);
  if (auto floor = object.optional("fee_floor_sat_vb"))
    out.fee_floor = FeeRate::per_vb(floor->integer(1, 1'000'000));
  if (auto cap = object.optional("fee_cap_sat_vb")) out.fee_cap = FeeRate::per_vb(cap->integer(1, 1'000'000));
  if (auto cap = object.optional("fee_cap_sat")) out.fee_cap_total = cap->sat();
  out.layer2 = read_layer2(object.required("l2"));
  object.done();
  check(out);
  return out;
}

Json Params::to_json() const {
  Json out = new_document("params");
  out["chain"] = bitcoin::chain_name(chain);
  out["magic"] = to_hex(magic);
  out["start_height"] = start_height;
  out["deposit_confirmations"] = deposit_confirmations;
  out["refund_blocks"] = refund_blocks;
  out["sweep_margin"] = sweep_margin;
  out["payout_confirmations"] = payout_confirmations;
  out["fee_floor_sat_vb"] = fee_floor.sat_per_kvb() / 1000;
  out["fee_cap_sat_vb"] = fee_cap.sat_per_kvb() / 1000;
  out["fee_cap_sat"] = fee_cap_total.value();
  Json l2 = Json::object();
  l2["chain_id"] = layer2.chain_id;
  l2["contract"] = evm::format_address(layer2.contract);
  l2["from_block"] = layer2.from_block;
  l2["finality"] = layer2.finality;
  l2["epoch_blocks"] = layer2.epoch_blocks;
  l2["names"] = Json{{"mint", layer2.names.mint},
                     {"withdraw", layer2.names.withdraw},
                     {"withdrawal_requested", layer2.names.withdrawal_requested}};
  out["l2"] = std::move(l2);
  return out;
}

crypto::Hash256 Params::hash() const {
  return crypto::tagged_hash("pegkit/params", as_bytes(to_json().dump()));
}

void Params::require_chain(bitcoin::Chain other) const {
  if (chain != other)
    throw refused("chain.mismatch", fmt::format("the parameters are for chain {}, not {}",
                                                bitcoin::chain_name(chain), bitcoin::chain_name(other)));
}

FeeRate Params::checked_fee_rate(FeeRate rate) const {
  if (rate > fee_cap)
    throw refused("fee.rate", fmt::format("a fee rate of {} sat/kvB is above the parameters' cap of {}",
                                          rate.sat_per_kvb(), fee_cap.sat_per_kvb()));
  return std::max(rate, fee_floor);
}

void Params::check_fee(Sat fee) const {
  if (fee > fee_cap_total)
    throw refused("fee.cap", fmt::format("a fee of {} sat is above the parameters' cap of {}", fee.value(),
                                         fee_cap_total.value()));
}

}  // namespace pegkit::bridge
