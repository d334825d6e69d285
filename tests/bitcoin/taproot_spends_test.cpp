// Inputs made by Bitcoin Core's feature_taproot test.

#include <doctest/doctest.h>

#include "base/files.hpp"
#include "base/json.hpp"
#include "bitcoin/interpreter.hpp"
#include "support/vectors.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;

namespace {

/// Every combination of the consensus flags in which a rule stands on those it needs.
std::vector<std::uint32_t> consensus_combinations() {
  static constexpr std::uint32_t single[] = {
      VERIFY_P2SH,    VERIFY_DERSIG, VERIFY_NULLDUMMY, VERIFY_CHECKLOCKTIMEVERIFY, VERIFY_CHECKSEQUENCEVERIFY,
      VERIFY_WITNESS, VERIFY_TAPROOT};
  std::vector<std::uint32_t> out;
  for (unsigned bits = 0; bits < 128; ++bits) {
    std::uint32_t flags = 0;
    for (unsigned i = 0; i < 7; ++i) flags |= bits >> i & 1 ? single[i] : 0;
    if ((flags & VERIFY_WITNESS) && !(flags & VERIFY_P2SH)) continue;
    if ((flags & VERIFY_TAPROOT) && !(flags & VERIFY_WITNESS)) continue;
    out.push_back(flags);
  }
  return out;
}

struct SpendTest {
  explicit SpendTest(const Json& json)
      : tx(Transaction::from_hex(json["tx"].get<std::string>())),
        index(json["index"].get<std::size_t>()),
        flags(parse_flags(json["flags"].get<std::string>())),
        final(json.value("final", false)) {
    for (const Json& output : json["prevouts"])
      spent.push_back(parse_output(from_hex(output.get<std::string>())));
  }

  ScriptError verify(const Json& unlock, std::uint32_t with_flags) const {
    Script script_sig = from_hex(unlock["scriptSig"].get<std::string>());
    Witness witness;
    for (const Json& item : unlock["witness"]) witness.push_back(from_hex(item.get<std::string>()));
    SighashCache cache(tx, spent);
    return verify_script(script_sig, spent[index].script_pubkey, witness, with_flags, cache, index,
                         spent[index].value);
  }

  Transaction tx;
  std::size_t index;
  std::uint32_t flags;
  bool final;
  std::vector<TxOut> spent;
};

}  // namespace

TEST_CASE("taproot_spends.json: what Bitcoin Core accepts passes, what it refuses fails" *
          test::needs_vectors) {
  auto path = test::vectors_path("core/taproot_spends.json");
  const std::vector<std::uint32_t> combinations = consensus_combinations();
  Bytes file = read_file(path);
  for (const Json& json : parse_json(as_text(file))) {
    CAPTURE(json["comment"].get<std::string>());
    SpendTest test(json);
    for (std::uint32_t flags : combinations) {
      CAPTURE(format_flags(flags));
      if (json.contains("success") && (test.final || (flags & test.flags) == flags)) {
        CHECK(test.verify(json["success"], flags) == ScriptError::OK);
      }
      if (json.contains("failure") && (flags & test.flags) == test.flags) {
        CHECK(test.verify(json["failure"], flags) != ScriptError::OK);
      }
    }
  }
}
