#include <doctest/doctest.h>
#include <fstream>

#include "app/musig_round/commands.hpp"
#include "app/musig_round/fixture.hpp"
#include "bridge/custody.hpp"
#include "bridge/deposit.hpp"
#include "bridge/mint.hpp"
#include "signing/documents.hpp"
#include "support/process.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

const std::vector<std::size_t> everybody{0, 1, 2, 3, 4}, three{0, 2, 4};

/// Two rounds up to the nonces, over two messages and the leaf of 0, 2, 4.
struct Prepared : Custodians {
  Prepared() : Custodians(three_of_five()) {
    options = {{"--signers", "0,2,4"}};
    set_request(messages_document(2));
    for (std::size_t i : three) documents.push_back(nonce(i));
    nonces = lines(documents);
  }
  static std::string lines(const std::vector<Json>& documents) {
    std::string out;
    for (const Json& document : documents) out += document.dump() + "\n";
    return out;
  }
  std::string sign_code(std::size_t i, const std::string& text) {
    return error_code([&] { sign(i, text); });
  }
  std::vector<Json> documents;
  std::string nonces;
};

}  // namespace

TEST_CASE("keyagg gives the keys in KeySort order and their aggregate") {
  FakePorts ports;
  bridge::Custody custody = three_of_five();
  ports.files["custody.json"] = custody.to_json().dump();
  REQUIRE(run(app::musig_round::keyagg_command, ports, {{"--custody", "custody.json"}}) == Exit::ok);
  CHECK(ports.last()["type"] == "pegkit/keyagg");
  CHECK(ports.last()["xonly"] == to_hex(custody.internal_key()));
  CHECK(ports.last()["path"] == "key");
  CHECK(std::ranges::is_sorted(ports.last()["keys"].get<std::vector<std::string>>()));

  REQUIRE(run(app::musig_round::keyagg_command, ports,
              {{"--custody", "custody.json"}, {"--signers", "0,2,4"}}) == Exit::ok);
  CHECK(ports.last()["xonly"] == to_hex(custody.spend(bridge::SpendPath::leaf({0, 2, 4})).key));
  Json subset = ports.last();

  SUBCASE("its document, and keys line by line, are key sets again") {
    ports.files["keyagg.json"] = subset.dump();
    REQUIRE(run(app::musig_round::keyagg_command, ports, {{"--keys", "keyagg.json"}}) == Exit::ok);
    CHECK(ports.last()["aggregate"] == subset["aggregate"]);
    CHECK_FALSE(ports.last().contains("path"));
    for (std::size_t i : {4, 0, 2}) ports.files["keys.txt"] += to_hex(custody.keys()[i]) + "\n";
    REQUIRE(run(app::musig_round::keyagg_command, ports, {{"--keys", "keys.txt"}}) == Exit::ok);
    CHECK(ports.last()["aggregate"] == subset["aggregate"]);
  }
  SUBCASE("a keyagg document whose aggregate is not that of its keys is refused") {
    subset["aggregate"] = to_hex(custody.keys()[0]);
    ports.files["keyagg.json"] = subset.dump();
    CHECK(error_code([&] {
            run(app::musig_round::keyagg_command, ports, {{"--keys", "keyagg.json"}});
          }) == "document.derived");
  }
  SUBCASE("what makes no key set") {
    auto code = [&](FakeOptions::Values values) {
      return error_code([&] { run(app::musig_round::keyagg_command, ports, std::move(values)); });
    };
    ports.files["same.txt"] = to_hex(custody.keys()[0]) + "\n" + to_hex(custody.keys()[0]) + "\n";
    CHECK(code({{"--keys", "same.txt"}}) == "custody.keys");
    ports.files["empty.txt"] = "\n";
    CHECK(code({{"--keys", "empty.txt"}}) == "custody.keys");
    ports.files["off.txt"] = "02" + std::string(64, '0') + "\n";
    CHECK(code({{"--keys", "off.txt"}}) == "key.invalid");
    CHECK(code({}) == "usage");
    CHECK(code({{"--custody", "custody.json"}, {"--keys", "same.txt"}}) == "usage");
    CHECK(code({{"--custody", "custody.json"}, {"--signers", "0,2"}}) == "custody.signers");
    CHECK(code({{"--custody", "custody.json"}, {"--signers", "0,2,x"}}) == "usage");
    CHECK(code({{"--custody", "custody.json"}, {"--signers", "0,2,5"}}) == "custody.signers");
    CHECK(code({{"--custody", "custody.json"}, {"--path", "leaf"}}) == "usage");
    CHECK(code({{"--custody", "custody.json"}, {"--path", "recovery"}}) == "custody.path");
  }
}

TEST_CASE("messages: all of the key path, and a subset") {
  Custodians group(three_of_five());
  group.set_request(messages_document(3));
  std::vector<std::size_t> who = everybody;
  crypto::XOnlyKey key = group.custody.internal_key();
  SUBCASE("all") {}
  SUBCASE("a subset") {
    group.options = {{"--signers", "0,2,4"}};
    who = three;
    key = group.custody.spend(bridge::SpendPath::leaf({0, 2, 4})).key;
  }
  Json result = group.all_rounds(who);
  signing::SignatureDocument signature = signing::SignatureDocument::parse(result);
  CHECK(signature.key == key);
  REQUIRE(signature.signatures.size() == 3);
  for (const auto& one : signature.signatures) CHECK(crypto::schnorr_verify(key, one.message, one.signature));
  group.all.files["signature.json"] = result.dump();
  CHECK(run(app::musig_round::verify_command, group.all,
            {{"DOCUMENT", "signature.json"},
             {"--custody", "custody.json"},
             {"--path", who.size() == 5 ? "key" : "leaf"},
             {"--signers", who.size() == 5 ? "" : "0,2,4"}}) == Exit::ok);
  CHECK(group.all.last()["valid"] == true);
}

TEST_CASE("one message on the command line, keys without a custody") {
  Custodians group(three_of_five());
  std::string keys;
  for (std::size_t i : {0, 1}) keys += to_hex(group.custody.keys()[i]) + "\n";
  group.set_file("keys.txt", keys);
  FakeOptions::Values request{{"--keys", "keys.txt"}, {"--message", std::string(64, 'a')}};
  auto with = [&](FakeOptions::Values more) {
    more.insert(more.end(), request.begin(), request.end());
    return more;
  };
  std::string nonces, partials;
  for (std::size_t i : {0, 1}) {
    run(app::musig_round::nonce_command, *group.parties[i], request);
    nonces += group.parties[i]->last().dump() + "\n";
  }
  for (std::size_t i : {0, 1}) {
    group.parties[i]->files["nonces"] = nonces;
    run(app::musig_round::sign_command, *group.parties[i], with({{"--nonces", "nonces"}}));
    partials += group.parties[i]->last().dump() + "\n";
  }
  group.all.files["nonces"] = nonces;
  group.all.files["partials"] = partials;
  REQUIRE(run(app::musig_round::combine_command, group.all,
              with({{"--nonces", "nonces"}, {"--partials", "partials"}})) == Exit::ok);
  CHECK(group.all.last()["type"] == "pegkit/signature");
  CHECK(error_code([&] { run(app::musig_round::nonce_command, *group.parties[2], request); }) ==
        "signer.unknown");
  CHECK(error_code([&] {
          run(app::musig_round::nonce_command, *group.parties[0],
              {{"--keys", "keys.txt"}, {"--message", "aa"}});
        }) == "hex.length");
}

TEST_CASE("a mint comes back signed as the contract takes it") {
  Custodians group(three_of_five());
  group.options = {{"--signers", "0,2,4"}};
  bridge::Deposit deposit = bridge::Deposit::make(group.custody, fixture::recipient(),
                                                  crypto::xonly(fixture::secret(90).public_key()), 144);
  deposit.funding = bridge::Deposit::Funding{{}, Sat(70'000)};
  bridge::Mint mint = bridge::Mint::of(deposit, fixture::params());
  group.set_request(mint.to_json());
  bridge::Mint made = bridge::Mint::parse(group.all_rounds(three));
  REQUIRE(made.signature);
  CHECK(made.signature->verify(group.custody, mint.message()));
  CHECK(group.parties[0]->said_something_with("0.00070000 BTC"));
}

TEST_CASE("the order of nonces and partials does not matter") {
  Prepared group;
  std::string backwards = Prepared::lines({group.documents[2], group.documents[0], group.documents[1]});
  std::string partials = group.sign(4, backwards).dump() + "\n" + group.sign(0, group.nonces).dump() + "\n" +
                         group.sign(2, backwards).dump() + "\n";
  CHECK(group.combine(backwards, partials)["type"] == "pegkit/signature");
}

TEST_CASE("sign takes the nonces of every signer once, of this session") {
  Prepared group;
  std::vector<Json> d = group.documents;
  CHECK(group.sign_code(0, Prepared::lines({d[0], d[1]})) == "nonce.missing");
  CHECK(error_exit([&] { group.sign(0, Prepared::lines({d[0], d[1]})); }) == Exit::not_ready);
  CHECK(group.sign_code(0, Prepared::lines({d[0], d[1], d[2], d[1]})) == "nonce.duplicate");

  SUBCASE("a stranger's") {
    Json stranger = d[2];
    stranger["signer"] = to_hex(group.custody.keys()[1]);
    CHECK(group.sign_code(0, Prepared::lines({d[0], d[1], stranger})) == "signer.unknown");
  }
  SUBCASE("another session's") {
    group.set_request(messages_document(3));
    Json other = group.nonce(4);
    group.set_request(messages_document(2));
    CHECK(group.sign_code(0, Prepared::lines({d[0], d[1], other})) == "session.mismatch");
  }
  SUBCASE("too few, or no points") {
    Json few = d[2], off = d[2];
    few["nonces"].erase(1);
    CHECK(group.sign_code(0, Prepared::lines({d[0], d[1], few})) == "nonce.count");
    off["nonces"][1] = std::string(132, '0');
    CHECK(group.sign_code(0, Prepared::lines({d[0], d[1], off})) == "musig.nonce");
  }
  SUBCASE("own ones that are not the stored") {
    Json own = d[0];
    own["nonces"][0] = d[1]["nonces"][0];
    CHECK(group.sign_code(0, Prepared::lines({own, d[1], d[2]})) == "nonce.unknown");
    Json other_run = d[0];
    other_run["run"] = d[1]["run"];
    CHECK(group.sign_code(0, Prepared::lines({other_run, d[1], d[2]})) == "nonce.unknown");
  }
  // None of this spent the nonces.
  CHECK(group.sign_code(0, group.nonces).empty());
}

TEST_CASE("a repeat gives the recorded answer, anything else is refused") {
  Prepared group;
  Json first = group.sign(0, group.nonces);
  group.parties[0]->close();
  CHECK(group.sign(0, group.nonces) == first);

  Json newer = group.nonce(2);
  std::string changed = Prepared::lines({group.documents[0], newer, group.documents[2]});
  CHECK(group.sign_code(0, changed) == "nonce.used");
  CHECK(error_exit([&] { group.sign(0, changed); }) == Exit::refused);
  CHECK(group.sign(0, group.nonces) == first);
}

TEST_CASE("the same nonces for another message are refused") {
  Prepared group;
  Json relabelled = messages_document(2);
  relabelled["messages"][0] = std::string(64, 'f');
  group.set_request(relabelled);
  // Even when every document is relabelled to the new session.
  std::vector<Json> documents;
  for (std::size_t i : three) documents.push_back(group.nonce(i));
  for (std::size_t i = 0; i < 3; ++i) {
    documents[i]["nonces"] = group.documents[i]["nonces"];
    documents[i]["run"] = group.documents[i]["run"];
  }
  CHECK(group.sign_code(0, Prepared::lines(documents)) == "nonce.unknown");
}

TEST_CASE("a process killed after the nonce was taken has spent it") {
  Prepared group;
  FakePorts& party = *group.parties[0];
  party.close();
  ProcessResult child = run_child([&] {
    // The answer is on its way when the process dies: nothing was recorded but the use of the nonce.
    party.database().execute(
        "CREATE TRIGGER killed BEFORE UPDATE OF result ON nonce_sessions BEGIN SELECT RAISE(ABORT, "
        "'killed'); END");
    party.files["nonces"] = group.nonces;
    try {
      run(app::musig_round::sign_command, party, group.with({{"--nonces", "nonces"}}));
    } catch (const Error&) {
      ::_exit(9);
    }
    return 0;
  });
  REQUIRE(child.code == 9);
  party.database().execute("DROP TRIGGER killed");
  CHECK(group.sign_code(0, group.nonces) == "nonce.used");
  CHECK(error_exit([&] { group.sign(0, group.nonces); }) == Exit::refused);
}

TEST_CASE("a store put back from a backup voids its open nonces") {
  Prepared group;
  FakePorts& party = *group.parties[0];
  party.close();
  std::string file = (party.directory() / "pegkit.sqlite").string();
  for (const char* part : {"", "-wal", "-shm"})
    if (std::filesystem::exists(file + part))
      std::filesystem::copy_file(file + part, file + ".backup" + part);
  group.sign(0, group.nonces);
  group.nonce(0);
  party.close();
  for (const char* part : {"", "-wal", "-shm"}) {
    std::filesystem::remove(file + part);
    if (std::filesystem::exists(file + ".backup" + part))
      std::filesystem::rename(file + ".backup" + part, file + part);
  }
  CHECK(group.sign_code(0, group.nonces) == "nonce.void");
  CHECK(party.said_something_with("backup"));
}

TEST_CASE("combine names who sent a bad partial signature, and who is missing") {
  Prepared group;
  std::vector<Json> partials;
  for (std::size_t i : three) partials.push_back(group.sign(i, group.nonces));
  auto failure = [&](const std::vector<Json>& documents) {
    return thrown([&] { group.combine(group.nonces, Prepared::lines(documents)); }).value();
  };
  SUBCASE("bad") {
    std::string hex = partials[1]["partials"][1];
    hex[20] = hex[20] == '0' ? '1' : '0';
    partials[1]["partials"][1] = hex;
    Error e = failure(partials);
    CHECK(e.code() == "partial.invalid");
    CHECK(e.exit() == Exit::input);
    CHECK(e.message().find("signer 2 (" + to_hex(group.custody.keys()[2])) != std::string::npos);
    CHECK(e.message().find("message 1") != std::string::npos);
  }
  SUBCASE("another signer's under one's own name") {
    partials[1]["partials"] = partials[0]["partials"];
    CHECK(failure(partials).code() == "partial.invalid");
  }
  SUBCASE("not a scalar") {
    partials[1]["partials"][0] = std::string(64, 'f');
    CHECK(failure(partials).code() == "partial.invalid");
  }
  SUBCASE("under other nonces") {
    partials[1]["nonces_hash"] = std::string(64, '0');
    CHECK(failure(partials).message().find("other nonces") != std::string::npos);
  }
  SUBCASE("missing") {
    Error e = failure({partials[0], partials[2]});
    CHECK(e.code() == "partial.missing");
    CHECK(e.exit() == Exit::not_ready);
    CHECK(e.message().find("signer 2 (") != std::string::npos);
  }
  SUBCASE("a bad one is named even when another is missing") {
    partials[0]["partials"][0] = std::string(64, '1');
    CHECK(failure({partials[0], partials[2]}).message().find("signer 0 (") != std::string::npos);
  }
  SUBCASE("twice") {
    CHECK(failure({partials[0], partials[1], partials[1], partials[2]}).code() == "partial.duplicate");
  }
  SUBCASE("a stranger's") {
    partials[1]["signer"] = to_hex(group.custody.keys()[1]);
    CHECK(failure(partials).code() == "signer.unknown");
  }
}

TEST_CASE("verify judges one signer's part") {
  Prepared group;
  Json partial = group.sign(2, group.nonces);
  group.all.files["nonces"] = group.nonces;
  auto verify = [&] {
    group.all.files["partial.json"] = partial.dump();
    return run(app::musig_round::verify_command, group.all,
               group.with({{"DOCUMENT", "partial.json"}, {"--nonces", "nonces"}}));
  };
  CHECK(verify() == Exit::ok);
  CHECK(group.all.last() == Json{{"valid", true}});
  SUBCASE("changed") {
    partial["partials"][0] = std::string(64, '2');
  }
  SUBCASE("of another session") {
    partial["session"] = std::string(64, '2');
  }
  SUBCASE("of a stranger") {
    partial["signer"] = to_hex(group.custody.keys()[3]);
  }
  SUBCASE("too short") {
    partial["partials"].erase(0);
  }
  CHECK(verify() == Exit::no);
  CHECK(group.all.last()["valid"] == false);
  CHECK_FALSE(group.all.last()["reason"].get<std::string>().empty());
}

TEST_CASE("verify agrees with BIP340's vectors" * needs_vectors) {
  auto path = vectors_path("bips/bip340.csv");
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  int seen = 0;
  while (std::getline(file, line)) {
    std::vector<std::string> cell;
    for (std::size_t at = 0, end; at <= line.size(); at = end + 1) {
      end = std::min(line.find(',', at), line.size());
      cell.push_back(line.substr(at, end - at));
    }
    if (cell[4].size() != 64) continue;
    Json document = new_document("signature");
    document["key"] = cell[2];
    document["signatures"] = Json::array({Json{{"message", cell[4]}, {"signature", cell[5]}}});
    FakePorts ports;
    ports.input = document.dump();
    ++seen;
    if (!crypto::is_valid_xonly(from_hex(cell[2])))
      CHECK(error_code([&] {
              run(app::musig_round::verify_command, ports, {{"DOCUMENT", "-"}});
            }) == "key.invalid");
    else
      CHECK_MESSAGE(run(app::musig_round::verify_command, ports, {{"DOCUMENT", "-"}}) ==
                        (cell[6] == "TRUE" ? Exit::ok : Exit::no),
                    cell[0]);
  }
  CHECK(seen >= 15);
}

TEST_CASE("ugly requests") {
  Custodians group(three_of_five());
  auto code = [&](const std::string& text) {
    group.set_file("request.json", text);
    return error_code([&] { group.nonce(0); });
  };
  CHECK(code("") == "json.empty");
  CHECK(code("{") == "json.syntax");
  CHECK(code(R"({"type":"pegkit/custody","version":1})") == "document.type");
  CHECK(code(R"({"type":"pegkit/messages","version":2,"messages":[]})") == "document.version");
  CHECK(code(R"({"type":"pegkit/messages","version":1,"messages":[]})") == "json.range");
  CHECK(code(R"({"type":"pegkit/messages","version":1,"messages":["00"]})") == "hex.length");
  CHECK(code(R"({"type":"pegkit/messages","version":1,"messages":[1]})") == "json.type");
  Json extra = messages_document(1);
  extra["extra"] = 1;
  CHECK(code(extra.dump()) == "json.unknown");
  CHECK_FALSE(code("not base64!").empty());
  CHECK_FALSE(code("cHNidP8=").empty());
  CHECK(group.parties[0]->printed.empty());
}
