#include "gadgets/ots_script.hpp"

#include <array>
#include <doctest/doctest.h>
#include <random>

#include "base/files.hpp"
#include "base/json.hpp"
#include "support/script_run.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::gadgets;
using bitcoin::ScriptError;
using crypto::OtsPublicKey;
using crypto::OtsSecret;
using crypto::OtsSignature;

namespace {

constexpr std::array forms{OtsForm::list_pick, OtsForm::binary, OtsForm::compact, OtsForm::halved};
constexpr std::array results{OtsResult::nothing, OtsResult::nibbles};

struct Random {
  std::mt19937 engine{7};
  std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(engine() % n); }
  Bytes bytes(std::size_t size) {
    Bytes out(size);
    for (auto& b : out) b = static_cast<std::uint8_t>(engine());
    return out;
  }
};

struct Signed {
  Signed(Random& random, const Bytes& signed_message) : message(signed_message) {
    OtsSecret secret = OtsSecret::from(random.bytes(20));
    key = crypto::ots_public_key(secret, message.size());
    signature = crypto::ots_sign(secret, message);
  }
  Bytes message;
  OtsPublicKey key;
  OtsSignature signature;
};

/// The nibbles that a form leaves.
std::vector<Bytes> nibbles_of(OtsForm form, Bytes message) {
  if (form == OtsForm::list_pick || form == OtsForm::compact) std::ranges::reverse(message);
  std::vector<Bytes> out;
  for (std::uint8_t byte : message) {
    out.push_back(bitcoin::script_number(byte >> 4));
    out.push_back(bitcoin::script_number(byte & 15));
  }
  return out;
}

/// Runs a script on a witness above an element that must not be touched. True when it takes it.
bool accepts(OtsForm form, OtsResult result, const OtsPublicKey& key, std::vector<Bytes> witness) {
  witness.insert(witness.begin(), Bytes(3, 0x77));
  auto run = gadgets::test::run_script(ots_script(form, result, key).script, witness);
  if (run.error != ScriptError::OK) return false;
  CHECK(run.alt_height == 0);
  REQUIRE(!run.stack.empty());
  CHECK(run.stack[0] == Bytes(3, 0x77));
  CHECK(run.stack.size() == (result == OtsResult::nothing ? 1 : 1 + 2 * key.message_bytes()));
  return true;
}

/// Scripts and native reader agree on this witness; gives what they say.
bool agreed(OtsForm form, const OtsPublicKey& key, const std::vector<Bytes>& witness) {
  bool native = read_ots_witness(form, key, witness).has_value();
  for (OtsResult result : results) CHECK(accepts(form, result, key, witness) == native);
  return native;
}

}  // namespace

TEST_CASE("witnesses are BitVM's" * pegkit::test::needs_vectors) {
  auto path = pegkit::test::vectors_path("bridge/bitvm-winternitz.json");
  Bytes text = read_file(path);
  for (const Json& c : parse_json(as_text(text))) {
    Bytes message = from_hex(c.at("message").get<std::string>());
    OtsSecret secret = OtsSecret::from(from_hex(c.at("secretKey").get<std::string>()));
    OtsPublicKey key = crypto::ots_public_key(secret, message.size());
    OtsSignature signature = crypto::ots_sign(secret, message);
    auto check = [&](OtsForm form, const char* name) {
      auto witness = ots_witness(form, signature);
      REQUIRE(witness.size() == c.at(name).size());
      for (std::size_t i = 0; i < witness.size(); ++i) CHECK(to_hex(witness[i]) == c.at(name)[i]);
    };
    check(OtsForm::list_pick, "witness");
    check(OtsForm::compact, "compact_witness");
    for (OtsForm form : forms) CHECK(agreed(form, key, ots_witness(form, signature)));
  }
}

TEST_CASE("every form checks, leaves the nibbles, and is read back") {
  Random random;
  for (std::size_t size : {1u, 2u, 4u, 8u, 9u, 16u, 32u, 64u}) {
    CAPTURE(size);
    for (const Bytes& message : {Bytes(size, 0), Bytes(size, 0xff), random.bytes(size)}) {
      Signed s(random, message);
      for (OtsForm form : forms) {
        CAPTURE(static_cast<int>(form));
        auto witness = ots_witness(form, s.signature);
        CHECK(witness.size() == ots_witness_elements(form, size));
        CHECK(read_ots_witness(form, s.key, witness) == s.signature);
        CHECK(agreed(form, s.key, witness));
        auto run = gadgets::test::run_script(ots_script(form, OtsResult::nibbles, s.key).script, witness);
        CHECK(run.stack == nibbles_of(form, message));
      }
    }
  }
}

TEST_CASE("several values in one script, in one witness of less than 1,000 elements") {
  Random random;
  std::vector<Signed> all;
  std::vector<OtsPublicKey> keys;
  std::vector<Bytes> witness, nibbles;
  for (std::size_t i = 0; i < 7; ++i) {
    all.emplace_back(random, random.bytes(32));
    keys.push_back(all.back().key);
    auto part = ots_witness(OtsForm::halved, all.back().signature);
    witness.insert(witness.end(), part.begin(), part.end());
    auto left = nibbles_of(OtsForm::halved, all.back().message);
    nibbles.insert(nibbles.end(), left.begin(), left.end());
  }
  CHECK(witness.size() == 938);
  auto checked = ots_script(OtsForm::halved, OtsResult::nothing, keys);
  auto run = gadgets::test::run_script(checked.script, witness);
  CHECK(run.error == ScriptError::OK);
  CHECK(run.stack.empty());
  auto kept = ots_script(OtsForm::halved, OtsResult::nibbles, keys);
  run = gadgets::test::run_script(kept.script, witness);
  CHECK(run.error == ScriptError::OK);
  CHECK(run.stack == nibbles);
  for (const OtsScript& script : {checked, kept}) {
    REQUIRE(script.hash_at.size() == 7 * 67);
    for (std::size_t i = 0; i < script.hash_at.size(); ++i)
      CHECK(equal(ByteView(script.script).subspan(script.hash_at[i], 20), keys[i / 67].hashes[i % 67]));
  }
  std::swap(witness[0], witness[134]);
  CHECK(gadgets::test::run_script(checked.script, witness).error != ScriptError::OK);
}

TEST_CASE("every altered digit or hash fails in script and natively") {
  Random random;
  for (std::size_t size : {1u, 4u, 9u}) {
    Signed s(random, random.bytes(size));
    for (OtsForm form : forms) {
      CAPTURE(static_cast<int>(form));
      for (std::size_t i = 0; i < s.signature.digits.size(); ++i) {
        CAPTURE(i);
        unsigned digit = s.signature.digits[i].digit;
        auto with = [&](unsigned changed, const crypto::Hash160& hash) {
          OtsSignature bad = s.signature;
          bad.digits[i] = {hash, static_cast<std::uint8_t>(changed)};
          return ots_witness(form, bad);
        };
        const crypto::Hash160& hash = s.signature.digits[i].hash;
        if (form != OtsForm::compact) {
          if (digit < 15) CHECK(!agreed(form, s.key, with(digit + 1, hash)));
          if (digit > 0) CHECK(!agreed(form, s.key, with(digit - 1, hash)));
        }
        // A forgery that anyone can try: the next hash of the chain with its digit. The checksum refuses it.
        if (digit < 15) CHECK(!agreed(form, s.key, with(digit + 1, crypto::hash160(hash))));
        crypto::Hash160 damaged = hash;
        damaged[7] ^= 4;
        CHECK(!agreed(form, s.key, with(digit, damaged)));
      }
    }
  }
}

TEST_CASE("one digit raised and another lowered") {
  Random random;
  Signed s(random, from_hex("4567"));
  for (OtsForm form : forms) {
    for (std::size_t up = 0; up < s.signature.digits.size(); ++up) {
      for (std::size_t down = 0; down < s.signature.digits.size(); ++down) {
        if (up == down || s.signature.digits[up].digit == 15 || s.signature.digits[down].digit == 0) continue;
        OtsSignature bad = s.signature;
        bad.digits[up].hash = crypto::hash160(bad.digits[up].hash);
        ++bad.digits[up].digit;
        --bad.digits[down].digit;  // without the hash that it would need
        CHECK(!agreed(form, s.key, ots_witness(form, bad)));
      }
    }
  }
}

TEST_CASE("numbers that are no digits") {
  Random random;
  // Message digits 15, 0 and so on; checksum 24 = 1, 8.
  Signed s(random, from_hex("f00f0f0f"));
  for (OtsForm form : {OtsForm::list_pick, OtsForm::halved}) {
    auto good = ots_witness(form, s.signature);
    for (std::size_t at = 1; at < good.size(); at += 2) {
      std::int64_t digit = gadgets::test::ScriptRun{{}, {good[at]}, 0}.numbers()[0];
      CAPTURE(at);
      for (std::int64_t number :
           std::initializer_list<std::int64_t>{-1, -digit - 1, 16, 17, 20, 30, 2147483647, -2147483647}) {
        auto bad = good;
        bad[at] = bitcoin::script_number(number);
        // Above 15 counts as 15, and then it is that digit's witness like any other.
        CHECK(agreed(form, s.key, bad) == (digit == 15 && number > 15));
      }
      for (const Bytes& element : {Bytes(5, 1), Bytes(20, 0), Bytes(520, 9), Bytes(521, 0)}) {
        auto bad = good;
        bad[at] = element;
        CHECK(!read_ots_witness(form, s.key, bad));
        CHECK(!accepts(form, OtsResult::nothing, s.key, bad));
      }
      // Not minimal: refused by what nodes relay; the chain would take it, and then it is read.
      for (Bytes element : {Bytes{static_cast<std::uint8_t>(digit), 0}, Bytes{0, 0}, Bytes{0x80}}) {
        auto bad = good;
        bad[at] = element;
        for (OtsResult result : results) CHECK(!accepts(form, result, s.key, bad));
        CHECK(read_ots_witness(form, s.key, bad).has_value() == (element[0] % 0x80 == digit));
      }
    }
  }
}

TEST_CASE("bits that are neither empty nor one") {
  Random random;
  Signed s(random, from_hex("5a"));
  auto good = ots_witness(OtsForm::binary, s.signature);
  for (std::size_t at = 0; at < good.size(); ++at) {
    if (at % 5 == 3) continue;
    for (const Bytes& bit : {Bytes{2}, Bytes{0}, Bytes{1, 0}, Bytes{0x81}, Bytes{0x80}, Bytes(20, 1)}) {
      auto bad = good;
      bad[at] = bit;
      CHECK(!agreed(OtsForm::binary, s.key, bad));
    }
  }
}

TEST_CASE("a digit's pick cannot reach what lies below") {
  // The owner of a key puts the public hash itself where a larger number would pick it, and lowers another
  // digit so that the sum is right.
  Random random;
  Signed s(random, from_hex("70"));
  for (OtsForm form : {OtsForm::list_pick, OtsForm::halved}) {
    auto good = ots_witness(form, s.signature);
    for (std::size_t at = 1; at < good.size(); at += 2) {
      for (std::int64_t number = 8; number < 40; ++number) {
        auto bad = good;
        bad[at] = bitcoin::script_number(number);
        std::vector<Bytes> below(40, to_bytes(s.key.hashes[0]));
        below.insert(below.end(), bad.begin(), bad.end());
        bool native = read_ots_witness(form, s.key, bad).has_value();
        for (OtsResult result : results) {
          auto run = gadgets::test::run_script(ots_script(form, result, s.key).script, below);
          CHECK((run.error == ScriptError::OK) == native);
        }
      }
    }
  }
}

TEST_CASE("other keys, other lengths, random elements") {
  Random random;
  Signed s(random, random.bytes(4)), other(random, s.message);
  for (OtsForm form : forms) {
    auto good = ots_witness(form, s.signature);
    CHECK(!agreed(form, other.key, good));
    OtsPublicKey swapped = s.key;
    std::swap(swapped.hashes[0], swapped.hashes[1]);
    CHECK(!agreed(form, swapped, good));
    CHECK(!read_ots_witness(form, s.key, std::span(good).first(good.size() - 1)));
    CHECK(!read_ots_witness(form, s.key, {}));
    for (int i = 0; i < 300; ++i) {
      auto bad = good;
      for (std::uint32_t n = 1 + random.below(3); n > 0; --n) {
        Bytes& element = bad[random.below(static_cast<std::uint32_t>(bad.size()))];
        switch (random.below(4)) {
          case 0:
            element = bitcoin::script_number(static_cast<std::int64_t>(random.below(20)) - 2);
            break;
          case 1:
            element = bad[random.below(static_cast<std::uint32_t>(bad.size()))];
            break;
          case 2:
            element = random.bytes(random.below(24));
            break;
          default:
            element = to_bytes(crypto::hash160(element));
        }
      }
      auto read = read_ots_witness(form, s.key, bad);
      bool taken = accepts(form, OtsResult::nothing, s.key, bad);
      // Relay also asks for minimal numbers.
      if (taken != read.has_value()) CHECK((read && ots_witness(form, *read) != bad));
      if (read) CHECK(*read == s.signature);
    }
  }
}

TEST_CASE("a chain that its owner began with bytes of another length is refused: it could not be relayed") {
  Random random;
  Signed s(random, from_hex("00"));
  for (std::size_t length : {0u, 19u, 21u, 81u, 500u}) {
    Bytes start(length, 5);
    crypto::Hash160 end = crypto::hash160(start);
    for (int i = 1; i < 15; ++i) end = crypto::hash160(end);
    s.key.hashes[1] = end;
    for (OtsForm form : forms) {
      auto witness = ots_witness(form, s.signature);
      auto shown = std::ranges::find(witness, to_bytes(s.signature.digits[1].hash));
      REQUIRE(shown != witness.end());
      *shown = start;
      CHECK(!read_ots_witness(form, s.key, witness));
      for (OtsResult result : results) CHECK(!accepts(form, result, s.key, witness));
    }
  }
}

TEST_CASE("the smallest form is halved, everywhere") {
  for (OtsResult result : results) {
    for (std::size_t size = 1; size <= crypto::max_ots_bytes; ++size) {
      CHECK(smallest_form(result, size) == OtsForm::halved);
      for (OtsForm form : forms)
        CHECK(ots_weight(form, result, size) >= ots_weight(OtsForm::halved, result, size));
    }
  }
  // Bytes of script for each digit of a long message, as the header says.
  OtsPublicKey longer, shorter;
  longer.hashes.resize(crypto::ots_digit_count(64));
  shorter.hashes.resize(crypto::ots_digit_count(63));
  auto per_digit = [&](OtsForm form, OtsResult result) {
    return (ots_script(form, result, longer).script.size() -
            ots_script(form, result, shorter).script.size()) /
           2;
  };
  CHECK(per_digit(OtsForm::list_pick, OtsResult::nothing) == 73);
  CHECK(per_digit(OtsForm::list_pick, OtsResult::nibbles) == 74);
  CHECK(per_digit(OtsForm::binary, OtsResult::nothing) == 71);
  CHECK(per_digit(OtsForm::binary, OtsResult::nibbles) == 72);
  CHECK(per_digit(OtsForm::compact, OtsResult::nothing) == 139);
  CHECK(per_digit(OtsForm::compact, OtsResult::nibbles) == 140);
  CHECK(per_digit(OtsForm::halved, OtsResult::nothing) == 69);
  CHECK(per_digit(OtsForm::halved, OtsResult::nibbles) == 71);
}
