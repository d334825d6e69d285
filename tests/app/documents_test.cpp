#include "signing/documents.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <map>

#include "app/build_taptree/commands.hpp"
#include "app/challenge/commands.hpp"
#include "app/inspect/commands.hpp"
#include "app/keygen/ots.hpp"
#include "app/musig_round/commands.hpp"
#include "app/musig_round/request_options.hpp"
#include "app/watch_chain/commands.hpp"
#include "base/enum_names.hpp"
#include "bridge/commitment.hpp"
#include "bridge/mint.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/public_key.hpp"
#include "bridge/spv.hpp"
#include "crypto/keyfile.hpp"
#include "optimistic/claim_trace.hpp"
#include "optimistic/ots_keys.hpp"
#include "optimistic/sequencer_stake.hpp"
#include "services/follow/event_data.hpp"
#include "services/follow/watches.hpp"
#include "services/layer2/state_proofs.hpp"
#include "services/results.hpp"
#include "services/send/sender.hpp"
#include "support/optimistic_world.hpp"
#include "support/paths.hpp"

// Checks every example in doc/documents.md: the code that reads such documents reads it, or the code that
// makes them makes it again.

using namespace pegkit;
using test::FakeOptions;
using test::FakePorts;

namespace {

std::string file_text(const std::filesystem::path& path) {
  Bytes data = read_file(path);
  return {data.begin(), data.end()};
}

/// A section of documents.md: what it says, and its examples in order.
struct Section {
  std::string prose;
  std::vector<Json> examples;
};
using Sections = std::map<std::string, Section>;

Sections sections() {
  Sections out;
  std::istringstream text(file_text(test::source_folder() / "doc/documents.md"));
  std::string line, name, block;
  bool inside = false;
  while (std::getline(text, line)) {
    if (line.starts_with("## ")) name = line.substr(3);
    if (line == "```json") {
      inside = true;
    } else if (line == "```") {
      out[name].examples.push_back(parse_json(block));
      block.clear();
      inside = false;
    } else if (!name.empty()) {
      (inside ? block : out[name].prose) += line + "\n";
    }
  }
  return out;
}

/// Every field of the example is what it is in `made`.
void check_fields(const Json& example, const Json& made) {
  for (const auto& [name, value] : example.items()) {
    CAPTURE(name);
    REQUIRE(made.contains(name));
    if (value.is_object())
      check_fields(value, made.at(name));
    else
      CHECK(made.at(name) == value);
  }
}
void check_same(const Json& example, const Json& made) {
  check_fields(example, made);
  check_fields(made, example);
}

template <class T>
void round_trip(const Json& example) {
  check_fields(example, T::parse(example).to_json());
}

/// The documents that a command prints.
Json printed(app::CommandFactory make, FakePorts& ports, FakeOptions::Values values) {
  test::run(make, ports, std::move(values));
  return ports.last();
}

std::string text_of(const Json& object, const char* name) {
  return object.at(name).get<std::string>();
}

/// Readers and makers by document type.
struct Checker {
  Sections all = sections();
  FakePorts ports;

  const Json& first(const char* type) const { return all.at(type).examples.at(0); }
  bridge::Params params() const { return bridge::Params::parse(first("params")); }

  void key(const Json& example) const {
    auto content = crypto::SecretBytes::copy_of(as_bytes(example.dump()));
    auto key = crypto::keyfile::open(content, [] { return crypto::SecretBytes::copy_of({}); });
    CHECK(to_hex(key.public_key()) == text_of(example, "public_key"));
  }
  void public_key(const Json& example) const {
    auto key = crypto::parse_public_key(from_hex_array<33>(text_of(example, "public_key")));
    check_same(example, bridge::public_key_document(key, std::nullopt));
    services::watch_of(example, "", bitcoin::Chain::regtest);
  }
  void leaf(const Json& example) {
    ports.input = first("custody").dump();
    check_same(example, printed(app::build_taptree::leaf_command, ports,
                                {{"--index", std::to_string(example.at("index").get<int>())}}));
  }
  void tree(const Json& example) {
    ports.input = example.dump();
    Json made = printed(app::build_taptree::tree_command, ports, {{"--chain", "regtest"}});
    check_fields(example, made);
    check_same(all.at("tree").examples.back(), made);
  }
  void messages(const Json& example) {
    ports.files["keys.json"] = first("keyagg").dump();
    FakeOptions options(FakeOptions::Values{{"--keys", "keys.json"}});
    app::musig_round::RequestOptions request;
    request.declare(options);
    auto read = request.parse(ports, example.dump());
    REQUIRE(read.messages.size() == example.at("messages").size());
    CHECK(to_hex(read.messages[0].message) == example.at("messages").at(0));
    CHECK(to_hex(read.session()) == text_of(first("nonce"), "session"));
  }
  void keyagg(const Json& example) {
    ports.files["keys.json"] = example.dump();
    check_same(example, printed(app::musig_round::keyagg_command, ports, {{"--keys", "keys.json"}}));
  }
  void signature(const Json& example) const {
    round_trip<signing::SignatureDocument>(example);
    auto read = signing::SignatureDocument::parse(example);
    CHECK(crypto::schnorr_verify(read.key, read.signatures.at(0).message, read.signatures.at(0).signature));
  }
  void spv_proof(const Json& example) const {
    round_trip<bridge::SpvProof>(example);
    CHECK(bridge::SpvProof::parse(example).verify().valid);
  }
  void withdrawal(const Json& example) const {
    bridge::Withdrawal made;
    made.id = example.at("id").get<std::uint32_t>();
    made.amount = Sat(example.at("amount_sat").get<std::int64_t>());
    made.script = from_hex(text_of(example, "script"));
    made.from = evm::parse_address(text_of(example, "from"));
    made.l2_block = example.at("l2_block").get<std::uint64_t>();
    made.l2_tx = from_hex_array<32>(text_of(example, "l2_tx").substr(2));
    Json document = bridge::withdrawal_document(made, bitcoin::Chain::regtest);
    document["state"] = "requested";
    check_same(example, document);
  }
  void event(const Json& example) const {
    Json data = example.at("data");
    data["txid"] = example.at("txid");
    store::Event made{example.at("seq").get<std::int64_t>(),
                      value_named(text_of(example, "kind"), store::event_kind_name).value(),
                      bitcoin::BlockHash::from_display(text_of(example, "block")),
                      example.at("height").get<std::uint32_t>(),
                      data,
                      std::nullopt};
    check_same(example, services::event_document(made));
  }
  /// A bridge of these parameters with nothing on its chain: what it prints has the example's fields.
  void status(const Json& example) {
    test::BridgeWorld world;
    auto seat = world.ports();
    seat->files["params.json"] = first("params").dump();
    test::run(app::watch_chain::init_command, *seat,
              {{"--params", "params.json"}, {"--custody", "custody.json"}});
    test::run(app::watch_chain::run_command, *seat, {{"--once", ""}});
    Json made = printed(app::watch_chain::status_command, *seat, {});
    for (const auto& [name, value] : example.items()) CHECK_MESSAGE(made.contains(name), name);
    for (const auto& [name, value] : made.items()) CHECK_MESSAGE(example.contains(name), name);
    CHECK(text_of(example, "params") == to_hex(params().hash()));
  }
  /// A graph with no kickoff: what a run prints of it has the example's fields.
  void challenge(const Json& example) {
    told(example);
    test::OptimisticWorld world;
    test::TempDirectory folder;
    auto watcher = world.party(test::OptimisticWorld::challenger_seed, folder.path());
    test::run(app::challenge::run_command, *watcher, test::OptimisticWorld::options({{"--once", ""}}));
    Json made = watcher->last();
    for (const auto& [name, value] : example.items()) CHECK_MESSAGE(made.contains(name), name);
    for (const auto& [name, value] : made.items()) CHECK_MESSAGE(example.contains(name), name);
    CHECK_NOTHROW(world.claim().program().step(text_of(example, "false_step")));
    sent(example.at("sent"));
  }
  void commitment_check(const Json& example) const {
    bridge::Commitment made;
    made.record.epoch = example.at("epoch").get<std::uint32_t>();
    made.record.proof_hash = from_hex_array<32>(text_of(example, "proof_hash"));
    made.txid = bitcoin::Txid::from_display(text_of(example, "txid"));
    made.height = example.at("height").get<std::uint32_t>();
    services::ProofFinding finding{services::ProofStanding::invalid, text_of(example, "reason")};
    check_same(example, services::commitment_check_document(made, finding));
    told(example);
  }
  void watch(const Json& example) {
    FakePorts fresh;
    fresh.files["params.json"] = first("params").dump();
    fresh.input = first("deposit").dump();
    check_same(example, printed(app::watch_chain::watch_command, fresh, {{"--params", "params.json"}}));
  }
  void sent(const Json& example) const {
    services::Sent made;
    made.txid = bitcoin::Txid::from_display(text_of(example, "txid"));
    made.confirmations = example.at("confirmations").get<std::int64_t>();
    made.fee = Sat(example.at("fee_sat").get<std::int64_t>());
    made.vsize = example.at("vsize").get<std::int64_t>();
    bridge::TransactionNotes notes;
    notes.kind = value_named(text_of(example, "kind"), bridge::transaction_kind_name).value();
    check_same(example, services::sent_document(made, notes));
  }
  void inspection(const Json& example) {
    check_same(example,
               printed(app::inspect::address_command, ports, {{"ADDRESS", text_of(example, "address")}}));
  }
  void claim_values(const Json& example) const {
    optimistic::ClaimProgram program(optimistic::ClaimConstants{.headers = 5});
    for (const Json& value : example.at("values"))
      CHECK(program.values()[program.value(text_of(value, "name"))].bytes == value.at("bytes"));
    CHECK(app::keygen::parse_ots_values(example.dump()).size() == example.at("values").size());
  }
  void claim_trace(const Json& example) const {
    optimistic::ClaimProgram program(optimistic::ClaimConstants{.headers = 5});
    check_same(example, trace_document(program, parse_trace(program, example)));
  }
  /// Printed for people and scripts, read by no program: the section tells of each field.
  void told(const Json& example) const {
    const std::string& prose = all.at(document_type(example)).prose;
    for (const auto& [name, value] : example.items()) {
      bool shared = name == "type" || name == "version";
      CHECK_MESSAGE((shared || prose.find("`" + name + "`") != std::string::npos), name);
    }
  }

  std::map<std::string, std::function<void(const Json&)>> readers() {
    auto of = [this](auto member) {
      return [this, member](const Json& example) { (this->*member)(example); };
    };
    return {
        {"key", of(&Checker::key)},
        {"public-key", of(&Checker::public_key)},
        {"ots-keys", round_trip<optimistic::OtsKeySet>},
        {"params", round_trip<bridge::Params>},
        {"custody", [](const Json& e) { check_fields(e, bridge::Custody::parse(e).to_json()); }},
        {"leaf", of(&Checker::leaf)},
        {"tree", of(&Checker::tree)},
        {"deposit",
         [](const Json& e) { check_fields(e, bridge::Deposit::parse(e).to_json(bitcoin::Chain::regtest)); }},
        {"spv-proof", of(&Checker::spv_proof)},
        {"mint", round_trip<bridge::Mint>},
        {"messages", of(&Checker::messages)},
        {"keyagg", of(&Checker::keyagg)},
        {"nonce", round_trip<signing::NonceDocument>},
        {"partial", round_trip<signing::PartialDocument>},
        {"signature", of(&Checker::signature)},
        {"psbt", [](const Json& e) { check_fields(e, bridge::PsbtDocument::parse(e).to_json()); }},
        {"transaction", round_trip<bridge::TransactionDocument>},
        {"withdrawal", of(&Checker::withdrawal)},
        {"event", of(&Checker::event)},
        {"commitment", round_trip<bridge::Commitment>},
        {"commitment-check", of(&Checker::commitment_check)},
        {"status", of(&Checker::status)},
        {"watch", of(&Checker::watch)},
        {"sent", of(&Checker::sent)},
        {"result", [](const Json& e) { check_same(e, services::nothing_to_do(text_of(e, "reason"))); }},
        {"inspection", of(&Checker::inspection)},
        {"minted", of(&Checker::told)},
        {"announced", of(&Checker::told)},
        {"verdict", of(&Checker::told)},
        {"claim-tree", of(&Checker::told)},
        {"claim-leaf", of(&Checker::told)},
        {"claim-values", of(&Checker::claim_values)},
        {"claim-trace", of(&Checker::claim_trace)},
        {"stake", of(&Checker::told)},
        {"epoch-output", of(&Checker::told)},
        {"sequencer-stake",
         [](const Json& e) { CHECK(to_hex(optimistic::stated_stake_script(e)) == e.at("script_pubkey")); }},
        {"graph", of(&Checker::told)},
        {"challenge", of(&Checker::challenge)},
        {"regtest-node", of(&Checker::told)}};
  }
};

}  // namespace

TEST_CASE("documents.md: every example is read or made again") {
  Checker checker;
  auto readers = checker.readers();
  CHECK(checker.all.size() >= readers.size());
  for (const auto& [type, section] : checker.all) {
    CAPTURE(type);
    CHECK_FALSE(section.examples.empty());
    auto reader = readers.find(type);
    REQUIRE_MESSAGE(reader != readers.end(), type);
    for (const Json& example : section.examples) {
      CHECK(document_type(example) == type);
      CHECK(example.at("version") == 1);
      try {
        reader->second(example);
      } catch (const Error& e) {
        FAIL_CHECK(type << ": " << e.code() << ": " << e.message() << " " << e.field());
      }
    }
  }
}

TEST_CASE("documents.md: every document that a program makes has a section") {
  Sections all = sections();
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test::source_folder() / "libcore")) {
    if (entry.path().extension() != ".cpp") continue;
    std::string text = file_text(entry.path()), start = "new_document(\"";
    for (std::size_t at = text.find(start); at != text.npos; at = text.find(start, at + 1)) {
      std::size_t name = at + start.size();
      std::string type = text.substr(name, text.find('"', name) - name);
      CHECK_MESSAGE(all.contains(type), type);
      ++found;
    }
  }
  CHECK(found > 20);
}
