// A document of one-time keys that is read is written again as it was. A witness is read as a signature only
// when the script takes it too, and it can then be shown in every other form.

#include <cstdlib>

#include "bitcoin/script_machine.hpp"
#include "gadgets/ots_script.hpp"
#include "optimistic/ots_keys.hpp"

using namespace pegkit;
using namespace pegkit::optimistic;
using namespace pegkit::gadgets;

namespace {

constexpr OtsForm forms[] = {OtsForm::list_pick, OtsForm::binary, OtsForm::compact, OtsForm::halved};

void check_document(ByteView text) {
  try {
    OtsKeySet set = OtsKeySet::parse(parse_json(as_text(text)));
    if (!(OtsKeySet::parse(set.to_json()) == set)) std::abort();
  } catch (const Error&) {
  }
}

bool script_takes(OtsForm form, const crypto::OtsPublicKey& key, const std::vector<Bytes>& witness) {
  using namespace bitcoin;
  static const Transaction tx = [] {
    Transaction t;
    t.inputs.resize(1);
    return t;
  }();
  static const SighashCache cache(tx, {TxOut{}});
  TransactionChecker checker(cache, 0, Sat(0));
  OtsScript script = ots_script(form, OtsResult::nothing, key);
  ScriptMachine machine(ScriptRules::tapscript, consensus_flags, checker);
  for (const Bytes& element : witness) machine.stack.push(StackElement::view(element));
  return machine.run(script.script) == ScriptError::OK && machine.stack.empty();
}

/// Takes a good witness and changes elements of it as the input says: which, how, and with what bytes.
void check_witness(OtsForm form, ByteView input) {
  static const auto secret = crypto::OtsSecret::from(Bytes(20, 1));
  static const auto key = crypto::ots_public_key(secret, 2);
  static const auto signature = crypto::ots_sign(secret, Bytes{0xf0, 0x5a});
  auto witness = ots_witness(form, signature);
  while (input.size() >= 2) {
    Bytes& element = witness[input[0] % witness.size()];
    std::size_t size = std::min<std::size_t>(input[1] & 31, input.size() - 2);
    switch (input[1] >> 6) {
      case 0:
        element = to_bytes(input.subspan(2, size));
        break;
      case 1:
        element = to_bytes(crypto::hash160(element));
        break;
      case 2:
        element = witness[input[1] % witness.size()];
        break;
      default:
        append(element, input.subspan(2, size));
    }
    input = input.subspan(2 + size);
  }
  auto read = read_ots_witness(form, key, witness);
  // Elements above the chain's limit never reach a script.
  bool fits = std::ranges::all_of(witness, [](const Bytes& e) { return e.size() <= 520; });
  if (fits && read.has_value() != script_takes(form, key, witness)) std::abort();
  if (!read) return;
  for (OtsForm other : forms)
    if (read_ots_witness(other, key, ots_witness(other, *read)) != read) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView bytes{data, size};
  check_document(bytes);
  if (!bytes.empty()) check_witness(forms[bytes[0] % std::size(forms)], bytes.subspan(1));
  return 0;
}
