#include "gadgets/sha256_script.hpp"

#include <doctest/doctest.h>
#include <random>
#include <set>

#include "base/error.hpp"
#include "bitcoin/block.hpp"
#include "bitcoin/script.hpp"
#include "crypto/hash.hpp"
#include "crypto/sha256_compress.hpp"
#include "crypto/sha256_multi.hpp"
#include "support/script_run.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;
using namespace pegkit::gadgets;
using namespace pegkit::gadgets::test;

namespace {

using Message64 = ByteArray<64>;
using Chain32 = ByteArray<32>;

/// A gadget and what it is about, natively.
struct Subject {
  const char* name;
  const Sha256Gadget& gadget;
  bool has_state;
  Chain32 (*native)(const Chain32& state, const Message64& block);
};

const std::vector<Subject>& subjects() {
  static const std::vector<Subject> all{
      {"compress", sha256_compress_gadget(), true,
       [](const Chain32& state, const Message64& block) { return crypto::sha256_compress(state, block); }},
      {"compress_iv", sha256_compress_iv_gadget(), false,
       [](const Chain32&, const Message64& block) {
         return crypto::sha256_compress(crypto::sha256_initial_value(), block);
       }},
      {"hash64", sha256_hash64_gadget(), false,
       [](const Chain32&, const Message64& block) { return crypto::sha256(block); }},
  };
  return all;
}

ScriptRun run(const Subject& subject, const Chain32& state, const Message64& block, const Chain32& claimed,
              std::size_t under = 0) {
  std::vector<std::int64_t> entry(under, 3);
  for (std::uint8_t nibble : sha256_entry(subject.gadget, block, state, claimed)) entry.push_back(nibble);
  return run_script(subject.gadget.script, entry);
}

template <std::size_t N>
ByteArray<N> random_bytes(std::mt19937& random) {
  // Now and then bytes that make long carries.
  unsigned mode = random() % 4;
  ByteArray<N> out;
  for (auto& byte : out)
    byte = static_cast<std::uint8_t>(mode == 0   ? random() % 2 * 255
                                     : mode == 1 ? 254 + random() % 2
                                                 : random() % 256);
  return out;
}

template <std::size_t N>
ByteArray<N> filled(std::uint8_t byte) {
  ByteArray<N> out;
  out.fill(byte);
  return out;
}

/// The big-endian word of the bytes plus a difference, modulo 2^32.
Chain32 word_changed(Chain32 bytes, std::size_t word, std::uint32_t difference) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | bytes[4 * word + i];
  value += difference;
  for (std::size_t i = 0; i < 4; ++i) bytes[4 * word + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  return bytes;
}

/// The blocks of a message as FIPS 180-4 pads it.
std::vector<Message64> padded(ByteView message) {
  Bytes all = to_bytes(message);
  all.push_back(0x80);
  while (all.size() % 64 != 56) all.push_back(0);
  for (int shift = 56; shift >= 0; shift -= 8)
    all.push_back(static_cast<std::uint8_t>(8 * message.size() >> shift));
  std::vector<Message64> out(all.size() / 64);
  for (std::size_t i = 0; i < all.size(); ++i) out[i / 64][i % 64] = all[i];
  return out;
}

}  // namespace

TEST_CASE("the native compression is SHA-256's") {
  std::mt19937 random(1);
  for (std::size_t length = 0; length < 200; ++length) {
    Bytes message(length);
    for (auto& byte : message) byte = static_cast<std::uint8_t>(random());
    Chain32 state = crypto::sha256_initial_value();
    for (const Message64& block : padded(message)) state = crypto::sha256_compress(state, block);
    CHECK(state == crypto::sha256(message));
  }
}

TEST_CASE("FIPS 180-4's examples") {
  struct Example {
    std::string_view message, digest;
  };
  for (const auto& [message, digest] : {
           Example{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
           Example{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
           Example{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                   "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
       }) {
    Chain32 expected = from_hex_array<32>(digest);
    std::vector<Message64> blocks = padded(as_bytes(message));
    Chain32 state = crypto::sha256_initial_value();
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      Chain32 result = i + 1 == blocks.size() ? expected : crypto::sha256_compress(state, blocks[i]);
      Chain32 wrong = result;
      wrong[31] ^= 1;
      for (const Subject& subject : subjects()) {
        if (subject.gadget.entry == sha256_hash64_gadget().entry || (i > 0 && !subject.has_state)) continue;
        CHECK(run(subject, state, blocks[i], result).leaves(false));
        CHECK(run(subject, state, blocks[i], wrong).leaves(true));
      }
      state = result;
    }
  }
}

TEST_CASE("true and false claims") {
  for (const Subject& subject : subjects()) {
    CAPTURE(subject.name);
    std::mt19937 random(2);
    auto both = [&](const Chain32& state, const Message64& block) {
      Chain32 result = subject.native(state, block);
      CHECK(run(subject, state, block, result).leaves(false));
      Chain32 wrong = result;
      wrong[random() % 32] ^= static_cast<std::uint8_t>(1u << random() % 8);
      CHECK(run(subject, state, block, wrong).leaves(true));
      CHECK(run(subject, state, block, random_bytes<32>(random)).leaves(true));
    };
    for (int i = 0; i < 40; ++i) both(random_bytes<32>(random), random_bytes<64>(random));
    for (std::uint8_t a : {0x00, 0xff, 0x80, 0x7f, 0x01, 0x55, 0xaa, 0x0f, 0xf0}) {
      both(filled<32>(a), filled<64>(a));
      both(filled<32>(static_cast<std::uint8_t>(~a)), filled<64>(a));
    }
  }
}

TEST_CASE("a claim is false whichever word is wrong, and however little") {
  for (const Subject& subject : subjects()) {
    CAPTURE(subject.name);
    std::mt19937 random(3);
    Chain32 state = random_bytes<32>(random);
    Message64 block = random_bytes<64>(random);
    Chain32 result = subject.native(state, block);
    for (std::size_t word = 0; word < 8; ++word) {
      for (std::uint32_t difference :
           {0x1u, 0xffffffffu, 0x10000u, 0xffff0000u, 0x80000000u, 0x8000u, 0xffffu, 0x10001u, 0x7fffffffu}) {
        CAPTURE(word);
        CAPTURE(difference);
        CHECK(run(subject, state, block, word_changed(result, word, difference)).leaves(true));
      }
    }
    for (std::size_t nibble = 0; nibble < 64; ++nibble) {
      Chain32 wrong = result;
      wrong[nibble / 2] ^= static_cast<std::uint8_t>((1u << random() % 4) << (nibble % 2 == 0 ? 4 : 0));
      CHECK(run(subject, state, block, wrong).leaves(true));
    }
  }
}

TEST_CASE("a wrong block or chaining value") {
  std::mt19937 random(4);
  for (const Subject& subject : subjects()) {
    CAPTURE(subject.name);
    for (int i = 0; i < 10; ++i) {
      Chain32 state = random_bytes<32>(random);
      Message64 block = random_bytes<64>(random);
      Chain32 result = subject.native(state, block);
      Message64 other = block;
      other[random() % 64] ^= static_cast<std::uint8_t>(1u << random() % 8);
      CHECK(run(subject, state, other, result).leaves(true));
      Chain32 elsewhere = state;
      elsewhere[random() % 32] ^= static_cast<std::uint8_t>(1u << random() % 8);
      CHECK(run(subject, elsewhere, block, result).leaves(subject.has_state));
    }
  }
}

TEST_CASE("sizes and heights") {
  CHECK(sha256_compress_gadget().script.size() <= 99'200);
  CHECK(sha256_compress_iv_gadget().script.size() <= 98'100);
  CHECK(sha256_hash64_gadget().script.size() <= 162'100);
  for (const Subject& subject : subjects()) {
    CAPTURE(subject.name);
    const std::size_t peak = subject.gadget.peak;
    CHECK(peak <= max_stack_size);
    // The height is what the interpreter sees: that many elements more go under it, and not one more.
    Message64 block{};
    Chain32 state{};
    Chain32 claimed = subject.native(state, block);
    ScriptRun fits = run(subject, state, block, claimed, max_stack_size - peak);
    CHECK(fits.error == ScriptError::OK);
    CHECK(fits.stack.size() == max_stack_size - peak + 1);
    CHECK(run(subject, state, block, claimed, max_stack_size - peak + 1).error == ScriptError::STACK_SIZE);
  }
}

TEST_CASE("the scripts are the same everywhere: they are part of addresses") {
  auto hash = [](const Sha256Gadget& gadget) { return to_hex(crypto::sha256(gadget.script)); };
  CHECK(hash(sha256_compress_gadget()) == "40ac0249697098135b46e4f4745b1c3b530d4e329a671eb348c0e765b698cbc2");
  CHECK(hash(sha256_compress_iv_gadget()) ==
        "c948716e71cda0ea4d69d8b1bef18968c095e8c5b366e0d6445b0e45b59f6ffe");
  CHECK(hash(sha256_hash64_gadget()) == "32b4eb010d1eeaebe358a62e4de29410adc95a80c00c5c5d65fed4e77055d89e");
}

TEST_CASE("the entry has every nibble of its operands once") {
  for (const Subject& subject : subjects()) {
    std::set<std::pair<Sha256Operand, int>> seen;
    for (const OperandNibble& nibble : subject.gadget.entry) {
      CHECK(nibble.index < (nibble.operand == Sha256Operand::block ? 128 : 64));
      CHECK((nibble.operand != Sha256Operand::state || subject.has_state));
      CHECK(seen.emplace(nibble.operand, nibble.index).second);
    }
    CHECK(seen.size() == (subject.has_state ? 256 : 192));
  }
  CHECK_THROWS_AS(sha256_entry(sha256_hash64_gadget(), Bytes(63), {}, Bytes(32)), Error);
  CHECK_THROWS_AS(sha256_entry(sha256_compress_gadget(), Bytes(64), {}, Bytes(32)), Error);
}

TEST_CASE("as a leaf of a spend under standard rules") {
  std::mt19937 random(5);
  for (const Subject& subject : subjects()) {
    CAPTURE(subject.name);
    Chain32 state = random_bytes<32>(random);
    Message64 block = random_bytes<64>(random);
    TapNode leaf_hash = tapleaf_hash(subject.gadget.script);
    TaprootOutput output = taproot_output(nums_point(), leaf_hash);
    TxOut spent{Sat(10'000), p2tr_script(output.key)};
    auto verdict = [&](const Chain32& claimed) {
      Transaction tx;
      tx.inputs.resize(1);
      tx.outputs.push_back({Sat(9'000), p2tr_script(nums_point())});
      for (std::uint8_t nibble : sha256_entry(subject.gadget, block, state, claimed))
        tx.inputs[0].witness.push_back(script_number(nibble));
      tx.inputs[0].witness.push_back(subject.gadget.script);
      tx.inputs[0].witness.push_back(control_block(nums_point(), output.odd, {}));
      SighashCache cache(tx, {spent});
      return verify_input(cache, 0);
    };
    CHECK(verdict(subject.native(state, block)) == ScriptError::EVAL_FALSE);
    CHECK(verdict(filled<32>(1)) == ScriptError::OK);
  }
}
