#include "services/follow/event_data.hpp"

#include <doctest/doctest.h>
#include <functional>

#include "base/enum_names.hpp"
#include "support/fake_ports.hpp"

using namespace pegkit;
using namespace pegkit::services;
using store::EventKind;

namespace {

const std::string one(64, '1'), two(64, '2');

/// The data of an event of each kind, as databases hold it, and its struct's reader followed by its writer.
struct Kind {
  const char* data;
  std::function<Json(const store::Event&)> read_and_write;
};

template <class Data>
Json again(const store::Event& event) {
  return Data::from(event).to_json();
}

std::string filled(std::string text) {
  for (auto [mark, value] : {std::pair{"ONE", one}, std::pair{"TWO", two}})
    for (auto at = text.find(mark); at != text.npos; at = text.find(mark)) text.replace(at, 3, value);
  return text;
}

Kind kind_of(EventKind kind) {
  switch (kind) {
    case EventKind::deposit:
      return {R"({"txid":"ONE","outpoint":"ONE:0","amount_sat":5,"label":"x"})", again<DepositData>};
    case EventKind::payout:
      return {R"({"txid":"ONE","ids":[1,4],"outputs":[{"script":"51","amount_sat":5},)"
              R"({"script":"","amount_sat":6}]})",
              again<PayoutData>};
    case EventKind::commitment:
      return {R"({"txid":"ONE","epoch":7,"state_root":"ONE","proof_hash":"TWO","thread":"ONE:0",)"
              R"("withdrawals_root":"TWO"})",
              again<CommitmentData>};
    case EventKind::graph:
      return {R"({"txid":"ONE","spends":["TWO:1"],"tx":"00ff"})", again<GraphData>};
    case EventKind::spend:
      return {R"({"txid":"ONE","coins":[{"outpoint":"TWO:1","amount_sat":5,"label":""}]})", again<SpendData>};
    case EventKind::record:
      return {
          R"({"txid":"ONE","vout":2,"record":"0102","ids":[3],"outputs":[{"script":"51","amount_sat":5}]})",
          again<RecordData>};
    case EventKind::equivocation:
      return {R"({"txid":"ONE","epoch":7,"roots":["ONE","TWO"],"signatures":["00","01"],"other_txid":"TWO"})",
              again<EquivocationData>};
    case EventKind::difference:
      return {
          R"({"txid":"ONE","epoch":7,"state_root":"ONE","proof_hash":"TWO","thread":"ONE:0","reason":"x"})",
          again<DifferenceData>};
  }
  return {};
}

store::Event event_of(EventKind kind, const Json& data) {
  return {3, kind, {}, 100, data, std::nullopt};
}

}  // namespace

TEST_CASE("the data of each kind of event is read and written again byte for byte") {
  for (EventKind kind : all_values(store::event_kind_name)) {
    CAPTURE(store::event_kind_name(kind));
    std::string text = filled(kind_of(kind).data);
    CHECK(kind_of(kind).read_and_write(event_of(kind, parse_json(text))).dump() == text);
  }
  Json plain = parse_json(filled(R"({"txid":"ONE","vout":2,"record":""})"));
  CHECK(RecordData::from(event_of(EventKind::record, plain)).to_json() == plain);
}

TEST_CASE("damaged data of an event is an error that names the event") {
  for (EventKind kind : all_values(store::event_kind_name)) {
    Json whole = parse_json(filled(kind_of(kind).data));
    auto code = [&](const Json& data) {
      return test::error_code([&] { kind_of(kind).read_and_write(event_of(kind, data)); });
    };
    // `thread` is made from the txid; a commitment has a withdrawals root or none.
    for (const auto& [name, value] : whole.items()) {
      CAPTURE(store::event_kind_name(kind));
      CAPTURE(name);
      bool read = name != "thread";
      bool may_miss = !read || name == "withdrawals_root" || (kind == EventKind::record && name == "ids");
      Json less = whole, other = whole;
      less.erase(name);
      other[name] = Json::object();
      CHECK(code(less) == (may_miss ? "" : "store.corrupt"));
      CHECK(code(other) == (read ? "store.corrupt" : ""));
    }
    for (const Json& data : {Json(nullptr), Json(5), Json("x"), Json::array(), Json::object()})
      CHECK(code(data) == "store.corrupt");
  }
  store::Event lost = event_of(EventKind::spend, {{"coins", Json::array()}});
  CHECK(test::error_code([&] { event_document(lost); }) == "store.corrupt");
  CHECK(test::error_code([&] { event_txid(lost); }) == "store.corrupt");
  CHECK(test::error_code([&] { DepositData::from(lost); }) == "event.kind");
}
