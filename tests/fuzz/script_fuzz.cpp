// Any scripts and witness end in a verdict, and the verdict obeys the soft fork rule: what standard flags
// accept, consensus flags accept. Reading a script as notation never fails otherwise than with an Error.
//
// Input: 4 bytes of flags, one of kind, then chunks with a two-byte length each: scriptSig, scriptPubKey (or
// leaf), and the witness.

#include <cstdlib>

#include "base/error.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/taproot.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;

namespace {

std::vector<Bytes> read_chunks(ByteView data) {
  std::vector<Bytes> out;
  while (data.size() >= 2) {
    std::size_t size = std::min<std::size_t>(data[0] | data[1] << 8, data.size() - 2);
    out.push_back(to_bytes(data.subspan(2, size)));
    data = data.subspan(2 + size);
  }
  return out;
}

/// Puts the script under test behind the kind of output that runs it.
Script lock(std::uint8_t kind, const Script& script, Transaction& tx) {
  TxIn& input = tx.inputs[0];
  switch (kind % 4) {
    case 1:
      append(input.script_sig, ScriptBuilder().push(script).take());
      return p2sh_script(script);
    case 2:
      input.witness.push_back(script);
      return p2wsh_script(script);
    case 3: {
      TaprootOutput output = taproot_output(nums_point(), tapleaf_hash(script));
      input.witness.push_back(script);
      input.witness.push_back(control_block(nums_point(), output.odd, {}));
      return p2tr_script(output.key);
    }
    default:
      return script;
  }
}

void check_notation(const Script& script) {
  std::string text = script_asm(script);
  try {
    parse_asm(text);
  } catch (const Error&) {
  }
  try {
    ScriptReader reader(script);
    while (reader.next()) {
    }
  } catch (const Error&) {
  }
  script_kind(script);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  std::uint32_t flags = data[0] | data[1] << 8 | data[2] << 16 | static_cast<std::uint32_t>(data[3]) << 24;
  std::uint8_t kind = data[4];
  std::vector<Bytes> chunks = read_chunks({data + 5, size - 5});
  if (chunks.size() < 2) return 0;

  Transaction tx;
  tx.inputs.resize(1);
  tx.outputs.push_back({Sat(1), {}});
  tx.inputs[0].sequence = kind;
  tx.inputs[0].script_sig = chunks[0];
  tx.inputs[0].witness.assign(chunks.begin() + 2, chunks.end());
  Script script_pubkey = lock(kind, chunks[1], tx);
  check_notation(chunks[1]);

  SighashCache cache(tx, {{Sat(2), script_pubkey}});
  verify_input(cache, 0, flags);
  bool standard = verify_input(cache, 0, standard_flags) == ScriptError::OK;
  bool consensus = verify_input(cache, 0, consensus_flags) == ScriptError::OK;
  if (standard && !consensus) std::abort();
  if (count_sigops(script_pubkey, true) > count_sigops(script_pubkey, false)) std::abort();
  return 0;
}
