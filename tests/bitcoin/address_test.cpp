#include "bitcoin/address.hpp"

#include "bitcoin/bech32.hpp"
#include "bitcoin/format_helpers.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;
using namespace pegkit::test;

namespace {

constexpr Chain all_chains[] = {Chain::main, Chain::test, Chain::testnet4, Chain::signet, Chain::regtest};

void check_valid_key(const std::string& wif, const Bytes& secret, Chain chain, bool compressed) {
  WifKey key = parse_wif(wif, chain);
  CHECK(equal(key.key.view(), secret));
  CHECK(key.compressed == compressed);
  CHECK(error_code([&] { parse_address(wif, chain); }) == "address.invalid");
}

void check_valid_address(const std::string& address, const Bytes& script, Chain chain, bool any_case) {
  CHECK(parse_address(address, chain) == script);
  CHECK(script_address(script, chain) == address);
  if (any_case) {
    std::string other = address;
    for (char& c : other) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    CHECK(parse_address(other, chain) == script);
  }
  if (chain != Chain::main)
    CHECK(error_code([&] { parse_address(address, Chain::main); }) == "address.network");
}

}  // namespace

TEST_CASE("Bitcoin Core's valid addresses and keys" * needs_vectors) {
  auto vectors = read_json_vectors("core/key_io_valid.json");
  for (const Json& item : vectors) {
    std::string text = item.at(0);
    INFO(text);
    Bytes payload = from_hex(item.at(1).get<std::string>());
    const Json& facts = item.at(2);
    Chain chain = parse_chain(facts.at("chain").get<std::string>());
    if (facts.at("isPrivkey")) {
      check_valid_key(text, payload, chain, facts.at("isCompressed"));
    } else {
      check_valid_address(text, payload, chain, facts.value("tryCaseFlip", false));
    }
  }
}

TEST_CASE("Bitcoin Core's invalid addresses and keys" * needs_vectors) {
  auto vectors = read_json_vectors("core/key_io_invalid.json");
  for (const Json& item : vectors) {
    std::string text = item.at(0);
    INFO(text);
    for (Chain chain : all_chains) {
      CHECK(error_code([&] { parse_address(text, chain); }).starts_with("address."));
      CHECK(error_code([&] { parse_wif(text, chain); }) == "key.wif");
    }
  }
}

TEST_CASE("Bitcoin Core's base58 cases" * needs_vectors) {
  auto vectors = read_json_vectors("core/base58_encode_decode.json");
  for (const Json& item : vectors) {
    Bytes data = from_hex(item.at(0).get<std::string>());
    std::string text = item.at(1);
    CHECK(base58_encode(data) == text);
    CHECK(base58_decode(text) == data);
  }
}

TEST_CASE("base58 refuses what it cannot hold") {
  CHECK_FALSE(base58_decode("0"));
  CHECK_FALSE(base58_decode("2g "));
  CHECK_FALSE(base58_decode("2g", 0));
  CHECK_FALSE(base58_decode("111", 2));
  CHECK(base58_decode("111", 3) == Bytes(3, 0));
  CHECK_FALSE(base58_decode(std::string(1'000'000, 'z')));
  CHECK_FALSE(base58check_decode(""));
  CHECK_FALSE(base58check_decode("111"));
  Bytes data = {1, 2, 3};
  std::string text = base58check_encode(data);
  CHECK(base58check_decode(text) == data);
  text[1] = text[1] == 'a' ? 'b' : 'a';
  CHECK_FALSE(base58check_decode(text));
}

TEST_CASE("one address of each kind on each network") {
  Script p2tr = from_hex("512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
  CHECK(script_address(p2tr, Chain::main) ==
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0");
  CHECK(script_address(from_hex("0014751e76e8199196d454941c45d1b3a323f1433bd6"), Chain::test) ==
        "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx");
  CHECK(script_address(from_hex("76a914751e76e8199196d454941c45d1b3a323f1433bd688ac"), Chain::main) ==
        "1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH");
  CHECK(script_address(anchor_script(), Chain::main) == "bc1pfeessrawgf");
  CHECK(script_address(anchor_script(), Chain::regtest) == "bcrt1pfeesnyr2tx");
  for (Chain chain : all_chains) {
    for (const char* hex :
         {"76a914751e76e8199196d454941c45d1b3a323f1433bd688ac",
          "a914751e76e8199196d454941c45d1b3a323f1433bd687", "0014751e76e8199196d454941c45d1b3a323f1433bd6",
          "51024e73", "60020102", "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"}) {
      Script script = from_hex(hex);
      auto address = script_address(script, chain);
      REQUIRE(address);
      CHECK(parse_address(*address, chain) == script);
    }
  }
  CHECK_FALSE(script_address({}, Chain::main));
  CHECK_FALSE(script_address(Script{OP_RETURN}, Chain::main));
}

TEST_CASE("segwit addresses with one thing wrong (BIP173, BIP350)") {
  auto error = [](std::string_view address) {
    return error_code([&] { parse_address(address, Chain::main); });
  };
  Bytes program32 = to_base32(filled(1));
  auto make = [&](std::uint8_t version, Bytes values, bool m, const char* hrp = "bc") {
    values.insert(values.begin(), version);
    return bech32_encode(hrp, values, m);
  };
  CHECK(error(make(1, program32, true)) == "");
  CHECK(error(make(1, program32, false)) == "address.invalid");
  CHECK(error(make(0, program32, true)) == "address.invalid");
  CHECK(error(make(17, program32, true)) == "address.invalid");
  CHECK(error(make(1, program32, true, "tb")) == "address.network");
  CHECK(error(make(1, program32, true, "ltc")) == "address.invalid");
  CHECK(error(make(0, to_base32(Bytes(21)), false)) == "address.invalid");
  CHECK(error(make(1, to_base32(Bytes(1)), true)) == "address.invalid");
  CHECK(error(make(1, to_base32(Bytes(41)), true)) == "address.invalid");
  CHECK(error(bech32_encode("bc", {}, true)) == "address.invalid");
  Bytes padded = program32;
  padded.back() |= 1;
  CHECK(error(make(1, padded, true)) == "address.invalid");
  padded = to_base32(Bytes(20, 1));
  CHECK(error(make(0, padded, false)) == "");
  padded.push_back(0);
  CHECK(error(make(0, padded, false)) == "address.invalid");
  std::string mixed = make(1, program32, true);
  mixed[0] = 'B';
  CHECK(error(mixed) == "address.invalid");
}

TEST_CASE("bech32 and bech32m strings of BIP173 and BIP350") {
  for (const char* text :
       {"A12UEL5L",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc8247j"}) {
    INFO(text);
    auto decoded = bech32_decode(text);
    REQUIRE(decoded);
    CHECK_FALSE(decoded->m);
  }
  auto decoded = bech32_decode("abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx");
  REQUIRE(decoded);
  CHECK(decoded->m);
  CHECK(bech32_encode(decoded->hrp, decoded->values, true) ==
        "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx");
  for (const char* text : {"", "1", "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8",
                           "10a06t8", "de1lg7wt\xff", "a12UEL5L"}) {
    INFO(text);
    CHECK_FALSE(bech32_decode(text));
  }
}

TEST_CASE("base32 conversion") {
  for (std::size_t size = 0; size < 50; ++size) {
    Bytes data(size, static_cast<std::uint8_t>(size * 37));
    CHECK(from_base32(to_base32(data)) == data);
  }
  CHECK_FALSE(from_base32(Bytes{32}));
  CHECK_FALSE(from_base32(Bytes{0}));
  CHECK_FALSE(from_base32(Bytes{0, 1}));
}

TEST_CASE("descriptor checksums") {
  CHECK(with_descriptor_checksum("raw(deadbeef)") == "raw(deadbeef)#89f8spxm");
  CHECK(check_descriptor_checksum("raw(deadbeef)#89f8spxm"));
  for (const char* bad :
       {"raw(deadbeef)", "raw(deadbeef)#", "raw(deadbeef)#89f8spx", "raw(deadbeef)#89f8spxmx",
        "raw(deedbeef)#89f8spxm", "raw(deadbeef)##9f8spxm", "raw(\xc3\x9c)#00000000"}) {
    INFO(bad);
    CHECK_FALSE(check_descriptor_checksum(bad));
  }
  CHECK(error_code([] { with_descriptor_checksum("\x01"); }) == "descriptor.character");
  CHECK(error_code([] { with_descriptor_checksum("raw(deadbeef)#89f8spxm"); }) == "descriptor.character");
}
