// Bitcoin Core's own data for the script machine: script_tests.json, tx_valid.json, tx_invalid.json.

#include <doctest/doctest.h>
#include <map>
#include <random>

#include "base/files.hpp"
#include "base/json.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/policy.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/taproot.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;

namespace {

constexpr std::uint32_t all_flags = (VERIFY_DISCOURAGE_UPGRADABLE_PUBKEYTYPE << 1) - 1;

/// Tests of a file: its rows that are not comments.
std::vector<Json> rows(const char* name, std::size_t min_fields) {
  auto path = test::vectors_path(name);
  Bytes file = read_file(path);
  JsonLimits limits;
  limits.floats = true;
  std::vector<Json> out;
  for (const Json& row : parse_json(as_text(file), limits)) {
    if (row.size() >= min_fields) out.push_back(row);
  }
  return out;
}

Sat btc(const Json& value) {
  return value.is_string() ? parse_btc(value.get<std::string>())
                           : Sat(value.get<std::int64_t>() * 100'000'000);
}

/// Removes flags whose prerequisites are missing: CLEANSTACK needs WITNESS, which needs P2SH.
std::uint32_t trim(std::uint32_t flags) {
  if (!(flags & VERIFY_P2SH)) flags &= ~VERIFY_WITNESS;
  if (!(flags & VERIFY_WITNESS)) flags &= ~VERIFY_CLEANSTACK;
  return flags;
}
/// Adds the prerequisites of every flag that is set.
std::uint32_t fill(std::uint32_t flags) {
  if (flags & VERIFY_CLEANSTACK) flags |= VERIFY_WITNESS;
  if (flags & VERIFY_WITNESS) flags |= VERIFY_P2SH;
  return flags;
}

Transaction crediting(const Script& script_pubkey, Sat amount) {
  Transaction tx;
  tx.version = 1;
  tx.inputs.resize(1);
  tx.inputs[0].prevout.vout = 0xffffffff;
  tx.inputs[0].script_sig = {OP_0, OP_0};
  tx.outputs.push_back({amount, script_pubkey});
  return tx;
}

Transaction spending(const Script& script_sig, const Witness& witness, const Transaction& credit) {
  Transaction tx;
  tx.version = 1;
  tx.inputs.resize(1);
  tx.inputs[0].prevout = {credit.txid(), 0};
  tx.inputs[0].script_sig = script_sig;
  tx.inputs[0].witness = witness;
  tx.outputs.push_back({credit.outputs[0].value, {}});
  return tx;
}

/// One row of script_tests.json.
struct ScriptTest {
  explicit ScriptTest(const Json& row) {
    std::size_t at = 0;
    std::optional<crypto::XOnlyKey> output_key;
    if (row[0].is_array()) {
      for (std::size_t i = 0; i + 1 < row[0].size(); ++i)
        add_witness(row[0][i].get<std::string>(), output_key);
      amount = btc(row[0].back());
      at = 1;
    }
    script_sig = parse_asm(row[at].get<std::string>());
    std::string pubkey = row[at + 1].get<std::string>();
    script_pubkey =
        pubkey == "0x51 0x20 #TAPROOTOUTPUT#" ? p2tr_script(output_key.value()) : parse_asm(pubkey);
    flags = parse_flags(row[at + 2].get<std::string>());
    expected = row[at + 3].get<std::string>();
  }

  void add_witness(const std::string& item, std::optional<crypto::XOnlyKey>& output_key) {
    static const std::string script_mark = "#SCRIPT#";
    if (item.starts_with(script_mark)) {
      witness.push_back(parse_asm(item.substr(script_mark.size())));
    } else if (item == "#CONTROLBLOCK#") {
      // The leaf alone in its tree, under the key whose secret is 1.
      crypto::SecretKey one = crypto::SecretKey::from([] {
        Bytes b(32);
        b[31] = 1;
        return b;
      }());
      crypto::XOnlyKey internal = crypto::xonly(one.public_key());
      TaprootOutput output = taproot_output(internal, tapleaf_hash(witness.back()));
      witness.push_back(control_block(internal, output.odd, {}));
      output_key = output.key;
    } else {
      witness.push_back(from_hex(item));
    }
  }

  Script script_sig, script_pubkey;
  Witness witness;
  Sat amount;
  std::uint32_t flags;
  std::string expected;
};

/// One row of tx_valid.json or tx_invalid.json.
struct TxTest {
  explicit TxTest(const Json& row) : tx(Transaction::from_hex(row[1].get<std::string>())) {
    std::map<OutPoint, TxOut> outputs;
    for (const Json& prevout : row[0]) {
      OutPoint outpoint{Txid::from_display(prevout[0].get<std::string>()),
                        static_cast<std::uint32_t>(prevout[1].get<std::int64_t>())};
      Sat amount(prevout.size() > 3 ? prevout[3].get<std::int64_t>() : 0);
      outputs[outpoint] = {amount, parse_asm(prevout[2].get<std::string>())};
    }
    for (const TxIn& input : tx.inputs) spent.push_back(outputs[input.prevout]);
  }

  bool valid(std::uint32_t flags) const {
    SighashCache cache(tx, spent);
    for (std::size_t i = 0; i < tx.inputs.size(); ++i) {
      if (verify_input(cache, i, flags) != ScriptError::OK) return false;
    }
    return true;
  }

  Transaction tx;
  std::vector<TxOut> spent;
};

std::vector<std::uint32_t> single_flags() {
  std::vector<std::uint32_t> out;
  for (std::uint32_t flag = 1; flag < all_flags; flag <<= 1) out.push_back(flag);
  return out;
}

}  // namespace

TEST_CASE("script_tests.json: every script ends as it does in Bitcoin Core" * pegkit::test::needs_vectors) {
  std::mt19937 random(1);
  for (const Json& row : rows("core/script_tests.json", 4)) {
    CAPTURE(row.dump());
    ScriptTest test(row);
    Transaction credit = crediting(test.script_pubkey, test.amount);
    Transaction spend = spending(test.script_sig, test.witness, credit);
    SighashCache cache(spend, credit.outputs);
    CHECK(std::string(script_error_name(verify_input(cache, 0, test.flags))) == test.expected);

    // Removing a rule cannot make a valid spend invalid; adding one cannot make an invalid spend valid.
    bool valid = test.expected == "OK";
    for (int i = 0; i < 16; ++i) {
      std::uint32_t extra = random() & all_flags;
      std::uint32_t flags = valid ? test.flags & ~extra : test.flags | extra;
      if (flags != fill(flags)) continue;
      CAPTURE(format_flags(flags));
      CHECK((verify_input(cache, 0, flags) == ScriptError::OK) == valid);
    }
  }
}

TEST_CASE("tx_valid.json: valid under all flags but those named, and the names are needed" *
          test::needs_vectors) {
  std::mt19937 random(2);
  for (const Json& row : rows("core/tx_valid.json", 3)) {
    CAPTURE(row.dump());
    TxTest test(row);
    std::uint32_t excluded = parse_flags(row[2].get<std::string>());
    std::uint32_t flags = all_flags & ~excluded;
    CHECK(check_transaction(test.tx) == "");
    CHECK(flags == fill(flags));
    CHECK(test.valid(flags));
    for (std::uint32_t flag : single_flags()) {
      CHECK(test.valid(trim(flags & ~flag)));
      CHECK(test.valid(trim(flags & ~static_cast<std::uint32_t>(random()))));
      std::uint32_t fewer = trim(excluded & ~flag);
      if (fewer != excluded) CHECK_FALSE(test.valid(all_flags & ~fewer));
    }
  }
}

TEST_CASE("tx_invalid.json: invalid under the flags named, and each flag is needed" *
          pegkit::test::needs_vectors) {
  std::mt19937 random(3);
  for (const Json& row : rows("core/tx_invalid.json", 3)) {
    CAPTURE(row.dump());
    TxTest test(row);
    if (row[2] == "BADTX") {
      CHECK(check_transaction(test.tx) != "");
      continue;
    }
    CHECK(check_transaction(test.tx) == "");
    std::uint32_t flags = parse_flags(row[2].get<std::string>());
    CHECK(flags == fill(flags));
    CHECK_FALSE(test.valid(flags));
    for (std::uint32_t flag : single_flags()) {
      CHECK_FALSE(test.valid(fill(flags | flag)));
      CHECK_FALSE(test.valid(fill(flags | (random() & all_flags))));
      std::uint32_t fewer = trim(flags & ~flag);
      if (fewer != flags) CHECK(test.valid(fewer));
    }
  }
}
