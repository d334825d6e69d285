#include "evm/abi.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/errors.hpp"

using namespace pegkit;
using namespace pegkit::evm;
using pegkit::test::error_code;

namespace {

std::string word_hex(std::string_view digits) {
  return std::string(64 - digits.size(), '0') + std::string(digits);
}
std::string padded(std::string_view text) {
  std::string hex = to_hex(as_bytes(text));
  return hex + std::string(64 - hex.size(), '0');
}

}  // namespace

TEST_CASE("the ABI specification's examples") {
  CHECK(to_hex(AbiWriter{}.u64(69).boolean(true).call("baz(uint32,bool)")) ==
        "cdcd77c0" + word_hex("45") + word_hex("1"));

  std::vector<Word> numbers = {word_from(1), word_from(2), word_from(3)};
  CHECK(to_hex(AbiWriter{}
                   .bytes(as_bytes("dave"))
                   .boolean(true)
                   .words(numbers)
                   .call("sam(bytes,bool,uint256[])")) ==
        "a5643bf2" + word_hex("60") + word_hex("1") + word_hex("a0") + word_hex("4") + padded("dave") +
            word_hex("3") + word_hex("1") + word_hex("2") + word_hex("3"));

  Word ten = from_hex_array<32>(padded("1234567890"));
  CHECK(to_hex(AbiWriter{}
                   .u64(0x123)
                   .words({word_from(0x456), word_from(0x789)})
                   .word(ten)
                   .bytes(as_bytes("Hello, world!"))
                   .call("f(uint256,uint32[],bytes10,bytes)")) ==
        "8be65246" + word_hex("123") + word_hex("80") + padded("1234567890") + word_hex("e0") +
            word_hex("2") + word_hex("456") + word_hex("789") + word_hex("d") + padded("Hello, world!"));
}

TEST_CASE("what is written is read again") {
  Address address = parse_address("0x52908400098527886E0F7030069857D2E4169EE7");
  for (std::size_t length : {0u, 1u, 31u, 32u, 33u, 64u, 1000u}) {
    Bytes blob(length, 0x5a);
    std::vector<Word> words(length % 7, word_from(length));
    Bytes data = AbiWriter{}
                     .u64(7)
                     .bytes(blob)
                     .address(address)
                     .words(words)
                     .boolean(false)
                     .word(word_from(9))
                     .arguments();
    AbiReader reader(data);
    CHECK(reader.u64() == 7);
    CHECK(reader.bytes() == blob);
    CHECK(reader.address() == address);
    CHECK(reader.words() == words);
    CHECK(!reader.boolean());
    CHECK(reader.word() == word_from(9));
  }
}

TEST_CASE("hostile ABI data") {
  auto bytes_of = [](const std::string& hex) {
    return error_code([&] {
      Bytes data = from_hex(hex);
      AbiReader(data).bytes(64);
    });
  };
  std::string all(64, 'f');
  CHECK(bytes_of("") == "abi.truncated");
  CHECK(bytes_of(std::string(62, '0')) == "abi.truncated");
  CHECK(bytes_of(all) == "abi.invalid");                             // offset above 64 bits
  CHECK(bytes_of(word_hex("ffffffffffffffff")) == "abi.truncated");  // offset outside
  CHECK(bytes_of(word_hex("20") + all) == "abi.truncated");          // length above 64 bits
  CHECK(bytes_of(word_hex("20") + word_hex("ffffffffffffffff")) == "abi.truncated");
  CHECK(bytes_of(word_hex("20") + word_hex("1")) == "abi.truncated");
  CHECK(bytes_of(word_hex("20") + word_hex("41") + padded("") + padded("") + padded("")) ==
        "abi.invalid");                                                             // too long
  CHECK(bytes_of(word_hex("20") + word_hex("1") + padded("ab")) == "abi.invalid");  // padding

  auto words_of = [](const std::string& hex) {
    return error_code([&] {
      Bytes data = from_hex(hex);
      AbiReader(data).words(2);
    });
  };
  CHECK(words_of(word_hex("20") + word_hex("ffffffffffffffff")) == "abi.truncated");
  CHECK(words_of(word_hex("20") + word_hex("3") + padded("") + padded("") + padded("")) == "abi.invalid");

  Bytes two = from_hex(word_hex("2"));
  CHECK(error_code([&] { AbiReader(two).boolean(); }) == "abi.invalid");
  Bytes wide = from_hex(word_hex("100000000"));
  CHECK(error_code([&] { AbiReader(wide).u32(); }) == "abi.invalid");
  Bytes high = from_hex("01" + std::string(62, '0'));
  CHECK(error_code([&] { AbiReader(high).address(); }) == "abi.invalid");
}

TEST_CASE("revert reasons") {
  CHECK(to_hex(function_selector("Error(string)")) == "08c379a0");
  CHECK(to_hex(function_selector("Panic(uint256)")) == "4e487b71");
  CHECK(revert_reason({}) == "no reason given");
  CHECK(revert_reason(AbiWriter{}.bytes(as_bytes("already minted")).call("Error(string)")) ==
        "already minted");
  CHECK(revert_reason(AbiWriter{}.bytes(as_bytes("a\n\x1b[31mb")).call("Error(string)")) == "a??[31mb");
  CHECK(revert_reason(AbiWriter{}.u64(0x11).call("Panic(uint256)")) == "panic 0x11: arithmetic overflow");
  CHECK(revert_reason(from_hex("deadbeef")) == "0xdeadbeef");
  CHECK(revert_reason(from_hex("08c379a0ff")) == "0x08c379a0ff");
}
