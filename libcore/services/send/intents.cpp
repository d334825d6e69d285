#include "services/send/intents.hpp"

#include <fmt/core.h>

#include "base/enum_names.hpp"
#include "store/database.hpp"

namespace pegkit::services {
namespace {

using bitcoin::Txid;

IntentDetails read_details(JsonObject& object) {
  IntentDetails out;
  if (auto ids = object.optional("withdrawals"))
    for (const JsonField& id : ids->items()) out.withdrawals.push_back(id.u32());
  if (auto psbt = object.optional("psbt")) out.psbt = psbt->json();
  if (auto burn = object.optional("burn_sat")) out.burn = burn->sat();
  if (auto old = object.optional("replaces"))
    out.replaces = old->at([&] { return Txid::from_display(old->text(64)); });
  return out;
}

}  // namespace

bridge::TransactionKind kind_of(const store::Intent& intent) {
  if (auto kind = value_named(intent.kind, bridge::transaction_kind_name)) return *kind;
  constexpr std::size_t shown = 40;
  throw store::damaged(
      fmt::format("'{}' is no kind of an intent ({})", intent.kind.substr(0, shown), intent.txid.display()));
}

std::vector<store::Intent> intents_of(store::Database& database, bridge::TransactionKind kind) {
  return store::IntentStore(database).list(bridge::transaction_kind_name(kind));
}

IntentDetails IntentDetails::of(const store::Intent& intent) {
  try {
    JsonObject object(intent.details);
    return read_details(object);
  } catch (const Error& e) {
    throw store::damaged(fmt::format("the intent {} holds wrong details: {}: {}", intent.txid.display(),
                                     e.field(), e.message()));
  }
}

Json IntentDetails::to_json() const {
  Json out = Json::object();
  if (!withdrawals.empty()) out["withdrawals"] = withdrawals;
  if (psbt) out["psbt"] = *psbt;
  if (burn > Sat(0)) out["burn_sat"] = burn.value();
  if (replaces) out["replaces"] = replaces->display();
  return out;
}

std::optional<Json> waiting_psbt(const store::Intent& intent) {
  if (intent.state != store::IntentState::planned) return std::nullopt;
  IntentDetails details = IntentDetails::of(intent);
  return details.replaces ? std::nullopt : std::move(details.psbt);
}

}  // namespace pegkit::services
