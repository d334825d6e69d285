#include "bitcoin/script.hpp"

#include "bitcoin/format_helpers.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;
using namespace pegkit::test;

namespace {

crypto::PublicKey example_key() {
  return crypto::PublicKey::from(
      from_hex("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"));
}

Script multisig_script(int required, int keys) {
  ScriptBuilder out;
  out.number(required);
  for (int i = 0; i < keys; ++i) out.push(example_key());
  return out.number(keys).op(OP_CHECKMULTISIG).take();
}

}  // namespace

TEST_CASE("numbers are little-endian with a sign bit") {
  CHECK(to_hex(script_number(0)) == "");
  CHECK(to_hex(script_number(1)) == "01");
  CHECK(to_hex(script_number(-1)) == "81");
  CHECK(to_hex(script_number(127)) == "7f");
  CHECK(to_hex(script_number(128)) == "8000");
  CHECK(to_hex(script_number(-128)) == "8080");
  CHECK(to_hex(script_number(255)) == "ff00");
  CHECK(to_hex(script_number(0x80000000LL)) == "0000008000");
  CHECK(to_hex(script_number(std::numeric_limits<std::int64_t>::min())) == "000000000000008080");
}

TEST_CASE("pushes are minimal") {
  auto push = [](Bytes data) { return to_hex(ScriptBuilder().push(data).take()).substr(0, 10); };
  CHECK(push({}) == "00");
  CHECK(push({1}) == "51");
  CHECK(push({16}) == "60");
  CHECK(push({17}) == "0111");
  CHECK(push({0}) == "0100");
  CHECK(push({0x81}) == "4f");
  CHECK(push(Bytes(75, 1)) == "4b01010101");
  CHECK(push(Bytes(76, 1)) == "4c4c010101");
  CHECK(push(Bytes(255, 1)) == "4cff010101");
  CHECK(push(Bytes(256, 1)) == "4d00010101");
  CHECK(push(Bytes(65536, 1)) == "4e00000100");
  CHECK(to_hex(ScriptBuilder().number(-1).number(0).number(16).number(17).take()) ==
        "4f0060"
        "0111");
}

TEST_CASE("a reader gives back what a builder wrote") {
  for (std::size_t size : {0, 1, 75, 76, 255, 256, 65535, 65536}) {
    Bytes data(size, 0xaa);
    Script script = ScriptBuilder().push(data).op(OP_DROP).take();
    ScriptReader reader(script);
    CHECK(equal(reader.next()->data, data));
    CHECK(reader.next()->opcode == OP_DROP);
    CHECK_FALSE(reader.next());
    CHECK(reader.position() == script.size());
  }
}

TEST_CASE("a push beyond the end is refused") {
  for (const char* hex : {"01", "4c", "4c01", "4d01", "4d0100", "4e010000", "4effffffff00",
                          "51024141"
                          "4b"}) {
    INFO(hex);
    Script script = from_hex(hex);
    CHECK(error_code([&] {
            ScriptReader reader(script);
            while (reader.next()) {
            }
          }) == "script.truncated");
    CHECK_FALSE(is_push_only(script));
  }
}

TEST_CASE("every opcode's name leads back to it") {
  CHECK(opcode_name(OP_CHECKSIGADD) == std::string("OP_CHECKSIGADD"));
  CHECK(opcode_name(OP_NOP10) == std::string("OP_NOP10"));
  CHECK(opcode_name(OP_WITHIN) == std::string("OP_WITHIN"));
  CHECK(opcode_name(OP_SIZE) == std::string("OP_SIZE"));
  CHECK(opcode_name(0xbb) == std::string("OP_UNKNOWN"));
  CHECK(opcode_name(OP_16) == std::string("16"));
  for (int op = OP_PUSHDATA1; op <= OP_CHECKSIGADD; ++op) {
    if (op == OP_1NEGATE) continue;
    INFO(op);
    CHECK(opcode_by_name(opcode_name(static_cast<std::uint8_t>(op))) == op);
  }
  CHECK(opcode_by_name("DUP") == OP_DUP);
  CHECK(opcode_by_name("OP_TRUE") == OP_1);
  CHECK(opcode_by_name("OP_NOP2") == OP_CHECKLOCKTIMEVERIFY);
  CHECK_FALSE(opcode_by_name("OP_UNKNOWN"));
  CHECK_FALSE(opcode_by_name("dup"));
}

TEST_CASE("asm as bitcoind prints it") {
  auto print = [](const char* hex) { return script_asm(from_hex(hex)); };
  CHECK(print("") == "");
  CHECK(print("76a914000102030405060708090a0b0c0d0e0f1011121388ac") ==
        "OP_DUP OP_HASH160 000102030405060708090a0b0c0d0e0f10111213 OP_EQUALVERIFY OP_CHECKSIG");
  CHECK(print("004f5160") == "0 -1 1 16");
  CHECK(print("04ffffffff") == "-2147483647");
  CHECK(print("0500000000ff") == "00000000ff");
  CHECK(print("0180") == "0");
  CHECK(print("5102") == "1 [error]");
  CHECK(print("bbff") == "OP_UNKNOWN OP_INVALIDOPCODE");
}

TEST_CASE("asm back to a script") {
  auto hex = [](const char* text) { return to_hex(parse_asm(text)); };
  CHECK(hex("DUP OP_HASH160  0x14 0x000102030405060708090a0b0c0d0e0f10111213\tEQUALVERIFY\nCHECKSIG") ==
        "76a914000102030405060708090a0b0c0d0e0f1011121388ac");
  CHECK(hex("0 -1 1 16 17 1000 -2147483648") ==
        "004f5160"
        "0111"
        "02e803"
        "050000008080");
  CHECK(hex("'abc' ''") ==
        "03616263"
        "00");
  CHECK(hex("000102030405") == "06000102030405");
  CHECK(hex("4294967295") == "05ffffffff00");
  CHECK(hex("4294967296") == "054294967296");
  CHECK(hex("") == "");
  for (const char* bad : {"OP_NOTHING", "0x1", "0xzz", "abcd", "1a", "--1", "12345678901", "'open", "-"}) {
    INFO(bad);
    CHECK(error_code([&] { parse_asm(bad); }) == "script.asm");
  }
  Script script = multisig_script(2, 3);
  CHECK(parse_asm(script_asm(script)) == script);
}

TEST_CASE("kinds of outputs") {
  auto kind = [](const Script& script) { return std::string(script_kind_name(script_kind(script))); };
  CHECK(kind({}) == "nonstandard");
  CHECK(kind(p2pkh_script(example_key())) == "pubkeyhash");
  CHECK(kind(p2wpkh_script(example_key())) == "witness_v0_keyhash");
  CHECK(kind(p2wsh_script(Bytes{0x51})) == "witness_v0_scripthash");
  CHECK(kind(p2sh_script(Bytes{0x51})) == "scripthash");
  CHECK(kind(p2tr_script(crypto::xonly(example_key()))) == "witness_v1_taproot");
  CHECK(kind(anchor_script()) == "anchor");
  CHECK(kind(from_hex("51024e74")) == "witness_unknown");
  CHECK(kind(from_hex("5202abcd")) == "witness_unknown");
  CHECK(kind(from_hex("0002abcd")) == "nonstandard");
  CHECK(kind(ScriptBuilder().push(example_key()).op(OP_CHECKSIG).take()) == "pubkey");
  CHECK(kind(op_return_script(Bytes(80, 1))) == "nulldata");
  CHECK(kind({OP_RETURN}) == "nulldata");
  CHECK(kind({OP_RETURN, OP_DUP}) == "nonstandard");
  CHECK(kind({OP_RETURN, 2, 0}) == "nonstandard");
  CHECK(kind(multisig_script(2, 3)) == "multisig");
  CHECK(kind(multisig_script(20, 20)) == "multisig");
  CHECK(kind(multisig_script(3, 2)) == "nonstandard");
  CHECK(kind(multisig_script(0, 2)) == "nonstandard");
  CHECK(kind(multisig_script(1, 21)) == "nonstandard");
  CHECK(kind({OP_1, OP_0, OP_CHECKMULTISIG}) == "nonstandard");
}

TEST_CASE("multi_a scripts") {
  auto make = [](int required, int keys) {
    ScriptBuilder out;
    for (int i = 0; i < keys; ++i)
      out.push(filled(static_cast<std::uint8_t>(i))).op(i ? OP_CHECKSIGADD : OP_CHECKSIG);
    return out.number(required).op(OP_NUMEQUAL).take();
  };
  Script script = make(17, 20);
  auto parsed = parse_multi_a(script);
  REQUIRE(parsed);
  CHECK(parsed->required == 17);
  CHECK(parsed->keys.size() == 20);
  CHECK(equal(parsed->keys[19], filled(19)));
  CHECK(parse_multi_a(make(1, 1)));
  CHECK_FALSE(parse_multi_a(make(0, 2)));
  CHECK_FALSE(parse_multi_a(make(3, 2)));
  CHECK_FALSE(parse_multi_a(multisig_script(1, 1)));
  for (std::size_t size = 0; size < script.size(); ++size)
    CHECK_FALSE(parse_multi_a(ByteView(script).first(size)));
}

TEST_CASE("OP_RETURN data") {
  for (Bytes data : {Bytes{}, Bytes{5}, Bytes{0x81}, Bytes(76, 1), Bytes(80, 9)}) {
    CHECK(op_return_data(op_return_script(data)) == data);
  }
  CHECK(op_return_script(Bytes(80, 9)).size() == 83);
  CHECK(error_code([] { op_return_script(Bytes(81, 9)); }) == "script.op_return");
  CHECK_FALSE(op_return_data(Script{OP_RETURN}));
  CHECK_FALSE(op_return_data(Script{OP_RETURN, 1, 1, 1, 1}));
  CHECK_FALSE(op_return_data(Script{OP_RETURN, OP_DUP}));
  CHECK_FALSE(op_return_data(Script{1, 1}));
}
