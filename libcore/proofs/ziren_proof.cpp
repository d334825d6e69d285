#include "proofs/ziren_proof.hpp"

#include <fmt/core.h>

namespace pegkit::proofs {
namespace {

constexpr std::size_t groth16_size = 4 + 256, plonk_size = 4 + 864;

Bytes read_hex(const JsonField& field) {
  return field.at([&] {
    std::string text = field.text(JsonField::max_text);
    return from_hex(text.starts_with("0x") ? std::string_view(text).substr(2) : text);
  });
}

ZirenSystem read_system(const JsonField& mode) {
  std::string name = mode.text(32);
  if (name == "groth16") return ZirenSystem::groth16;
  if (name == "plonk") return ZirenSystem::plonk;
  mode.fail("proof.mode", "neither groth16 nor plonk");
}

Bytes read_proof(const JsonField& field, ZirenSystem system) {
  Bytes proof = read_hex(field);
  std::size_t size = ZirenProof::proof_size(system);
  if (proof.size() != size)
    field.fail("proof.length", fmt::format("{} bytes, where {} are expected", proof.size(), size));
  return proof;
}

}  // namespace

const char* system_name(ZirenSystem system) {
  return system == ZirenSystem::groth16 ? "groth16" : "plonk";
}

std::size_t ZirenProof::proof_size(ZirenSystem system) {
  return system == ZirenSystem::groth16 ? groth16_size : plonk_size;
}

ZirenProof ZirenProof::parse(const Json& document) {
  JsonObject object(document);
  ZirenProof out;
  out.system = read_system(object.required("mode"));
  out.proof = read_proof(object.required("proof"), out.system);
  out.public_values = read_hex(object.required("public_inputs"));
  JsonField program = object.required("vkey_hash");
  Bytes hash = read_hex(program);
  if (hash.size() != out.program.size())
    program.fail("hex.length",
                 fmt::format("{} bytes, where {} are expected", hash.size(), out.program.size()));
  std::ranges::copy(hash, out.program.begin());
  if (auto version = object.optional("zkm_version")) out.zkm_version = version->text(64);
  object.ignore({"vkey"});  // the key of the STARK that the proof wraps
  object.done();
  return out;
}

Json ZirenProof::to_json() const {
  return {{"proof", to_hex(proof)},
          {"public_inputs", to_hex(public_values)},
          {"vkey_hash", "0x" + to_hex(program)},
          {"vkey", "0x"},
          {"zkm_version", zkm_version},
          {"mode", system_name(system)}};
}

crypto::Hash256 ZirenProof::hash() const {
  auto length = static_cast<std::uint32_t>(public_values.size());
  ByteArray<4> size = {static_cast<std::uint8_t>(length >> 24), static_cast<std::uint8_t>(length >> 16),
                       static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
  return crypto::tagged("pegkit/proof").write(program).write(size).write(public_values).write(proof).finish();
}

}  // namespace pegkit::proofs
