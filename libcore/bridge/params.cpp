#include "bridge/params.hpp"

#include <algorithm>
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

Params::Challenge::Sequencer read_sequencer(const JsonField& field) {
  JsonObject object(field);
  Params::Challenge::Sequencer out;
  JsonField key = object.required("key");
  out.key = key.at([&] { return crypto::parse_xonly_key(key.fixed<crypto::XOnlyKey>()); });
  out.ots = object.required("ots").hex_array<32>();
  out.first_epoch = object.required("first_epoch").u32();
  JsonField epochs = object.required("epochs");
  out.epochs = static_cast<std::uint32_t>(epochs.integer(1, Params::Challenge::max_epochs));
  if (std::uint64_t{out.first_epoch} + out.epochs > UINT32_MAX)
    epochs.fail("params.range", "epochs are numbers of 32 bits");
  object.done();
  return out;
}

Params::Challenge read_challenge(const JsonField& field) {
  JsonObject object(field);
  Params::Challenge out;
  out.denomination = object.required("denomination_sat").sat();
  out.operator_fee = object.required("operator_fee_sat").sat();
  out.bond = object.required("bond_sat").sat();
  out.challenge_fee = object.required("challenge_fee_sat").sat();
  out.burn = object.required("burn_sat").sat();
  if (auto rate = object.optional("fee_rate_sat_vb"))
    out.fee_rate = FeeRate::per_vb(rate->integer(1, 1'000'000));
  read_u32(object, "challenge_window", out.challenge_window, 1, 65'535);
  read_u32(object, "assert_window", out.assert_window, 1, 65'535);
  read_u32(object, "final_window", out.final_window, 1, 65'535);
  read_u32(object, "reclaim_window", out.reclaim_window, 1, 65'535);
  read_u32(object, "headers", out.headers, 0, Params::Challenge::max_headers);
  out.target.bytes = object.required("target").hex_array<32>();
  out.sequencer = read_sequencer(object.required("sequencer"));
  object.done();
  return out;
}

Json write_challenge(const Params::Challenge& challenge) {
  Json out = Json::object();
  out["denomination_sat"] = challenge.denomination.value();
  out["operator_fee_sat"] = challenge.operator_fee.value();
  out["bond_sat"] = challenge.bond.value();
  out["challenge_fee_sat"] = challenge.challenge_fee.value();
  out["burn_sat"] = challenge.burn.value();
  out["fee_rate_sat_vb"] = challenge.fee_rate.sat_per_kvb() / 1000;
  out["challenge_window"] = challenge.challenge_window;
  out["assert_window"] = challenge.assert_window;
  out["final_window"] = challenge.final_window;
  out["reclaim_window"] = challenge.reclaim_window;
  out["headers"] = challenge.headers;
  out["target"] = to_hex(challenge.target);
  out["sequencer"] = Json{{"key", to_hex(challenge.sequencer.key)},
                          {"ots", to_hex(challenge.sequencer.ots)},
                          {"first_epoch", challenge.sequencer.first_epoch},
                          {"epochs", challenge.sequencer.epochs}};
  return out;
}

Params::Proofs read_proofs(const JsonField& field) {
  JsonObject object(field);
  Params::Proofs out;
  JsonField system = object.required("system");
  std::string name = system.text(16);
  if (name != "groth16" && name != "plonk") system.fail("params.system", "the system is groth16 or plonk");
  out.system = name == "plonk" ? proofs::ZirenSystem::plonk : proofs::ZirenSystem::groth16;
  out.verifying_key = object.required("verifying_key").hex_array<32>();
  out.program = object.required("program").hex_array<32>();
  read_u32(object, "previous_root", out.previous_root, 0, Params::Proofs::max_offset);
  read_u32(object, "root", out.root, 0, Params::Proofs::max_offset);
  read_u32(object, "challenge_window", out.challenge_window, 1, max_blocks);
  object.done();
  return out;
}

Json write_proofs(const Params::Proofs& proofs) {
  Json out = Json::object();
  out["system"] = proofs::system_name(proofs.system);
  out["verifying_key"] = to_hex(proofs.verifying_key);
  out["program"] = to_hex(proofs.program);
  out["previous_root"] = proofs.previous_root;
  out["root"] = proofs.root;
  out["challenge_window"] = proofs.challenge_window;
  return out;
}

[[noreturn]] void fail(const std::string& field, const std::string& why) {
  throw input_error("params.range", why).field(field);
}

void check_windows(const Params::Challenge& challenge, std::uint32_t gap) {
  std::uint32_t before = 0;
  const char* name_before = "the kickoff";
  auto next = [&](const char* name, std::uint32_t window) {
    if (window < before + gap)
      fail(fmt::format("challenge.{}", name),
           fmt::format("{} is to be at least {} blocks after {}", name, gap, name_before));
    before = window;
    name_before = name;
  };
  next("challenge_window", challenge.challenge_window);
  next("assert_window", challenge.assert_window);
  next("final_window", challenge.final_window);
  next("reclaim_window", challenge.reclaim_window);
}

/// Makes the checks that need no sizes of a claim. Graph::build makes the others.
void check_challenge(const Params& params) {
  const Params::Challenge& challenge = *params.challenge;
  check_windows(challenge, Params::Challenge::least_gap(params.chain));
  // The dust limits of P2PKH, the highest of the standard scripts with an address, and of P2TR.
  if (challenge.withdrawal_amount() < Sat(546))
    fail("challenge.operator_fee_sat", "a withdrawal would pay less than 546 sat, which is dust");
  if (challenge.challenge_fee < Sat(330))
    fail("challenge.challenge_fee_sat", "the fee of a challenge is an output, of at least 330 sat");
  if (challenge.burn <= Sat(0)) fail("challenge.burn_sat", "nothing would be burned");
  if (challenge.burn >= challenge.bond)
    fail("challenge.burn_sat", "the bond is to be more than what is burned");
  if (challenge.fee_rate < params.fee_floor || challenge.fee_rate > params.fee_cap)
    fail("challenge.fee_rate_sat_vb", "the fee rate is not between the parameters' floor and cap");
  if (challenge.target == bitcoin::U256{}) fail("challenge.target", "no block can meet a target of zero");
}

void check_proofs(const Params::Proofs& proofs) {
  auto [first, second] = std::minmax(proofs.previous_root, proofs.root);
  if (second - first < 32)
    fail("proofs.root", "the two state roots, of 32 bytes each, would overlap in the public values");
}

void check(const Params& params) {
  if (params.fee_floor > params.fee_cap)
    fail("fee_floor_sat_vb", "the floor of the fee rate is above its cap");
  if (std::uint64_t{params.sweep_margin} + params.deposit_confirmations >= params.refund_blocks)
    fail("sweep_margin", "a deposit's refund would open before it can be minted");
  if (params.challenge) check_challenge(params);
  if (params.proofs) check_proofs(*params.proofs);
}

}  // namespace

Params Params::parse(const Json& document) {
  JsonObject object = open_document(document, "params");
  Params out;
  JsonField chain = object.required("chain");
  std::string name = chain.text(16);
  try {
    out.chain = bitcoin::parse_chain(name);
  } catch (const Error& e) {
    chain.fail("document.chain", e.message());
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
  if (auto challenge = object.optional("challenge")) out.challenge = read_challenge(*challenge);
  if (auto proofs = object.optional("proofs")) out.proofs = read_proofs(*proofs);
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
  if (challenge) out["challenge"] = write_challenge(*challenge);
  if (proofs) out["proofs"] = write_proofs(*proofs);
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

std::uint32_t Params::Challenge::least_gap(bitcoin::Chain chain) {
  return chain == bitcoin::Chain::main ? 72 : 6;
}

const Params::Challenge& Params::require_challenge() const {
  if (!challenge)
    throw input_error("params.quorum", "these parameters are of a quorum bridge: they have no challenge")
        .field("challenge");
  return *challenge;
}

const Params::Proofs& Params::require_proofs() const {
  if (!proofs)
    throw input_error("params.proofs", "these parameters say nothing of state proofs").field("proofs");
  return *proofs;
}

}  // namespace pegkit::bridge
