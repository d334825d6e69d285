// Any text is refused as a document of Ziren's (an Error) or read, written the same, and verified without a
// crash; any bytes are a key of either system or are refused. The first byte chooses.
//
// A good seed is a published document after a byte "d".

#include <cstdlib>
#include <optional>

#include "proofs/gnark_groth16.hpp"
#include "proofs/ziren_proof.hpp"

using namespace pegkit;
using namespace pegkit::proofs;

namespace {

/// A key of two inputs from the generators, as gnark writes it.
const ZirenKey& key() {
  static const ZirenKey out(ZirenSystem::groth16, [] {
    auto g1 = bn254::write_compressed(bn254::g1_generator());
    auto g2 = bn254::write_compressed(bn254::g2_generator());
    Bytes file;
    for (ByteView point :
         {ByteView(g1), ByteView(g1), ByteView(g2), ByteView(g2), ByteView(g1), ByteView(g2)})
      append(file, point);
    append(file, Bytes{0, 0, 0, 3});
    for (int i = 0; i < 3; ++i) append(file, g1);
    append(file, Bytes(8));
    return file;
  }());
  return out;
}

void check_document(std::string_view text) {
  ZirenProof proof;
  try {
    proof = ZirenProof::parse(parse_json(text));
  } catch (const Error&) {
    return;
  }
  if (ZirenProof::parse(proof.to_json()).hash() != proof.hash()) std::abort();
  if (proof.system == ZirenSystem::groth16)
    std::ranges::copy(ByteView(key().hash()).first(4), proof.proof.begin());
  if (key().verify(proof))
    std::abort();  // nobody can prove anything under this key and these 128 bits of luck
}

void check_key(ByteView file) {
  for (ZirenSystem system : {ZirenSystem::groth16, ZirenSystem::plonk}) {
    try {
      ZirenKey read(system, file);
    } catch (const Error&) {
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  ByteView rest = ByteView{data, size}.subspan(1);
  if (data[0] == 'd')
    check_document(as_text(rest));
  else
    check_key(rest);
  return 0;
}
