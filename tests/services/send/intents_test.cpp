#include "services/send/intents.hpp"

#include <doctest/doctest.h>

#include "base/enum_names.hpp"
#include "support/fake_ports.hpp"

using namespace pegkit;
using namespace pegkit::services;
using pegkit::test::error_code;

namespace {

store::Intent intent_with(Json details) {
  store::Intent out;
  out.kind = "payout";
  out.details = std::move(details);
  return out;
}

}  // namespace

TEST_CASE("the kind of an intent is read by its name, and another name is an error") {
  store::Intent intent;
  for (bridge::TransactionKind kind : all_values(bridge::transaction_kind_name)) {
    intent.kind = bridge::transaction_kind_name(kind);
    CHECK(kind_of(intent) == kind);
  }
  for (const char* other : {"", "rotate", "Payout"}) {
    intent.kind = other;
    CHECK(error_code([&] { kind_of(intent); }) == "store.corrupt");
  }
}

TEST_CASE("the details of an intent are read and written again") {
  const std::string txid(64, 'a');
  Json all{
      {"withdrawals", {1, 4}}, {"psbt", {{"type", "pegkit/psbt"}}}, {"burn_sat", 330}, {"replaces", txid}};
  for (const Json& details : {all, Json::object(), Json{{"replaces", txid}}, Json{{"withdrawals", {0}}}})
    CHECK(IntentDetails::of(intent_with(details)).to_json().dump() == details.dump());
  IntentDetails read = IntentDetails::of(intent_with(all));
  CHECK(read.withdrawals == std::vector<std::uint32_t>{1, 4});
  CHECK(read.burn == Sat(330));
  CHECK(read.replaces == bitcoin::Txid::from_display(txid));

  for (const auto& [name, value] : all.items()) {
    CAPTURE(name);
    if (name == "psbt") continue;  // a document of its own, which PsbtDocument reads
    Json other = all;
    other[name] = Json::object();
    CHECK(error_code([&] { IntentDetails::of(intent_with(other)); }) == "store.corrupt");
  }
  for (const Json& details : {Json(nullptr), Json(5), Json::array()})
    CHECK(error_code([&] { IntentDetails::of(intent_with(details)); }) == "store.corrupt");
}

TEST_CASE("only a plan that was neither sent nor made to replace another waits for signatures") {
  Json psbt{{"type", "pegkit/psbt"}};
  store::Intent intent = intent_with({{"psbt", psbt}});
  CHECK(waiting_psbt(intent) == psbt);
  intent.state = store::IntentState::sent;
  CHECK(!waiting_psbt(intent));
  CHECK(!waiting_psbt(intent_with({{"psbt", psbt}, {"replaces", std::string(64, 'a')}})));
  CHECK(!waiting_psbt(intent_with(Json::object())));
}
