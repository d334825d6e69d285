#include "support/dishonest.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <functional>
#include <iostream>
#include <iterator>

#include "base/error.hpp"
#include "base/files.hpp"
#include "bitcoin/block.hpp"
#include "bitcoin/sighash.hpp"
#include "bridge/commitment.hpp"
#include "bridge/sequencer_root.hpp"
#include "crypto/keyfile.hpp"
#include "optimistic/claim_trace.hpp"
#include "services/graph/claim_signer.hpp"
#include "services/graph/loaded_graph.hpp"
#include "services/send/wallet.hpp"
#include "support/payout_place.hpp"

namespace pegkit::test {
namespace {

using bitcoin::Transaction;
using bitcoin::TxOut;
using optimistic::ClaimTrace;

Json read_json_file(const std::filesystem::path& path) {
  return parse_json(as_text(read_file(path)));
}

optimistic::GraphDocument read_graph(const std::filesystem::path& folder) {
  auto params = bridge::Params::parse(read_json_file(folder / "params.json"));
  auto sequencer = optimistic::OtsKeySet::parse(read_json_file(folder / "sequencer.ots.json"));
  return optimistic::GraphDocument::parse(read_json_file(folder / "graph.json"), params,
                                          optimistic::program_claims(std::move(sequencer)));
}

bitcoin::Script script_of(const crypto::SecretKey& key) {
  return bridge::key_script(crypto::xonly(key.public_key()));
}

bridge::Withdrawal read_withdrawal(const Json& json) {
  bridge::Withdrawal out;
  out.id = json.at("id");
  out.amount = Sat(json.at("amount_sat").get<std::int64_t>());
  out.script = from_hex(json.at("script").get<std::string>());
  out.deposit = bitcoin::OutPoint::parse(json.at("deposit").get<std::string>());
  return out;
}

std::vector<ByteArray<32>> read_txids(const Json& block) {
  std::vector<ByteArray<32>> out;
  for (const std::string txid : block) out.push_back(bitcoin::Txid::from_display(txid).bytes);
  return out;
}

optimistic::ClaimInputs read_claim(const Json& claim) {
  optimistic::ClaimInputs out;
  out.epoch = claim.at("epoch");
  bridge::WithdrawalTree tree;
  std::vector<bridge::Withdrawal> withdrawals;
  for (const Json& withdrawal : claim.at("withdrawals")) {
    withdrawals.push_back(read_withdrawal(withdrawal));
    tree.append(withdrawals.back().leaf());
  }
  std::size_t id = claim.at("id");
  out.root = tree.root();
  out.withdrawal = withdrawals.at(id);
  out.siblings = tree.proof(id);
  out.payout = Transaction::from_hex(claim.at("payout").get<std::string>());
  place_payout(out, read_txids(claim.at("block")));
  for (const std::string header : claim.at("headers"))
    out.headers.push_back(bitcoin::Header::parse(from_hex(header)));
  return out;
}

/// Computes again every step whose inputs changed; values that the kickoff reveals stay.
void recompute(const optimistic::ClaimProgram& program, ClaimTrace& trace, std::size_t changed) {
  std::vector<bool> touched(trace.size());
  touched[changed] = true;
  for (const optimistic::ClaimStep& step : program.steps()) {
    bool reads = std::ranges::any_of(step.use.reads, [&](std::size_t value) { return touched[value]; });
    if (!step.use.writes || !reads) continue;
    std::size_t result = *step.use.writes;
    if (result == changed || program.values()[result].where == optimistic::ClaimValue::Where::kickoff)
      continue;
    trace[result] = *optimistic::claim_result(step.relation, trace);
    touched[result] = true;
  }
}

}  // namespace

crypto::SecretKey read_key(const std::filesystem::path& path) {
  Bytes content = read_secret_file(path);
  return crypto::keyfile::open(crypto::SecretBytes::copy_of(content), []() -> crypto::SecretBytes {
    throw input_error("key.passphrase", "a dishonest operator's key is in the clear");
  });
}

Transaction pay(const crypto::SecretKey& key, const Coin& coin, std::vector<TxOut> outputs, Sat fee) {
  optimistic::GraphTransaction made;
  made.add_input(coin.outpoint, {coin.value, script_of(key)}, 0xfffffffd);
  made.tx.outputs = std::move(outputs);
  made.tx.outputs.push_back({made.fee() - fee, script_of(key)});
  auto psbt = bitcoin::Psbt::from_transaction(made.tx);
  psbt.inputs[0].witness_utxo = made.spent[0];
  services::sign_with(key, psbt);
  psbt.finalize();
  return psbt.extract();
}

DishonestOperator::DishonestOperator(const std::filesystem::path& folder)
    : key_(read_key(folder / "operator.key")), document_(read_graph(folder)) {}

const optimistic::ProgramClaim& DishonestOperator::claim() const {
  return dynamic_cast<const optimistic::ProgramClaim&>(document_.graph.claim());
}

// --- Values

Json DishonestOperator::named(const ClaimTrace& trace) const {
  Json out = Json::object();
  for (std::size_t i = 0; i < trace.size(); ++i) out[claim().program().values()[i].name] = to_hex(trace[i]);
  return out;
}

ClaimTrace DishonestOperator::values(const Json& trace) const {
  ClaimTrace out;
  for (const optimistic::ClaimValue& value : claim().program().values())
    out.push_back(from_hex(trace.at(value.name).get<std::string>()));
  return out;
}

Json DishonestOperator::trace(const Json& claim_json) const {
  return named(optimistic::fill_trace(claim().program(), read_claim(claim_json)));
}

Json DishonestOperator::flip(const Json& trace, const std::string& value, std::size_t byte,
                             bool onwards) const {
  ClaimTrace out = values(trace);
  std::size_t at = claim().program().value(value);
  out[at].at(byte) ^= 1;
  if (onwards) recompute(claim().program(), out, at);
  return named(out);
}

Json DishonestOperator::set(const Json& trace, const std::string& value, const std::string& hex) const {
  ClaimTrace out = values(trace);
  out[claim().program().value(value)] = from_hex(hex);
  return named(out);
}

// --- Transactions

optimistic::ClaimSignatures DishonestOperator::sign(const ClaimTrace& trace,
                                                    const std::vector<std::size_t>& which) const {
  optimistic::ClaimSignatures out(trace.size());
  auto set = optimistic::OtsKeySet::parse(claim().operator_keys_document());
  for (std::size_t value : which) {
    const std::string& name = claim().program().values()[value].name;
    out[value] = crypto::ots_sign(optimistic::operator_ots_secret(key_, *set.graph(), name), trace[value]);
  }
  return out;
}

Bytes DishonestOperator::sign_leaf(const optimistic::GraphTransaction& made,
                                   const optimistic::GraphLeaf& leaf) const {
  auto hash = leaf.hash();
  auto message = made.sighash(0, bitcoin::SIGHASH_DEFAULT, &hash);
  return to_bytes(crypto::schnorr_sign(key_, message, ByteArray<32>{}));
}

Transaction DishonestOperator::kickoff(const Json& trace) const {
  const optimistic::Graph& graph = document_.graph;
  const optimistic::ClaimLayout& layout = claim().layout();
  auto signatures = sign(values(trace), layout.kickoff());
  return graph.kickoff(optimistic::kickoff_witness(claim().program(), layout, signatures,
                                                   sign_leaf(graph.kickoff(), graph.kickoff_leaf())));
}

Transaction DishonestOperator::assert_part(const Json& trace, std::size_t part, const Transaction& commitment,
                                           const Coin& coin, Sat fee) const {
  const optimistic::Graph& graph = document_.graph;
  const optimistic::ClaimProgram& program = claim().program();
  const optimistic::ClaimLayout& layout = claim().layout();
  ClaimTrace said = values(trace);
  auto signatures = sign(said, layout.part(part));

  optimistic::GraphTransaction made = graph.assert_part(part);
  made.add_input(coin.outpoint, {coin.value, script_of(key_)}, 0xfffffffd);
  made.tx.outputs.push_back({made.fee() - fee, script_of(key_)});
  std::uint32_t epoch = 0;
  for (std::uint8_t byte : said[program.value("root_epoch")]) epoch = epoch << 8 | byte;
  optimistic::GraphLeaf leaf = graph.part_leaf(part, epoch);
  Bytes signature = sign_leaf(made, leaf);

  auto psbt = bitcoin::Psbt::from_transaction(made.tx);
  for (std::size_t i = 0; i < made.spent.size(); ++i) psbt.inputs[i].witness_utxo = made.spent[i];
  services::sign_with(key_, psbt);
  if (part > 0) {
    made.tx.inputs[0].witness =
        leaf.witness(optimistic::assert_witness(program, layout, signatures, part, signature));
  } else {
    auto revealed = bridge::revealed_root(graph.rules().sequencer.key, commitment);
    if (!revealed) throw input_error("dishonest.commitment", "the commitment reveals no root");
    made.tx.inputs[0].witness =
        leaf.witness(optimistic::epoch_witness(program, layout, signatures, revealed->signature, signature));
  }
  made.tx.inputs[1].witness = {*psbt.inputs[1].tap_key_sig};
  return made.tx;
}

}  // namespace pegkit::test

namespace {

using namespace pegkit;

constexpr const char* usage =
    R"(An operator who lies, for tests. In an operator's folder (params.json, graph.json,
sequencer.ots.json, operator.key); traces come on stdin, transactions go to stdout as hex.

  dishonest trace < claim                       the values of a claim, true or not
  dishonest flip VALUE BYTE [onwards] < trace   one byte of a value changed [and what follows from it]
  dishonest set VALUE HEX < trace               another value
  dishonest kickoff < trace
  dishonest assert COMMITMENT FEE PART=COIN... < trace      one line for each part
  dishonest pay KEY_FILE COIN FEE SAT:SCRIPT... a coin to any outputs

COIN is TXID:VOUT:SAT, an output of the key.
)";

test::Coin read_coin(const std::string& text) {
  auto colon = text.rfind(':');
  return {bitcoin::OutPoint::parse(text.substr(0, colon)), Sat(std::stoll(text.substr(colon + 1)))};
}

Json read_stdin() {
  return parse_json(std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()));
}

bitcoin::Transaction pay(const std::vector<std::string>& words) {
  std::vector<bitcoin::TxOut> outputs;
  for (std::size_t i = 4; i < words.size(); ++i) {
    auto colon = words[i].find(':');
    outputs.push_back({Sat(std::stoll(words[i].substr(0, colon))), from_hex(words[i].substr(colon + 1))});
  }
  return test::pay(test::read_key(words.at(1)), read_coin(words.at(2)), std::move(outputs),
                   Sat(std::stoll(words.at(3))));
}

std::vector<bitcoin::Transaction> assert_parts(const std::vector<std::string>& words) {
  test::DishonestOperator liar(".");
  Json trace = read_stdin();
  auto commitment = bitcoin::Transaction::from_hex(words.at(1));
  std::vector<bitcoin::Transaction> out;
  for (std::size_t i = 3; i < words.size(); ++i) {
    auto equals = words[i].find('=');
    out.push_back(liar.assert_part(trace, std::stoul(words[i].substr(0, equals)), commitment,
                                   read_coin(words[i].substr(equals + 1)), Sat(std::stoll(words[2]))));
  }
  return out;
}

void run(const std::vector<std::string>& words) {
  auto print = [](const Json& json) { std::cout << json.dump() << '\n'; };
  auto print_hex = [](const bitcoin::Transaction& tx) { std::cout << to_hex(tx.serialize()) << '\n'; };
  const std::string& verb = words.at(0);
  if (verb == "trace")
    print(test::DishonestOperator(".").trace(read_stdin()));
  else if (verb == "flip")
    print(test::DishonestOperator(".").flip(read_stdin(), words.at(1), std::stoul(words.at(2)),
                                            words.size() > 3));
  else if (verb == "set")
    print(test::DishonestOperator(".").set(read_stdin(), words.at(1), words.at(2)));
  else if (verb == "kickoff")
    print_hex(test::DishonestOperator(".").kickoff(read_stdin()));
  else if (verb == "assert")
    std::ranges::for_each(assert_parts(words), print_hex);
  else if (verb == "pay")
    print_hex(pay(words));
  else
    throw std::out_of_range(verb);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run({argv + 1, argv + argc});
    return 0;
  } catch (const std::out_of_range&) {
    std::cerr << usage;
    return 2;
  } catch (const std::exception& error) {
    std::cerr << "dishonest: " << error.what() << '\n';
    return 3;
  }
}
