#include "bitcoin/transaction.hpp"

#include "base/serialize.hpp"
#include "bitcoin/format_helpers.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;
using namespace pegkit::test;

namespace {

// The first payment of bitcoin between two people (block 170).
constexpr const char* legacy_hex =
    "0100000001c997a5e56e104102fa209c6a852dd90660a20b2d9c352423edce25857fcd3704000000004847304402204e45e16932"
    "b8af51"
    "4961a1d3a1a25fdf3f4f7732e9d624c6c61548ab5fb8cd410220181522ec8eca07de4860a4acdd12909d831cc56cbbac46220822"
    "21a876"
    "8d1d0901ffffffff0200ca9a3b00000000434104ae1a62fe09c5f51b13905f07f06b99a2f7159b2225f374cd378d71302fa28414"
    "e7aab3"
    "7397f554a7df5f142c21c1b7303b8a0626f1baded5c72a704f7e6cd84cac00286bee0000000043410411db93e1dcdb8a016b4984"
    "0f8c53"
    "bc1eb68a382e97b1482ecad7b148a6909a5cb2e0eaddfb84ccf9744464f82e160bfa9b8b64f9d4c03f999b8643f656b412a3ac00"
    "000000";

Transaction segwit_example() {
  Transaction tx;
  tx.version = 3;
  tx.lock_time = 500'000;
  tx.inputs.resize(2);
  tx.inputs[0].prevout.txid.bytes = filled(1);
  tx.inputs[0].witness = {Bytes(64, 7), {}, Bytes(300, 9)};
  tx.inputs[1].prevout = {{}, 3};
  tx.inputs[1].sequence = 0xfffffffd;
  tx.inputs[1].script_sig = Bytes(253, 1);
  tx.outputs = {{Sat{1}, Bytes(34, 2)}, {Sat{-1}, {}}};
  return tx;
}

}  // namespace

TEST_CASE("CompactSize has one form per number") {
  for (std::uint64_t value :
       {0ull, 0xfcull, 0xfdull, 0xffffull, 0x10000ull, 0x02000000ull, 0x100000000ull, ~0ull}) {
    Bytes data = Writer().compact_size(value).take();
    CHECK(data.size() == compact_size_length(value));
    Reader in(data, "test");
    CHECK(in.compact_size(false) == value);
    CHECK(in.done());
  }
  auto read = [](const char* hex) {
    return error_code([&] {
      Bytes data = from_hex(hex);
      Reader(data, "test").compact_size();
    });
  };
  CHECK(read("fdfc00") == "test.invalid");
  CHECK(read("feffff0000") == "test.invalid");
  CHECK(read("ffffffffff00000000") == "test.invalid");
  CHECK(read("fe00000002") == "");
  CHECK(read("fe01000002") == "test.invalid");
  CHECK(read("fd00") == "test.truncated");
  CHECK(read("") == "test.truncated");
}

TEST_CASE("a legacy transaction has its published txid") {
  Transaction tx = Transaction::from_hex(legacy_hex);
  CHECK(tx.txid().display() == "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16");
  CHECK(tx.wtxid().bytes == tx.txid().bytes);
  CHECK(to_hex(tx.serialize()) == legacy_hex);
  CHECK_FALSE(tx.has_witness());
  CHECK(tx.weight() == 4 * 275);
  CHECK(tx.inputs[0].prevout.text() == "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9:0");
  CHECK(tx.outputs[0].value == Sat{1'000'000'000});
}

TEST_CASE("a transaction with witnesses goes to bytes and back") {
  Transaction tx = segwit_example();
  Bytes raw = tx.serialize();
  CHECK(Transaction::parse(raw) == tx);
  CHECK(tx.weight() == static_cast<std::int64_t>(3 * tx.serialize_stripped().size() + raw.size()));
  CHECK(tx.vsize() == (tx.weight() + 3) / 4);
  CHECK(tx.txid().bytes == crypto::sha256d(tx.serialize_stripped()));
  CHECK(tx.wtxid().bytes == crypto::sha256d(raw));
  CHECK(Transaction::parse_stripped(tx.serialize_stripped()).txid() == tx.txid());
}

TEST_CASE("a reader's transaction reuses memory and hashes the raw bytes") {
  Transaction first = segwit_example();
  Transaction second = Transaction::from_hex(legacy_hex);
  Bytes both = first.serialize();
  append(both, second.serialize());
  Reader in(both, "tx");
  Transaction tx;
  RawTransaction raw = read_transaction(in, tx);
  CHECK(tx == first);
  CHECK(raw.txid() == first.txid());
  CHECK(equal(raw.whole, first.serialize()));
  raw = read_transaction(in, tx);
  CHECK(tx == second);
  CHECK(raw.txid() == second.txid());
  CHECK(in.done());
}

TEST_CASE("a transaction without inputs exists only in the stripped form") {
  Transaction tx;
  tx.outputs = {{Sat{5}, {0x51}}};
  CHECK(Transaction::parse_stripped(tx.serialize_stripped()) == tx);
  CHECK_THROWS_AS(Transaction::parse(tx.serialize()), const Error&);
  CHECK(Transaction::from_hex("02000000000000000000").inputs.empty());
}

TEST_CASE("wrong transactions are refused by name") {
  auto parse = [](const std::string& hex) { return error_code([&] { Transaction::from_hex(hex); }); };
  std::string input(64, '0');
  input = "01" + input + "0000000000ffffffff";
  CHECK(parse("") == "tx.truncated");
  CHECK(parse(std::string(legacy_hex) + "00") == "tx.trailing");
  CHECK(parse("0200000000"
              "01" +
              input +
              "00"
              "00"
              "00000000") == "tx.invalid");  // no witness behind the marker
  CHECK(parse("0200000000"
              "02" +
              input +
              "00"
              "00000000") == "tx.invalid");  // unknown flag
  CHECK(parse("02000000"
              "feffffff01") == "tx.truncated");  // more inputs than bytes
  CHECK(parse("02000000"
              "fffffffffffffffffe") == "tx.invalid");
}

TEST_CASE("broken transactions only throw Error") {
  Bytes raw = segwit_example().serialize();
  check_truncations(raw, [](ByteView data) { Transaction::parse(data); });
  check_mutations(raw, 20'000, [](ByteView data) { Transaction::parse(data).serialize(); });
}

TEST_CASE("outpoints as text") {
  std::string text = std::string(62, '0') + "ab:4294967295";
  OutPoint outpoint = OutPoint::parse(text);
  CHECK(outpoint.txid.bytes[0] == 0xab);
  CHECK(outpoint.vout == 0xffffffff);
  CHECK(outpoint.text() == text);
  std::string txid(64, '1');
  for (std::string bad : {std::string(), txid, txid + ":", txid + ":-1", txid + ":4294967296", txid + ":1 ",
                          txid + ":0x1", txid.substr(1) + ":0", txid + "1:0", std::string(64, 'g') + ":0"}) {
    INFO(bad);
    CHECK(error_code([&] { OutPoint::parse(bad); }) == "outpoint.invalid");
  }
}

TEST_CASE("outputs alone") {
  TxOut output{Sat{123}, {1, 2, 3}};
  CHECK(to_hex(serialize(output)) == "7b0000000000000003010203");
  CHECK(parse_output(serialize(output)) == output);
  CHECK(error_code([] { parse_output(from_hex("7b000000000000000301020304")); }) == "output.trailing");
  check_truncations(serialize(output), [](ByteView data) { parse_output(data); });
}
