#include "bridge/spv.hpp"

#include <doctest/doctest.h>

#include "app/peg_in/commands.hpp"
#include "app/verify_proof/commands.hpp"
#include "bitcoin/header_chain.hpp"
#include "support/bridge_world.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

using Values = FakeOptions::Values;

constexpr std::uint32_t first_height = 832'001;  // of the headers' file
constexpr std::int64_t later = 1'800'000'000;    // than all of its headers

Bytes published(const char* name) {
  auto path = vectors_path(name);
  return read_file(path);
}
Bytes mainnet_headers() {
  return published("chain/mainnet-headers-832000-833096.bin");
}

/// The verdict document, its exit code checked against it.
Json verdict_of(FakePorts& ports, const std::function<Exit()>& command) {
  Exit exit = command();
  Json out = ports.last();
  CHECK(out["type"] == "pegkit/verdict");
  CHECK(exit == (out["valid"] == true ? Exit::ok : Exit::no));
  CHECK(out.contains("reason") == (out["valid"] == false));
  return out;
}
Json verify_headers(const std::string& input, std::uint32_t first = first_height, std::int64_t time = later,
                    bitcoin::Chain chain = bitcoin::Chain::main) {
  FakePorts ports;
  ports.input = input;
  ports.time = time;
  ports.on_chain = chain;
  return verdict_of(ports, [&] {
    return run(app::verify_proof::headers_command, ports, {{"--first-height", std::to_string(first)}});
  });
}
Json verify_headers(const Bytes& raw, std::uint32_t first = first_height, std::int64_t time = later) {
  return verify_headers(std::string(raw.begin(), raw.end()), first, time);
}

struct SpvCheck {
  bitcoin::Chain chain = bitcoin::Chain::main;
  std::string headers;  ///< for --headers
  Values values;
  Json operator()(const Json& proof) const {
    FakePorts ports;
    ports.on_chain = chain;
    ports.time = later;
    ports.input = proof.dump();
    ports.files["headers"] = headers;
    Values all = values;
    if (!headers.empty()) all.push_back({"--headers", "headers"});
    return verdict_of(ports, [&] { return run(app::verify_proof::spv_command, ports, all); });
  }
};

/// Replaces an element of a JSON document and gives the copy.
template <class Change>
Json changed(Json document, Change change) {
  change(document);
  return document;
}

/// Some txid's first hex digit replaced by another one.
std::string altered(const Json& hex) {
  std::string out = hex;
  out[0] = out[0] == '0' ? '1' : '0';
  return out;
}

struct MainnetBlock {
  std::vector<bitcoin::Txid> txids;
  std::vector<bitcoin::Transaction> txs;
  bitcoin::Header header;
  explicit MainnetBlock(const Bytes& raw) {
    header = bitcoin::scan_block(raw, [&](const bitcoin::Transaction& tx, ByteView, const bitcoin::Txid& id) {
               txs.push_back(tx);
               txids.push_back(id);
             }).header;
  }
  Json proof(std::size_t position) const {
    return bridge::SpvProof::build(bitcoin::Chain::main, 1, header, txids, txs.at(position)).to_json();
  }
};

}  // namespace

TEST_CASE("headers: 1,097 of mainnet, across a retarget whose period began before them" * needs_vectors) {
  auto raw = mainnet_headers();
  Json verdict = verify_headers(raw);
  CHECK(verdict["valid"] == true);
  CHECK(verdict["first_height"] == first_height);
  CHECK(verdict["headers"] == 1097);
  CHECK(verdict["unchecked_retargets"] == Json{832'608});
  CHECK(verdict["tip"] == bitcoin::Header::parse(ByteView(raw).last(80)).hash().display());
  bitcoin::U256 work;
  for (std::size_t at = 0; at < raw.size(); at += 80)
    work = add(work, bitcoin::work_of(bitcoin::Header::parse(ByteView(raw).subspan(at, 80)).bits));
  CHECK(verdict["work"] == to_hex(work));

  CHECK(verify_headers(to_hex(raw)) == verdict);
  std::string lines;
  for (std::size_t at = 0; at < raw.size(); at += 80) lines += to_hex(ByteView(raw).subspan(at, 80)) + "\r\n";
  CHECK(verify_headers(lines) == verdict);
}

TEST_CASE("headers: an altered header is not valid, with the reason and the height" * needs_vectors) {
  auto raw = mainnet_headers();
  auto reason = [&](std::size_t index, std::size_t byte) {
    Bytes data = raw;
    data[index * 80 + byte] ^= 1;
    Json verdict = verify_headers(data);
    CHECK(verdict["valid"] == false);
    return verdict.value("reason", "");
  };
  for (std::size_t byte = 0; byte < 80; byte += 7) CHECK(reason(500, byte) == "height 832501: high-hash");
  CHECK(reason(0, 79) == "height 832001: high-hash");
  CHECK(reason(1096, 0) == "height 833097: high-hash");
  Bytes gap = raw;
  gap.erase(gap.begin() + 80 * 300, gap.begin() + 80 * 301);
  CHECK(verify_headers(gap)["reason"] == "height 832301: prev-blk-not-found");
  Bytes swapped = raw;
  std::swap_ranges(swapped.begin() + 80 * 10, swapped.begin() + 80 * 11, swapped.begin() + 80 * 11);
  CHECK(verify_headers(swapped)["reason"] == "height 832011: prev-blk-not-found");
}

TEST_CASE("headers: a wrong first height shows at the retarget" * needs_vectors) {
  auto raw = mainnet_headers();
  CHECK(verify_headers(raw, first_height - 1)["reason"] == "height 832607: bad-diffbits");
  CHECK(verify_headers(raw, first_height + 1)["reason"] == "height 832609: bad-diffbits");
  CHECK(verify_headers(raw, 0)["reason"] == "height 0: bad-genesis");
  Bytes none_across(raw.begin(), raw.begin() + 80 * 600);
  CHECK(verify_headers(none_across)["unchecked_retargets"] == Json::array());
}

TEST_CASE("headers: none may be more than two hours ahead" * needs_vectors) {
  auto raw = mainnet_headers();
  std::uint32_t time = bitcoin::Header::parse(ByteView(raw).last(80)).time;
  CHECK(verify_headers(raw, first_height, time)["valid"] == true);
  CHECK(verify_headers(raw, first_height, time - 100'000)["reason"].get<std::string>().ends_with(
      "time-too-new"));
}

TEST_CASE("headers: input that is none") {
  auto code = [](const std::string& input) {
    FakePorts ports;
    ports.input = input;
    CHECK(error_exit([&] {
            FakePorts again;
            again.input = input;
            run(app::verify_proof::headers_command, again, {{"--first-height", "0"}});
          }) == Exit::input);
    return error_code([&] { run(app::verify_proof::headers_command, ports, {{"--first-height", "0"}}); });
  };
  CHECK(code("") == "input.empty");
  CHECK(code(" \n") == "input.empty");
  CHECK(code("0011") == "headers.length");
  CHECK(code("not hex") == "hex.invalid");
  CHECK(code(std::string(79, '\1')) == "headers.length");
}

TEST_CASE("headers: a whole chain from genesis") {
  BridgeWorld world;
  std::string hex;
  for (std::uint32_t height = 0; height <= world.height(); ++height)
    hex += world.chain->call("getblockheader", {world.block_at(height), false}).get<std::string>() + "\n";
  Json verdict = verify_headers(hex, 0, later, bitcoin::Chain::regtest);
  CHECK(verdict["valid"] == true);
  CHECK(verdict["unchecked_retargets"].empty());
  CHECK(verdict["tip"] == world.block_at(world.height()));
  CHECK(verify_headers(hex, 0, later, bitcoin::Chain::main)["reason"] == "height 0: bad-genesis");
}

TEST_CASE("spv: transactions of a mainnet block" * needs_vectors) {
  auto raw = published("chain/mainnet-block-c835b2adcaedc20fdf6ee440009c249452c726dafae.raw");
  MainnetBlock block(raw);
  SpvCheck check;
  for (std::size_t position : {0, 1, 2, 1249, 1250, 2047, 2048, 2498, 2499}) {
    CAPTURE(position);
    Json proof = block.proof(position);
    Json verdict = check(proof);
    CHECK(verdict["valid"] == true);
    CHECK(verdict["txid"] == block.txids[position].display());
    CHECK(verdict["block"] == block.header.hash().display());
    CHECK_FALSE(verdict.contains("confirmations"));
    Json stripped =
        changed(proof, [&](Json& j) { j["tx"] = to_hex(block.txs[position].serialize_stripped()); });
    CHECK(check(stripped) == verdict);

    auto reason = [&](auto change) { return check(changed(proof, change)).value("reason", ""); };
    const std::string off = "the merkle path does not lead to the header's root";
    for (std::size_t node = 0; node < proof["merkle_path"].size(); ++node)
      CHECK(reason([&](Json& j) { j["merkle_path"][node] = altered(j["merkle_path"][node]); }) == off);
    CHECK(reason([](Json& j) { j["merkle_path"].erase(0); }) != "");
    CHECK(reason([](Json& j) { j["position"] = j["position"].get<int>() ^ 2; }) == off);
    CHECK(reason([](Json& j) { j["position"] = j["position"].get<int>() + 4096; }) ==
          "the position is outside a tree of this depth");
    CHECK(reason([&](Json& j) { j["tx"] = to_hex(block.txs[7].serialize()); }) == off);
  }
}

TEST_CASE("spv: places of a repeated node, where no transaction stands" * needs_vectors) {
  auto raw = published("chain/mainnet-block-c835b2adcaedc20fdf6ee440009c249452c726dafae.raw");
  MainnetBlock block(raw);
  // 2500 leaves, 1250, 625 nodes: the last of these is paired with itself, so its 4 transactions could be
  // shown 4 places further on.
  for (int position : {2496, 2497, 2498, 2499}) {
    Json proof = changed(block.proof(static_cast<std::size_t>(position)),
                         [&](Json& j) { j["position"] = position + 4; });
    CHECK(SpvCheck{}(proof)["reason"] ==
          "the position is that of a repeated node, where no transaction stands");
  }
}

TEST_CASE("spv: another header, and no proof of work" * needs_vectors) {
  auto raw = published("chain/mainnet-block-c835b2adcaedc20fdf6ee440009c249452c726dafae.raw");
  auto headers = mainnet_headers();
  Json proof = MainnetBlock(raw).proof(3);
  proof.erase("block");
  proof["header"] = to_hex(ByteView(headers).first(80));
  CHECK(SpvCheck{}(proof)["reason"] == "the merkle path does not lead to the header's root");
  proof = MainnetBlock(raw).proof(3);
  proof.erase("block");
  std::string header = proof["header"];
  header.back() = header.back() == '0' ? '1' : '0';
  proof["header"] = header;
  CHECK(SpvCheck{}(proof)["reason"] == "the header has no proof of work that this chain accepts");
  proof = MainnetBlock(raw).proof(3);
  SpvCheck among{.headers = std::string(headers.begin(), headers.end()),
                 .values = {{"--first-height", std::to_string(first_height)}}};
  CHECK(among(proof)["reason"] == "the block is not among the headers");
}

TEST_CASE("spv: a transaction of 64 bytes") {
  bitcoin::Transaction tx;
  tx.inputs.push_back({{}, {}, 0, {}});
  tx.outputs.push_back({Sat(1), bitcoin::Script(4, 0x51)});
  bridge::SpvProof proof;
  proof.header.bits = 0x207fffff;
  proof.header.merkle_root = tx.txid().bytes;
  while (!meets_target(proof.header, bitcoin::chain_params(bitcoin::Chain::regtest))) ++proof.header.nonce;
  proof.tx = tx;
  CHECK(SpvCheck{.chain = bitcoin::Chain::regtest}(proof.to_json())["reason"] ==
        "the transaction has 64 bytes and could be an inner node of the tree");
}

TEST_CASE("spv: a deposit on the embedded chain, its block among headers, deep enough") {
  BridgeWorld world;
  auto deposit = world.make_deposit(4);
  auto txid = world.pay(deposit.script_pubkey(), 70'000);
  world.mine(3);
  std::uint32_t height = world.height() - 2;
  auto ports = world.ports();
  ports->input = deposit.to_json().dump();
  REQUIRE(run(app::peg_in::prove_command, *ports, {{"--params", "params.json"}}) == Exit::ok);
  Json proof = ports->last();
  CHECK(proof["height"] == height);

  SpvCheck check{.chain = bitcoin::Chain::regtest};
  CHECK(check(proof)["valid"] == true);
  auto headers_from = [&](std::uint32_t first) {
    std::string hex;
    for (std::uint32_t at = first; at <= world.height(); ++at)
      hex += world.chain->call("getblockheader", {world.block_at(at), false}).get<std::string>();
    return hex;
  };
  auto among = [&](std::uint32_t first, std::uint32_t stated, int confirmations, const Json& what) {
    check.headers = headers_from(first);
    check.values = {{"--first-height", std::to_string(stated)},
                    {"--confirmations", std::to_string(confirmations)}};
    return check(what);
  };
  Json verdict = among(100, 100, 3, proof);
  CHECK(verdict["valid"] == true);
  CHECK(verdict["confirmations"] == 3);
  CHECK(verdict["txid"] == txid.display());
  CHECK(among(0, 0, 3, proof)["valid"] == true);
  verdict = among(100, 100, 4, proof);
  CHECK(verdict["reason"] == "3 confirmations of 4");
  CHECK(verdict["confirmations"] == 3);
  CHECK(among(height + 1, height + 1, 1, proof)["reason"] == "the block is not among the headers");
  CHECK(among(100, 101, 1, proof)["reason"] ==
        fmt::format("the block is at height {}, not {}", height + 1, height));
  check.headers = altered(headers_from(100));
  CHECK(check(proof)["reason"] != "");

  auto reason = [&](auto change) {
    return SpvCheck{.chain = bitcoin::Chain::regtest}(changed(proof, change)).value("reason", "");
  };
  CHECK(reason([](Json& j) {
          j["amount_sat"] = 70'001;
          j["deposit"].erase("amount_sat");
          j["deposit"].erase("outpoint");
        }) == "the output holds another amount");
  CHECK(reason([](Json& j) { j["deposit"]["amount_sat"] = 70'001; }) ==
        "the deposit states another outpoint or amount");
  CHECK(reason([&](Json& j) { j["deposit"] = world.make_deposit(5).to_json(); }) ==
        "the output does not pay the deposit's address");
  CHECK(reason([&](Json& j) {
          j.erase("outpoint");
          j.erase("amount_sat");
        }) == "a deposit is stated without the output that funds it");
  CHECK(reason([&](Json& j) { j["outpoint"] = txid.display() + ":9"; }) ==
        "the transaction has no such output");
}

TEST_CASE("spv: proofs for another chain, and what is no proof") {
  BridgeWorld world;
  auto txid = world.pay(BridgeWorld::script_of(9), 10'000);
  world.mine(1);
  auto ports = world.ports();
  Values values = {
      {"--params", "params.json"}, {"--txid", txid.display()}, {"--block", world.block_at(world.height())}};
  REQUIRE(run(app::peg_in::prove_command, *ports, values) == Exit::ok);
  Json proof = ports->last();
  CHECK(SpvCheck{.chain = bitcoin::Chain::regtest}(proof)["valid"] == true);

  auto failure = [](const std::string& input, bitcoin::Chain chain) {
    FakePorts with;
    with.on_chain = chain;
    with.input = input;
    try {
      run(app::verify_proof::spv_command, with);
    } catch (const Error& e) {
      return std::pair(e.exit(), e.code());
    }
    return std::pair(Exit::ok, std::string());
  };
  CHECK(failure(proof.dump(), bitcoin::Chain::main) ==
        std::pair(Exit::refused, std::string("chain.mismatch")));
  auto code = [&](const std::string& input) {
    auto [exit, name] = failure(input, bitcoin::Chain::regtest);
    CHECK(exit == Exit::input);
    return name;
  };
  CHECK(code("") == "json.empty");
  CHECK(code("{}") != "");
  CHECK(code(changed(proof, [](Json& j) { j["block"] = std::string(64, '0'); }).dump()) ==
        "document.derived");
  CHECK(code(changed(proof, [](Json& j) { j["header"] = "00"; }).dump()) == "header.length");
  CHECK(code(changed(proof, [](Json& j) { j["more"] = 1; }).dump()) == "json.unknown");
}
