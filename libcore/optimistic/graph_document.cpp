#include "optimistic/graph_document.hpp"

#include <fmt/core.h>

#include "bridge/derived.hpp"

namespace pegkit::optimistic {
namespace {

constexpr const char* challenge_name = "challenge:0";
constexpr std::size_t max_stake_hex = 200'000;

Json output_json(const bitcoin::TxOut& output) {
  return {{"amount_sat", output.value.value()}, {"script_pubkey", to_hex(output.script_pubkey)}};
}

Json transaction_json(const GraphTransaction& made) {
  Json out{{"txid", made.tx.txid().display()}, {"version", made.tx.version}};
  out["inputs"] = Json::array();
  for (std::size_t i = 0; i < made.spent.size(); ++i) {
    Json input{{"outpoint", made.tx.inputs[i].prevout.text()}, {"sequence", made.tx.inputs[i].sequence}};
    input.update(output_json(made.spent[i]));
    out["inputs"].push_back(std::move(input));
  }
  out["outputs"] = Json::array();
  for (const bitcoin::TxOut& output : made.tx.outputs) out["outputs"].push_back(output_json(output));
  out["fee_sat"] = made.fee().value();
  return out;
}

/// Without txid and fee, which are not known before others add inputs and outputs.
Json template_json(const GraphTransaction& made) {
  Json out = transaction_json(made);
  out.erase("txid");
  out.erase("fee_sat");
  return out;
}

Json transactions_json(const Graph& graph) {
  Json out = Json::object();
  out["lock"] = transaction_json(graph.lock());
  out["kickoff"] = transaction_json(graph.kickoff());
  out["take-fast"] = transaction_json(graph.take_fast());
  out["challenge"] = template_json(graph.challenge());
  for (std::size_t i = 0; i < graph.parts(); ++i)
    out[graph_node_name(GraphNode::assert_timeout, i)] = template_json(graph.assert_timeout(i));
  out["take-final"] = transaction_json(graph.take_final());
  out["reclaim"] = transaction_json(graph.reclaim());
  return out;
}

Json leaves_json(const Graph& graph) {
  Json parts = Json::array(), steps = Json::array();
  for (std::size_t i = 0; i < graph.parts(); ++i) parts.push_back(to_hex(graph.claim().part_root(i)));
  for (std::size_t k = 0; k < graph.steps(); ++k) steps.push_back(to_hex(graph.claim().step_hash(k)));
  return {{"kickoff", to_hex(graph.kickoff_leaf().hash())},
          {"stake_return", to_hex(graph.stake_return_leaf().hash())},
          {"challenge", to_hex(graph.challenge_leaf().hash())},
          {"assert_roots", std::move(parts)},
          {"disprove", std::move(steps)}};
}

/// The fields that follow from the inputs, in the document's order.
Json derived_json(const Graph& graph) {
  Json out = Json::object();
  out["stake"] = graph.stake().text();
  out["sequencer_keys"] = to_hex(graph.claim().sequencer_keys());
  out["signers_key"] = to_hex(graph.signers_key());
  out["transactions"] = transactions_json(graph);
  out["leaves"] = leaves_json(graph);
  return out;
}

/// Throws an Error that names the first place where two values differ.
void require_equal(const Json& stated, const Json& expected, const std::string& path) {
  auto fail = [&](const std::string& where) {
    throw input_error("document.derived", "this does not follow from the other fields").field(where);
  };
  if (stated.type() != expected.type() && !(stated.is_number_integer() && expected.is_number_integer()))
    fail(path);
  if (expected.is_object()) {
    for (const auto& [name, value] : expected.items()) {
      if (!stated.contains(name)) fail(path + "." + name);
      require_equal(stated.at(name), value, path + "." + name);
    }
    for (const auto& [name, value] : stated.items())
      if (!expected.contains(name)) fail(path + "." + name);
  } else if (expected.is_array()) {
    if (stated.size() != expected.size()) fail(path);
    for (std::size_t i = 0; i < expected.size(); ++i)
      require_equal(stated[i], expected[i], fmt::format("{}[{}]", path, i));
  } else if (stated != expected) {
    fail(path);
  }
}

void check_derived(JsonObject& object, const Graph& graph) {
  const Json expected = derived_json(graph);
  for (const auto& [name, value] : expected.items())
    if (auto field = object.optional(name)) require_equal(field->json(), value, field->path());
}

bitcoin::Transaction read_stake(const JsonField& field) {
  return field.at([&] { return bitcoin::Transaction::parse_stripped(from_hex(field.text(max_stake_hex))); });
}

void require_params(const JsonField& field, const bridge::Params& params) {
  if (field.hex_array<32>() != params.hash())
    throw refused("params.mismatch", "the graph was made for other parameters").field(field.path());
}

GraphInputs read_inputs(JsonObject& object, const bridge::Params& params, const ClaimMaker& claim) {
  require_params(object.required("params"), params);
  JsonField deposit_field = object.required("deposit");
  bridge::Deposit deposit =
      bridge::Deposit::parse(deposit_field.json(), bridge::Derive::full, deposit_field.path());
  JsonField key = object.required("operator");
  auto operator_key = key.at([&] { return crypto::parse_xonly_key(key.fixed<crypto::XOnlyKey>()); });
  bitcoin::Transaction stake = read_stake(object.required("stake_tx"));
  std::uint32_t vout = object.required("stake_vout").u32();
  auto made = claim({params, deposit, operator_key}, object.required("operator_keys"));
  return {params, std::move(deposit), operator_key, std::move(stake), vout, std::move(made)};
}

}  // namespace

GraphDocument GraphDocument::parse(const Json& document, const bridge::Params& params,
                                   const ClaimMaker& claim) {
  JsonObject object = open_document(document, "graph");
  GraphDocument out(Graph::build(read_inputs(object, params, claim)));
  check_derived(object, out.graph);
  if (auto field = object.optional("signatures")) {
    JsonObject list(*field);
    auto read = [&](const std::string& name, const crypto::XOnlyKey& key, const ByteArray<32>& message) {
      std::optional<crypto::SchnorrSignature> signature;
      if (auto entry = list.optional(name)) {
        signature = entry->fixed<crypto::SchnorrSignature>();
        if (!crypto::schnorr_verify(key, message, *signature))
          entry->fail("graph.signature", fmt::format("the signature of {} does not verify", name));
      }
      return signature;
    };
    out.challenge = read(challenge_name, out.graph.inputs().operator_key, challenge_message(out.graph));
    auto tasks = out.graph.tasks();
    for (std::size_t i = 0; i < tasks.size(); ++i)
      out.signatures[i] = read(tasks[i].name(), tasks[i].key, tasks[i].message);
    list.done();
  }
  object.done();
  return out;
}

Json GraphDocument::to_json() const {
  const GraphInputs& inputs = graph.inputs();
  Json out = new_document("graph");
  out["params"] = to_hex(inputs.params.hash());
  out["deposit"] = inputs.deposit.to_json(inputs.params.chain);
  out["operator"] = to_hex(inputs.operator_key);
  out["stake_tx"] = to_hex(inputs.stake.serialize_stripped());
  out["stake_vout"] = inputs.stake_vout;
  out["operator_keys"] = graph.claim().operator_keys_document();
  out.update(derived_json(graph));
  Json list = Json::object();
  if (challenge) list[challenge_name] = to_hex(*challenge);
  auto tasks = graph.tasks();
  for (std::size_t i = 0; i < tasks.size(); ++i)
    if (signatures[i]) list[tasks[i].name()] = to_hex(*signatures[i]);
  if (!list.empty()) out["signatures"] = std::move(list);
  return out;
}

SignedGraph GraphDocument::signed_graph() const {
  auto fail = [](const std::string& name) {
    throw not_ready("graph.unsigned", fmt::format("the signature of {} is missing", name))
        .field(fmt::format("signatures.{}", name));
  };
  if (!challenge) fail(challenge_name);
  std::vector<crypto::SchnorrSignature> all;
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    if (!signatures[i]) fail(graph.tasks()[i].name());
    all.push_back(*signatures[i]);
  }
  return {graph, std::move(all), *challenge};
}

}  // namespace pegkit::optimistic
