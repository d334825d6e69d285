#include <algorithm>
#include <fmt/core.h>

#include "base/error.hpp"
#include "bitcoin/taproot.hpp"
#include "optimistic/claim_leaves.hpp"

namespace pegkit::optimistic {
namespace {

constexpr std::size_t signature_bytes = 1 + 65;

void add_signature(bitcoin::Witness& to, const crypto::OtsSignature& signature) {
  for (Bytes& element : gadgets::ots_witness(claim_form, signature)) to.push_back(std::move(element));
}

void add_value(bitcoin::Witness& to, const ClaimProgram& program, const ClaimSignatures& signatures,
               std::size_t value) {
  if (value >= signatures.size() || !signatures[value])
    throw input_error("claim.unsigned",
                      fmt::format("there is no one-time signature of {}", program.values()[value].name));
  add_signature(to, *signatures[value]);
}

std::size_t witness_bytes(const ClaimProgram& program, std::span<const std::size_t> values) {
  std::size_t out = signature_bytes;
  for (std::size_t value : values) out += claim_witness_bytes(program.values()[value].bytes);
  return out;
}

/// The elements that a tapscript finds on the stack; nullopt for a key path spend, or when there are none.
std::optional<std::span<const Bytes>> script_stack(const bitcoin::Witness& witness) {
  constexpr std::uint8_t annex_tag = 0x50;
  std::span<const Bytes> out(witness);
  if (out.size() >= 2 && !out.back().empty() && out.back()[0] == annex_tag) out = out.first(out.size() - 1);
  if (out.size() < 3) return std::nullopt;
  return out.first(out.size() - 2);
}

/// Reads signatures from the bottom of a stack upwards.
class StackReader {
 public:
  explicit StackReader(std::span<const Bytes> stack) : stack_(stack) {}

  void skip() { stack_ = stack_.subspan(stack_.empty() ? 0 : 1); }
  /// The next signature; nullopt when the stack ends before it, or it is not by this key.
  std::optional<crypto::OtsSignature> next(const crypto::OtsPublicKey& key) {
    std::size_t count = claim_witness_elements(key.message_bytes());
    if (stack_.size() < count) return std::nullopt;
    auto out = gadgets::read_ots_witness(claim_form, key, stack_.first(count));
    stack_ = stack_.subspan(count);
    return out;
  }
  bool next(const ClaimKeys& keys, std::span<const std::size_t> values, ClaimSignatures& into) {
    return std::ranges::all_of(values, [&](std::size_t value) {
      into[value] = next(keys.at(value));
      return into[value].has_value();
    });
  }
  bool done() const { return stack_.empty(); }

 private:
  std::span<const Bytes> stack_;
};

std::optional<ClaimSignatures> read_values(const ClaimProgram& program, const ClaimKeys& keys,
                                           std::span<const std::size_t> values,
                                           const bitcoin::Witness& witness) {
  check_keys(program, keys);
  auto stack = script_stack(witness);
  if (!stack) return std::nullopt;
  StackReader reader(*stack);
  reader.skip();
  ClaimSignatures out(keys.size());
  if (!reader.next(keys, values, out) || !reader.done()) return std::nullopt;
  return out;
}

bitcoin::Witness signed_values_witness(const ClaimProgram& program, std::span<const std::size_t> values,
                                       const ClaimSignatures& signatures, ByteView signature) {
  bitcoin::Witness out{to_bytes(signature)};
  for (std::size_t value : values) add_value(out, program, signatures, value);
  return out;
}

std::uint32_t number_of(const crypto::OtsSignature& signature) {
  std::uint32_t out = 0;
  ClaimTrace value = signed_values({signature});
  for (std::uint8_t byte : value[0]) out = out << 8 | byte;
  return out;
}

}  // namespace

bitcoin::Witness kickoff_witness(const ClaimProgram& program, const ClaimLayout& layout,
                                 const ClaimSignatures& signatures, ByteView signature) {
  return signed_values_witness(program, layout.kickoff(), signatures, signature);
}

bitcoin::Witness assert_witness(const ClaimProgram& program, const ClaimLayout& layout,
                                const ClaimSignatures& signatures, std::size_t part, ByteView signature) {
  if (part == 0) throw input_error("claim.part", "assert part 0 shows the sequencer's signature too");
  return signed_values_witness(program, layout.part(part), signatures, signature);
}

bitcoin::Witness epoch_witness(const ClaimProgram& program, const ClaimLayout& layout,
                               const ClaimSignatures& signatures, const crypto::OtsSignature& sequencer,
                               ByteView signature) {
  std::span<const std::size_t> values(layout.part(0));
  bitcoin::Witness out = signed_values_witness(program, values.first(2), signatures, signature);
  add_signature(out, sequencer);
  for (std::size_t value : values.subspan(2)) add_value(out, program, signatures, value);
  return out;
}

bitcoin::Witness disprove_witness(const ClaimProgram& program, std::size_t step,
                                  const ClaimSignatures& signatures, ByteView signature) {
  bitcoin::Witness out;
  for (std::size_t value : step_values(program, step)) add_value(out, program, signatures, value);
  out.push_back(to_bytes(signature));
  return out;
}

bitcoin::Witness slash_witness(const crypto::OtsSignature& one, const crypto::OtsSignature& other) {
  bitcoin::Witness out;
  add_signature(out, one);
  add_signature(out, other);
  return out;
}

std::size_t kickoff_stack(const ClaimProgram& program, const ClaimLayout& layout) {
  return witness_bytes(program, layout.kickoff());
}

std::size_t assert_stack(const ClaimProgram& program, const ClaimLayout& layout, std::size_t part) {
  std::size_t sequencer = part == 0 ? claim_witness_bytes(32) : 0;
  return witness_bytes(program, layout.part(part)) + sequencer;
}

std::size_t disprove_stack(const ClaimProgram& program, std::size_t step) {
  return witness_bytes(program, step_values(program, step));
}

std::optional<ClaimSignatures> read_kickoff(const ClaimProgram& program, const ClaimLayout& layout,
                                            const ClaimKeys& keys, const bitcoin::Witness& witness) {
  return read_values(program, keys, layout.kickoff(), witness);
}

std::optional<ClaimSignatures> read_assert(const ClaimProgram& program, const ClaimLayout& layout,
                                           const ClaimKeys& keys, std::size_t part,
                                           const bitcoin::Witness& witness) {
  if (part == 0) throw input_error("claim.part", "assert part 0 is read by read_epoch");
  return read_values(program, keys, layout.part(part), witness);
}

std::optional<EpochSignatures> read_epoch(const ClaimProgram& program, const ClaimLayout& layout,
                                          const ClaimKeys& keys,
                                          std::span<const crypto::OtsPublicKey> sequencer,
                                          std::uint32_t first_epoch, const bitcoin::Witness& witness) {
  check_keys(program, keys);
  auto stack = script_stack(witness);
  if (!stack) return std::nullopt;
  std::span<const std::size_t> values(layout.part(0));
  StackReader reader(*stack);
  reader.skip();
  EpochSignatures out;
  out.signatures.resize(keys.size());
  if (!reader.next(keys, values.first(2), out.signatures)) return std::nullopt;
  out.epoch = number_of(*out.signatures[values[0]]);
  if (out.epoch < first_epoch || out.epoch - first_epoch >= sequencer.size()) return std::nullopt;
  auto committed = reader.next(sequencer[out.epoch - first_epoch]);
  if (!committed || signed_values({*committed}) != signed_values({*out.signatures[values[1]]}))
    return std::nullopt;
  out.sequencer = std::move(*committed);
  if (!reader.next(keys, values.subspan(2), out.signatures) || !reader.done()) return std::nullopt;
  return out;
}

}  // namespace pegkit::optimistic
