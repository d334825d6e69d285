#include "app/inspect/graph_picture.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/amount.hpp"
#include "bridge/params.hpp"
#include "optimistic/graph.hpp"

namespace pegkit::app::inspect {
namespace {

using optimistic::Graph;
using optimistic::GraphTransaction;
using Output = GraphBox::Output;

constexpr const char* signers = "signers, beforehand";

std::string many(std::size_t first, std::size_t count, const char* format) {
  std::string out = fmt::format(fmt::runtime(format), first);
  return count > 1 ? fmt::format("{} … {}", out, fmt::format(fmt::runtime(format), first + count - 1)) : out;
}

/// Makes the boxes of a graph and connects each input to the box that makes its coin.
class Boxes {
 public:
  explicit Boxes(const optimistic::GraphDocument& document)
      : graph_(document.graph), rules_(graph_.rules()), parts_(graph_.parts()) {}

  std::vector<GraphBox> make() {
    sources();
    lock_and_kickoff();
    takes();
    challenge_and_asserts();
    punishments();
    return std::move(out_);
  }

 private:
  GraphBox& add(const std::string& name, int column, int row) {
    GraphBox& box = out_.emplace_back();
    box.name = name;
    box.column = column;
    box.row = row;
    return box;
  }
  void built(GraphBox& box, const GraphTransaction& made) {
    box.txid = made.tx.txid().display();
    box.fee = made.fee();
    box.vsize = made.fee().value() * 1000 / rules_.fee_rate.sat_per_kvb();
  }
  static Output anchor() { return {"anyone (P2A)", Graph::anchor}; }
  Sat kickoff_value(std::size_t output) const { return graph_.kickoff().tx.outputs[output].value; }
  GraphBox::Input connector(std::uint32_t after, const char* by) const {
    return {"kickoff:0", "kickoff", 0, Graph::connector, after, by};
  }
  GraphBox::Input bond(std::uint32_t after, const char* by) const {
    return {"kickoff:1", "kickoff", 1, kickoff_value(1), after, by};
  }
  GraphBox::Input part(std::uint32_t after, const char* by) const {
    return {many(2, parts_, "kickoff:{}"), "kickoff", 2, Graph::connector, after, by};
  }
  GraphBox::Input locked() const {
    return {"lock:0", "lock", 0, graph_.lock().tx.outputs[0].value, 0, signers};
  }

  void sources() {
    GraphBox& deposit = add("deposit", 0, 0);
    deposit.txid = graph_.inputs().deposit.funding->outpoint.txid.display();
    deposit.outputs = {{"signers, or the depositor's refund", rules_.denomination}};
    GraphBox& stake = add("stake", 0, 1);
    stake.txid = graph_.stake().txid.display();
    stake.outputs = {{"operator's claim, or home", rules_.bond}};
  }
  void lock_and_kickoff() {
    GraphBox& lock = add("lock", 1, 0);
    built(lock, graph_.lock());
    lock.inputs = {{"deposit", "deposit", 0, rules_.denomination, 0, signers}};
    lock.outputs = {
        {"signers", graph_.lock().tx.outputs[0].value}, {"record of the recipient", Sat(0)}, anchor()};
    GraphBox& kickoff = add("kickoff", 1, 1);
    built(kickoff, graph_.kickoff());
    kickoff.inputs = {{"stake", "stake", 0, rules_.bond, 0, "operator, reveals the claim"}};
    kickoff.outputs = {{"0: connector", Graph::connector},
                       {"1: bond", kickoff_value(1)},
                       {fmt::format("{}: assert parts, each", many(2, parts_, "{}")), Graph::connector},
                       anchor()};
  }
  void take(const char* name, int row, const GraphTransaction& made, std::vector<GraphBox::Input> inputs) {
    GraphBox& box = add(name, 2, row);
    built(box, made);
    box.inputs = std::move(inputs);
    box.outputs = {{"operator", made.tx.outputs[0].value}, anchor()};
  }
  void takes() {
    take("take-fast", 0, graph_.take_fast(),
         {locked(), connector(rules_.challenge_window, signers), bond(rules_.challenge_window, signers)});
    take("take-final", 1, graph_.take_final(), {locked(), bond(rules_.final_window, signers)});
    take("reclaim", 2, graph_.reclaim(), {bond(rules_.reclaim_window, signers)});
  }
  void challenge_and_asserts() {
    GraphBox& challenge = add("challenge", 2, 3);
    challenge.inputs = {connector(0, "operator, beforehand"), {"coins", "", 0, {}, 0, "challenger"}};
    challenge.outputs = {{"operator", rules_.challenge_fee}, {"challenger's change", {}}};
    GraphBox& asserts = add("assert", 2, 4);
    asserts.count = parts_;
    asserts.inputs = {part(0, "operator, reveals values"), {"coins", "", 0, {}, 0, "operator"}};
    asserts.outputs = {{"operator's change", {}}};
    for (std::size_t i = 0; i < parts_; ++i)
      asserts.vsize = std::max(asserts.vsize.value_or(0), graph_.assert_vsize(i));
  }
  void punishments() {
    GraphBox& timeout = add("assert-timeout", 2, 5);
    timeout.count = parts_;
    timeout.inputs = {bond(0, signers), part(rules_.assert_window, signers)};
    timeout.outputs = {{"burned", rules_.burn}, {"who sends it", {}}};
    GraphBox& disprove = add("disprove", 2, 6);
    disprove.count = graph_.steps();
    disprove.inputs = {bond(0, "signers, beforehand, and a false step")};
    disprove.outputs = {{"burned", rules_.burn}, {"who sends it", {}}};
    std::int64_t weight = 0;
    for (std::size_t k = 0; k < graph_.steps(); ++k) weight = std::max(weight, graph_.disprove_weight(k));
    disprove.vsize = (weight + 3) / 4;
  }

  const Graph& graph_;
  const bridge::Params::Challenge& rules_;
  std::size_t parts_;
  std::vector<GraphBox> out_;
};

/// A field of a document; null when the document does not have it.
Json field_of(const Json& document, const char* name) {
  return document.is_object() && document.contains(name) ? document.at(name) : Json();
}

std::string place_of(const Json& seen) {
  if (seen.is_null()) return "absent";
  Json height = field_of(seen, "height");
  if (height.is_null()) return "in the mempool";
  return fmt::format("confirmed at {}", JsonField(height, "height").integer(0, INT32_MAX));
}

void set_state(std::vector<GraphBox>& boxes, const std::string& name, const Json& seen) {
  for (GraphBox& box : boxes) {
    if (box.name != name) continue;
    box.state = place_of(seen);
    box.happened = !seen.is_null();
  }
}

}  // namespace

std::vector<GraphBox> graph_boxes(const optimistic::GraphDocument& document) {
  return Boxes(document).make();
}

void show_status(std::vector<GraphBox>& boxes, const optimistic::Graph& graph, const Json& status) {
  if (document_type(status) != "challenge")
    throw input_error("document.type", "a challenge document was expected").field("type");
  if (field_of(status, "graph") != Json(graph.kickoff().tx.txid().display()))
    throw input_error("graph.status", "the status document belongs to another graph").field("graph");
  set_state(boxes, "lock", field_of(status, "lock"));
  set_state(boxes, "kickoff", field_of(status, "kickoff"));
  set_state(boxes, "challenge", field_of(status, "challenge"));
  Json end = field_of(status, "end"), kind = field_of(end, "kind");
  for (const char* name : {"take-fast", "take-final", "reclaim", "assert-timeout", "disprove"})
    set_state(boxes, name, kind == Json(name) ? end : Json());
  Json asserts = field_of(status, "asserts");
  std::size_t made = 0;
  if (asserts.is_array())
    made = static_cast<std::size_t>(
        std::ranges::count_if(asserts, [](const Json& one) { return !one.is_null(); }));
  for (GraphBox& box : boxes)
    if (box.name == "assert") {
      box.state = fmt::format("{} of {}", made, box.count);
      box.happened = made > 0;
    }
}

Json boxes_json(const std::vector<GraphBox>& boxes) {
  auto amount = [](Json& into, const std::optional<Sat>& sat) {
    if (sat) into["amount_sat"] = sat->value();
  };
  Json out = Json::array();
  for (const GraphBox& box : boxes) {
    Json one{{"name", box.name}};
    if (box.count > 1) one["count"] = box.count;
    if (!box.txid.empty()) one["txid"] = box.txid;
    if (box.fee) one["fee_sat"] = box.fee->value();
    if (box.vsize) one["vsize"] = *box.vsize;
    if (!box.state.empty()) one["state"] = box.state;
    one["inputs"] = Json::array();
    for (const auto& input : box.inputs) {
      Json coin{{"coin", input.coin}, {"signed_by", input.by}};
      amount(coin, input.amount);
      if (input.after) coin["after_blocks"] = input.after;
      one["inputs"].push_back(std::move(coin));
    }
    one["outputs"] = Json::array();
    for (const Output& output : box.outputs) {
      Json coin{{"to", output.text}};
      amount(coin, output.amount);
      one["outputs"].push_back(std::move(coin));
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace pegkit::app::inspect
