// Any bytes are either refused with an Error or a PSBT that is written the same however often it is read, and
// that can be looked at, finalized and extracted without harm.

#include <cstdlib>

#include "base/error.hpp"
#include "bitcoin/psbt.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;

namespace {

template <class F>
void try_to(F&& what) {
  try {
    what();
  } catch (const Error&) {
  }
}

/// Everything that is computed from a PSBT.
void use(Psbt psbt) {
  try_to([&] { psbt.fee(); });
  const TapNode leaf{};
  for (std::size_t i = 0; i < psbt.inputs.size() && i < 4; ++i) {
    try_to([&] { psbt.taproot_sighash(i, nullptr); });
    try_to([&] { psbt.taproot_sighash(i, &leaf); });
  }
  try_to([&] {
    psbt.finalize();
    if (psbt.extract().txid() != psbt.tx.txid()) {
      // Only a scriptSig changes the txid of what was signed.
      bool legacy = false;
      for (const PsbtInput& input : psbt.inputs)
        legacy |= input.final_script_sig && !input.final_script_sig->empty();
      if (!legacy) std::abort();
    }
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Psbt psbt;
  try {
    psbt = Psbt::parse({data, size});
  } catch (const Error&) {
    return 0;
  }
  if (psbt.inputs.size() != psbt.tx.inputs.size()) std::abort();
  if (psbt.outputs.size() != psbt.tx.outputs.size()) std::abort();
  Bytes written = psbt.serialize();
  if (Psbt::parse(written).serialize() != written) std::abort();
  if (Psbt::from_base64(psbt.base64()).serialize() != written) std::abort();
  use(std::move(psbt));
  return 0;
}
