#include <doctest/doctest.h>

#include "app/inspect/commands.hpp"
#include "bitcoin/block.hpp"
#include "bitcoin/interpreter.hpp"
#include "support/bridge_world.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

using Values = FakeOptions::Values;

/// A file of published JSON; skipped plainly when it is not there.
Json published(const char* name) {
  auto path = vectors_path(name);
  return parse_json(as_text(read_file(path)));
}

Json inspect(app::CommandFactory make, const std::string& input, Values values = {}) {
  FakePorts ports;
  ports.input = input;
  CHECK(run(make, ports, values) == Exit::ok);
  REQUIRE(ports.printed.size() == 1);
  CHECK(ports.last()["type"] == "pegkit/inspection");
  return ports.last();
}

/// The verdicts of `inspect verify`, and its exit code.
struct Verified {
  std::vector<Json> lines;
  Exit exit;
};
Verified verify(const std::string& input) {
  FakePorts ports;
  ports.input = input;
  Exit exit = run(app::inspect::verify_command, ports);
  return {ports.printed, exit};
}
Error verify_error(const std::string& input) {
  FakePorts ports;
  ports.input = input;
  return thrown([&] { run(app::inspect::verify_command, ports); }).value();
}

std::string output_hex(std::int64_t value, const std::string& script) {
  return to_hex(bitcoin::serialize(bitcoin::TxOut{Sat(value), from_hex(script)}));
}

/// One input that spends an output of a script, as a line of `inspect verify`.
Json line_of(const std::string& script_pubkey, const std::string& script_sig) {
  bitcoin::Transaction tx;
  tx.inputs.push_back({{bitcoin::Txid{}, 0}, from_hex(script_sig), 0, {}});
  tx.outputs.push_back({Sat(1), {0x51}});
  return {{"tx", to_hex(tx.serialize())}, {"prevouts", {output_hex(2, script_pubkey)}}, {"index", 0}};
}

}  // namespace

TEST_CASE("verify: what Bitcoin Core's feature_taproot made is valid, and its failures are not" *
          needs_vectors) {
  auto cases = published("core/taproot_spends.json");
  std::string successes, failures;
  for (const Json& one : cases) {
    Json line{
        {"tx", one["tx"]}, {"prevouts", one["prevouts"]}, {"index", one["index"]}, {"flags", one["flags"]}};
    auto with = [&](const Json& unlock) {
      line["script_sig"] = unlock["scriptSig"];
      line["witness"] = unlock["witness"];
      return line.dump() + "\n";
    };
    successes += with(one["success"]);
    if (one.contains("failure")) failures += with(one["failure"]);
  }
  auto good = verify(successes), bad = verify(failures);
  CHECK(good.exit == Exit::ok);
  CHECK(bad.exit == Exit::no);
  REQUIRE(good.lines.size() == cases.size());
  CHECK(bad.lines.size() > 150);
  for (std::size_t i = 0; i < good.lines.size(); ++i) {
    CAPTURE(cases[i]["comment"].get<std::string>());
    CHECK(good.lines[i] == Json{{"valid", true}});
  }
  for (const Json& line : bad.lines) {
    CHECK(line["valid"] == false);
    CHECK(std::ranges::count(std::vector{"", "OK"}, line.value("error", "")) == 0);
  }
}

TEST_CASE("verify: BIP341's signed transaction, under all flags, with the input's own scripts" *
          needs_vectors) {
  auto vectors = published("bips/bip341-wallet.json");
  const Json& one = vectors["keyPathSpending"][0];
  Json line{{"tx", one["auxiliary"]["fullySignedTx"]}, {"prevouts", Json::array()}};
  for (const Json& spent : one["given"]["utxosSpent"])
    line["prevouts"].push_back(
        output_hex(spent["amountSats"].get<std::int64_t>(), spent["scriptPubKey"].get<std::string>()));
  std::string lines;
  for (std::size_t i = 0; i < line["prevouts"].size(); ++i) {
    line["index"] = i;
    lines += line.dump() + "\n";
  }
  auto result = verify(lines);
  CHECK(result.exit == Exit::ok);
  CHECK(result.lines.size() == 9);

  // Another amount is signed over by every input of SIGHASH_DEFAULT.
  line["index"] = 4;
  line["prevouts"][4] = output_hex(1, one["given"]["utxosSpent"][4]["scriptPubKey"].get<std::string>());
  result = verify(line.dump());
  CHECK(result.exit == Exit::no);
  CHECK(result.lines == std::vector<Json>{{{"valid", false}, {"error", "SCHNORR_SIG"}}});
}

TEST_CASE("verify: errors by Bitcoin Core's names, flags, and scripts given beside the input's own") {
  CHECK(verify(line_of("51", "").dump()).exit == Exit::ok);
  auto error = [](const Json& line) { return verify(line.dump()).lines.at(0).value("error", "OK"); };
  CHECK(error(line_of("00", "")) == "EVAL_FALSE");
  CHECK(error(line_of("6a", "")) == "OP_RETURN");
  CHECK(error(line_of("935287", "51")) == "INVALID_STACK_OPERATION");
  CHECK(error(line_of("935287", "5151")) == "OK");
  CHECK(error(line_of("51", "51")) == "CLEANSTACK");
  Json unclean = line_of("51", "51");
  unclean["flags"] = "P2SH,WITNESS";
  CHECK(error(unclean) == "OK");
  unclean["flags"] = "";
  CHECK(error(unclean) == "OK");
  Json given = line_of("935287", "51");
  given["script_sig"] = "5151";
  CHECK(error(given) == "OK");
  given["witness"] = {"51"};
  CHECK(error(given) == "WITNESS_UNEXPECTED");
}

TEST_CASE("verify: lines that cannot be read") {
  std::string fine = line_of("51", "").dump() + "\n";
  auto at_third = [&](auto change) {
    Json line = line_of("51", "");
    change(line);
    // A blank line counts and is passed over.
    Error e = verify_error(fine + "\n" + line.dump() + "\n");
    CHECK(e.exit() == Exit::input);
    CHECK(e.message().starts_with("line 3: "));
    return e.code() + " " + e.field();
  };
  CHECK(at_third([](Json& j) { j.erase("tx"); }) == "json.missing tx");
  CHECK(at_third([](Json& j) { j["tx"] = "00"; }) == "tx.truncated tx");
  CHECK(at_third([](Json& j) { j["index"] = 1; }) == "verify.index index");
  CHECK(at_third([](Json& j) { j["index"] = -1; }) == "json.range index");
  CHECK(at_third([](Json& j) { j["prevouts"].push_back(j["prevouts"][0]); }) == "verify.prevouts prevouts");
  CHECK(at_third([](Json& j) { j["prevouts"] = {"0000"}; }).ends_with(" prevouts[0]"));
  CHECK(at_third([](Json& j) { j["flags"] = "P2SH,SOMETHING"; }) == "flags.unknown flags");
  CHECK(at_third([](Json& j) { j["witness"] = {"5"}; }) == "hex.invalid witness[0]");
  CHECK(at_third([](Json& j) { j["witnes"] = Json::array(); }).starts_with("json.unknown"));
  CHECK(verify_error("{").message().starts_with("line 1: "));
  CHECK(verify_error("").code() == "input.empty");
  CHECK(verify_error("\n \n").code() == "input.empty");
}

TEST_CASE("verify: verdicts come as the lines come") {
  FakePorts ports;
  std::size_t asked = 0;
  ports.line = [&]() -> std::optional<std::string> {
    CHECK(ports.printed.size() == asked);
    if (++asked > 3) return std::nullopt;
    return line_of("51", "").dump();
  };
  CHECK(run(app::inspect::verify_command, ports) == Exit::ok);
}

TEST_CASE("a mainnet block: every transaction, and every input whose coin is in the same block" *
          needs_vectors) {
  auto path = vectors_path("chain/mainnet-block-c835b2adcaedc20fdf6ee440009c249452c726dafae.raw");
  bitcoin::Block block = bitcoin::Block::parse(read_file(path));
  std::map<bitcoin::Txid, const bitcoin::Transaction*> by_id;
  std::string lines;
  std::size_t spends = 0, total = 0;
  for (const auto& tx : block.transactions) {
    std::string hex = to_hex(tx.serialize());
    Json shown = inspect(app::inspect::tx_command, hex + "\n", {{"--chain", "main"}});
    CHECK(shown["txid"] == tx.txid().display());
    CHECK(shown["coinbase"] == (&tx == &block.transactions[0]));
    CHECK(shown["inputs"].size() == tx.inputs.size());
    CHECK(shown["vsize"] == (shown["weight"].get<int>() + 3) / 4);
    total += shown["size"].get<std::size_t>();
    for (std::size_t i = 0; i < tx.outputs.size(); ++i) {
      const Json& output = shown["outputs"][i];
      CHECK(output["value_sat"] == tx.outputs[i].value.value());
      if (output.contains("address"))
        CHECK(bitcoin::parse_address(output["address"].get<std::string>(), bitcoin::Chain::main) ==
              tx.outputs[i].script_pubkey);
      else
        CHECK(std::ranges::count(std::vector{"nulldata", "multisig", "pubkey", "nonstandard"},
                                 output["script_kind"].get<std::string>()) == 1);
    }
    by_id[tx.txid()] = &tx;
    if (!std::ranges::all_of(tx.inputs, [&](const auto& in) { return by_id.contains(in.prevout.txid); }))
      continue;
    Json line{{"tx", hex}, {"prevouts", Json::array()}};
    for (const auto& in : tx.inputs)
      line["prevouts"].push_back(
          to_hex(bitcoin::serialize(by_id[in.prevout.txid]->outputs.at(in.prevout.vout))));
    line["flags"] = bitcoin::format_flags(bitcoin::consensus_flags);
    for (std::size_t i = 0; i < tx.inputs.size(); ++i, ++spends) {
      line["index"] = i;
      lines += line.dump() + "\n";
    }
  }
  CHECK(total == read_file(path).size() - 80 - 3);
  CHECK(spends > 100);
  auto result = verify(lines);
  CHECK(result.exit == Exit::ok);
  CHECK(result.lines.size() == spends);
}

TEST_CASE("tx: hex, raw bytes, and documents read the same") {
  bitcoin::Transaction tx;
  tx.inputs.push_back({{bitcoin::Txid{}, 7}, {0x51}, 0xfffffffd, {Bytes(64, 1)}});
  tx.outputs.push_back({Sat(5), bitcoin::op_return_script(from_hex("504b49540203"))});
  Bytes raw = tx.serialize();
  Json shown = inspect(app::inspect::tx_command, to_hex(raw));
  CHECK(shown["kind"] == "tx");
  CHECK(shown["inputs"][0]["outpoint"] == std::string(64, '0') + ":7");
  CHECK(shown["inputs"][0]["script_sig"] == "51");
  CHECK(shown["inputs"][0]["if_taproot"] == Json{{"path", "key"}, {"sighash_type", 0}});
  CHECK(shown["outputs"][0]["asm"] == "OP_RETURN 504b49540203");
  CHECK(shown["outputs"][0]["script_kind"] == "nulldata");
  CHECK_FALSE(shown["outputs"][0].contains("record"));
  CHECK(inspect(app::inspect::tx_command, "", {{"HEX", to_hex(raw)}}) == shown);
  CHECK(inspect(app::inspect::tx_command, " \t" + to_hex(raw) + "\r\n") == shown);
  CHECK(inspect(app::inspect::tx_command, std::string(raw.begin(), raw.end())) == shown);
  bridge::TransactionDocument document;
  document.tx = tx;
  CHECK(inspect(app::inspect::tx_command, document.to_json().dump(2)) == shown);

  Json with_record = inspect(app::inspect::tx_command, to_hex(raw), {{"--magic", "504b4954"}});
  CHECK(with_record["outputs"][0]["record"] == Json{{"kind", "payout"}, {"withdrawals", {3}}});

  auto code = [](const std::string& input, Values values = {}) {
    FakePorts ports;
    ports.input = input;
    return error_code([&] { run(app::inspect::tx_command, ports, values); });
  };
  CHECK(code("") == "input.empty");
  CHECK(code("\n") == "input.empty");
  CHECK(code("0100") == "tx.truncated");
  CHECK(code(to_hex(raw) + "00") == "tx.trailing");
  CHECK(code("hello") == "hex.invalid");
  CHECK(code(to_hex(raw), {{"--magic", "504b49"}}) != "");
  CHECK(code(to_hex(raw), {{"--chain", "mainnet"}}) == "usage");
}

TEST_CASE("tx: taproot witnesses by their shape") {
  auto deposit = BridgeWorld().make_deposit(1);
  bitcoin::Transaction tx;
  tx.outputs.push_back({Sat(5), {}});
  auto reading = [&](bitcoin::Witness witness) {
    tx.inputs.assign(1, {{}, {}, 0, std::move(witness)});
    return inspect(app::inspect::tx_command, to_hex(tx.serialize()))["inputs"][0].value("if_taproot", Json());
  };
  Json leaf = reading({Bytes(64, 1), deposit.refund_script(), deposit.refund_control_block()});
  CHECK(leaf["path"] == "leaf");
  CHECK(leaf["leaf_script"] == to_hex(deposit.refund_script()));
  CHECK(leaf["leaf_hash"] == to_hex(deposit.refund_leaf_hash()));
  CHECK(leaf["control_block"]["internal_key"] == to_hex(deposit.custody().internal_key()));
  CHECK(leaf["control_block"]["leaf_version"] == 192);
  CHECK(leaf["control_block"]["path"].size() == 1);
  CHECK(reading({Bytes(65, 3), Bytes(9, 0x50)}) ==
        Json{{"path", "key"}, {"sighash_type", 3}, {"annex", "505050505050505050"}});
  CHECK(reading({Bytes(63, 1)}) == Json());
  CHECK(reading({Bytes(72, 1), Bytes(33, 2)})["path"] == "leaf");  // P2WPKH looks like a leaf at depth 0
  CHECK(reading({Bytes(72, 1), Bytes(34, 2)}) == Json());
  CHECK(reading({{}, {}}) == Json());
}

TEST_CASE("script: BIP341's scripts, leaves and addresses" * needs_vectors) {
  auto vectors = published("bips/bip341-wallet.json");
  for (const Json& one : vectors["scriptPubKey"]) {
    const Json& expected = one["expected"];
    Json shown = inspect(app::inspect::script_command, expected["scriptPubKey"].get<std::string>());
    CHECK(shown["kind"] == "script");
    CHECK(shown["script_kind"] == "witness_v1_taproot");
    CHECK(shown["addresses"]["main"] == expected["bip350Address"]);
    std::string address = expected["bip350Address"];
    CHECK(inspect(app::inspect::address_command, address)["script"] == expected["scriptPubKey"]);
    std::function<void(const Json&)> leaves = [&](const Json& node) {
      if (node.is_array())
        for (const Json& child : node) leaves(child);
      else if (node.is_object() && node["leafVersion"] == 192)
        CHECK(inspect(app::inspect::script_command, node["script"].get<std::string>())["leaf_hash"] ==
              one["intermediary"]["leafHashes"][node["id"].get<std::size_t>()]);
    };
    leaves(one["given"]["scriptTree"]);
  }
}

TEST_CASE("address: key_io_valid.json and key_io_invalid.json" * needs_vectors) {
  auto valid = published("core/key_io_valid.json");
  auto invalid = published("core/key_io_invalid.json");
  std::size_t addresses = 0;
  for (const Json& one : valid) {
    FakePorts ports;
    std::string text = one[0];
    CAPTURE(text);
    if (one[2]["isPrivkey"] == true) {
      CHECK(error_exit([&] {
              run(app::inspect::address_command, ports, {{"ADDRESS", text}});
            }) == Exit::input);
      continue;
    }
    Json shown = inspect(app::inspect::address_command, text + "\n");
    CHECK(shown["script"] == one[1]);
    CHECK(std::ranges::count(shown["chains"], one[2]["chain"]) == 1);
    ++addresses;
  }
  CHECK(addresses > 40);
  for (const Json& one : invalid) {
    FakePorts ports;
    std::string text = one[0];
    CAPTURE(text);
    Exit exit = error_exit([&] { run(app::inspect::address_command, ports, {{"ADDRESS", text}}); });
    CHECK(exit == Exit::input);
  }
}

TEST_CASE("address: chains that share a form, and forms of none") {
  auto chains = [](const std::string& text) {
    return inspect(app::inspect::address_command, text)["chains"];
  };
  CHECK(chains("1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo") == Json{"main"});
  CHECK(chains("mzK2FFDEhxqHcmrJw1ysqFkVyhUULo45hZ") == Json{"test", "testnet4", "signet", "regtest"});
  auto script = bitcoin::p2wpkh_script(secret_of(1).public_key());
  CHECK(chains(*bitcoin::script_address(script, bitcoin::Chain::signet)) ==
        Json{"test", "testnet4", "signet"});
  CHECK(chains(*bitcoin::script_address(script, bitcoin::Chain::regtest)) == Json{"regtest"});
}

TEST_CASE("script: words and back, hashes, kinds") {
  Json shown = inspect(app::inspect::script_command, "93528751");
  CHECK(shown["asm"] == "OP_ADD 2 OP_EQUAL 1");
  CHECK(shown["size"] == 4);
  CHECK_FALSE(shown.contains("addresses"));
  CHECK(inspect(app::inspect::script_command, "OP_ADD 2 OP_EQUAL 1", {{"--asm", ""}}) == shown);

  Json keyhash =
      inspect(app::inspect::script_command, "", {{"HEX", "0014751e76e8199196d454941c45d1b3a323f1433bd6"}});
  CHECK(keyhash["addresses"]["main"] == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");  // BIP173
  CHECK(keyhash["addresses"]["test"] == "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx");

  // Bytes that are no text, and bytes that begin with the value of a space.
  std::string key(32, '\x7f');
  Json raw = inspect(app::inspect::script_command, "\x20" + key + "\xac");
  CHECK(raw["script"] == "20" + to_hex(as_bytes(key)) + "ac");
  CHECK(raw["sigops"] == 1);
  Json cut = inspect(app::inspect::script_command, "4c05aa");
  CHECK(cut["script"] == "4c05aa");
  CHECK(cut["script_kind"] == "nonstandard");

  auto code = [](const std::string& input, Values values) {
    FakePorts ports;
    ports.input = input;
    return error_code([&] { run(app::inspect::script_command, ports, values); });
  };
  CHECK(code("", {{"HEX", "5"}}) == "hex.invalid");
  CHECK(code("", {{"HEX", "OP_NOTHING"}, {"--asm", ""}}) == "script.asm");
  CHECK(code("", {}) == "input.empty");
}

TEST_CASE("psbt: all forms of input read the same, and say what is spent and paid") {
  BridgeWorld world;
  bitcoin::Transaction tx;
  tx.inputs.push_back({{bitcoin::Txid{}, 1}, {}, 0xfffffffd, {}});
  tx.inputs.push_back({{bitcoin::Txid{}, 2}, {}, 0xfffffffd, {}});
  tx.outputs.push_back({Sat(90'000), BridgeWorld::script_of(3)});
  auto psbt = bitcoin::Psbt::from_transaction(tx);
  auto path = bridge::SpendPath::leaf({0, 2});
  world.custody.spend(path).fill(psbt.inputs[0], {Sat(60'000), world.custody.script_pubkey()});
  psbt.inputs[0].other[{0xf0, 1}] = {9};
  Json open = inspect(app::inspect::psbt_command, psbt.base64());
  CHECK(open["kind"] == "psbt");
  CHECK(open["txid"] == psbt.tx.txid().display());
  CHECK_FALSE(open.contains("fee_sat"));
  CHECK_FALSE(open["inputs"][1].contains("spends"));

  world.custody.spend(path).fill(psbt.inputs[1], {Sat(40'000), world.custody.script_pubkey()});
  Json shown = inspect(app::inspect::psbt_command, psbt.base64() + "\n", {{"--chain", "regtest"}});
  CHECK(shown["fee_sat"] == 10'000);
  CHECK(shown["outputs"][0]["address"] ==
        *bitcoin::script_address(BridgeWorld::script_of(3), bitcoin::Chain::regtest));
  const Json& input = shown["inputs"][0];
  CHECK(input["spends"]["value_sat"] == 60'000);
  CHECK(input["spends"]["address"] == world.custody.address(bitcoin::Chain::regtest));
  CHECK(input["leaves"][0]["script"] == to_hex(world.custody.leaf(0).script));
  CHECK(input["leaves"][0]["control_block"] == to_hex(world.custody.leaf_control_block(0)));
  CHECK(input["internal_key"] == to_hex(world.custody.internal_key()));
  CHECK(input["unknown_fields"] == 1);
  CHECK(input["signatures"].empty());

  Bytes raw = psbt.serialize();
  Values chain = {{"--chain", "regtest"}};
  CHECK(inspect(app::inspect::psbt_command, std::string(raw.begin(), raw.end()), chain) == shown);
  CHECK(inspect(app::inspect::psbt_command, to_hex(raw), chain) == shown);
  bridge::PsbtDocument document{psbt, {}, std::nullopt, std::nullopt};
  CHECK(inspect(app::inspect::psbt_command, document.to_json().dump(), chain) == shown);

  document.spend = path;
  document.custody = world.custody;
  auto signatures =
      inspect(app::inspect::psbt_command, world.sign(document.to_json()).dump())["inputs"][1]["signatures"];
  REQUIRE(signatures.size() == 2);
  CHECK(signatures[0]["path"] == "leaf");
  CHECK(signatures[0]["leaf_hash"] == to_hex(bitcoin::tapleaf_hash(world.custody.leaf(0).script)));

  auto code = [](const std::string& text) {
    FakePorts ports;
    ports.input = text;
    return error_code([&] { run(app::inspect::psbt_command, ports); });
  };
  CHECK(code("cHNidP8=") == "psbt.truncated");
  CHECK(code("70736274ff") == "psbt.truncated");
  CHECK(code("hello") != "");
  CHECK(code("{}") != "");
  CHECK(code("") == "input.empty");
}

TEST_CASE("psbt: amounts that do not add up are still shown") {
  bitcoin::Transaction tx;
  tx.inputs.assign(2, {{bitcoin::Txid{}, 1}, {}, 0, {}});
  tx.inputs[1].prevout.vout = 2;
  tx.outputs.push_back({Sat(5), {0x51}});
  auto psbt = bitcoin::Psbt::from_transaction(tx);
  for (auto& input : psbt.inputs) input.witness_utxo = {{Sat(INT64_MAX), {0x51}}};
  Json shown = inspect(app::inspect::psbt_command, psbt.base64());
  CHECK(shown["inputs"][1]["spends"]["value_sat"] == INT64_MAX);
  CHECK_FALSE(shown.contains("fee_sat"));
}
