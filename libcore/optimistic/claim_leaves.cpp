#include "optimistic/claim_leaves.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "gadgets/nibble_script.hpp"
#include "optimistic/claim_gadget.hpp"

namespace pegkit::optimistic {
namespace {

using bitcoin::ScriptBuilder;
using Where = ClaimValue::Where;

constexpr std::size_t epoch_nibbles = 8;

std::vector<crypto::OtsPublicKey> keys_of(const ClaimKeys& keys, std::span<const std::size_t> values) {
  std::vector<crypto::OtsPublicKey> out;
  for (std::size_t value : values) out.push_back(keys.at(value));
  return out;
}

void check_only(ScriptBuilder& script, const ClaimKeys& keys, std::span<const std::size_t> values) {
  if (values.empty()) return;
  script.raw(gadgets::ots_script(claim_form, gadgets::OtsResult::nothing, keys_of(keys, values)).script);
}

void add_names(std::vector<std::string>& to, const std::string& run, std::size_t bytes) {
  for (std::size_t i = 0; i < 2 * bytes; ++i) to.push_back(gadgets::nibble_name(run, i));
}

/// Takes the nibbles of an epoch (deepest) and of two roots, and fails unless they are epoch 0 and the same.
/// The check of the epoch stands last: for each nibble, beginning with the last, its number and EQUALVERIFY.
bitcoin::Script compare_roots() {
  std::vector<std::string> entry;
  add_names(entry, "epoch", 4);
  add_names(entry, "asserted", 32);
  add_names(entry, "committed", 32);
  gadgets::StackAssembler script(entry);
  for (std::size_t i = 64; i-- > 0;)
    script.roll(gadgets::nibble_name("asserted", i)).op(bitcoin::OP_EQUALVERIFY);
  for (std::size_t i = 0; i < epoch_nibbles; ++i) script.number(0).op(bitcoin::OP_EQUALVERIFY);
  return script.take();
}

}  // namespace

std::vector<std::size_t> step_values(const ClaimProgram& program, std::size_t step) {
  if (step >= program.steps().size()) throw input_error("claim.step", "the claim has no such step");
  const ClaimUse& use = program.steps()[step].use;
  std::vector<std::size_t> out = use.reads;
  if (use.writes) out.push_back(*use.writes);
  return out;
}

bitcoin::Script kickoff_leaf(const ClaimProgram& program, const ClaimLayout& layout, const ClaimKeys& keys,
                             const crypto::XOnlyKey& operator_key) {
  check_keys(program, keys);
  ScriptBuilder script;
  check_only(script, keys, layout.kickoff());
  return script.push(operator_key).op(bitcoin::OP_CHECKSIG).take();
}

bitcoin::Script assert_leaf(const ClaimProgram& program, const ClaimLayout& layout, const ClaimKeys& keys,
                            const crypto::XOnlyKey& operator_key, std::size_t part) {
  check_keys(program, keys);
  if (part == 0) throw input_error("claim.part", "assert part 0 has a leaf for each epoch");
  ScriptBuilder script;
  check_only(script, keys, layout.part(part));
  return script.push(operator_key).op(bitcoin::OP_CHECKSIG).take();
}

EpochLeaves::EpochLeaves(const ClaimProgram& program, const ClaimLayout& layout, const ClaimKeys& keys,
                         const crypto::XOnlyKey& operator_key) {
  check_keys(program, keys);
  const std::vector<std::size_t>& values = layout.part(0);
  ScriptBuilder script;
  check_only(script, keys, std::span(values).subspan(2));
  script_ = script.take();

  const crypto::OtsPublicKey compared[] = {
      keys.at(values[0]),
      keys.at(values[1]),
      {std::vector<crypto::Hash160>(crypto::ots_digit_count(OtsKeySet::root_bytes))}};
  gadgets::OtsScript check = gadgets::ots_script(claim_form, gadgets::OtsResult::nibbles, compared);
  for (std::size_t i = compared[0].hashes.size() + compared[1].hashes.size(); i < check.hash_at.size(); ++i)
    hash_at_.push_back(script_.size() + check.hash_at[i]);
  append(script_, check.script);
  append(script_, compare_roots());
  epoch_at_ = script_.size() - 2 * epoch_nibbles;
  append(script_, ScriptBuilder().push(operator_key).op(bitcoin::OP_CHECKSIG).take());
}

bitcoin::Script EpochLeaves::leaf(std::uint32_t epoch, const crypto::OtsPublicKey& sequencer) const {
  if (sequencer.hashes.size() != hash_at_.size())
    throw input_error("claim.keys", "a sequencer's one-time key is for 32 bytes");
  bitcoin::Script out = script_;
  auto place = [&](std::size_t at, ByteView bytes) {
    std::ranges::copy(bytes, out.begin() + static_cast<std::ptrdiff_t>(at));
  };
  for (std::size_t i = 0; i < hash_at_.size(); ++i) place(hash_at_[i], sequencer.hashes[i]);
  for (std::size_t i = 0; i < epoch_nibbles; ++i)
    place(epoch_at_ + 2 * i, ScriptBuilder().number(epoch >> (4 * i) & 15).take());
  return out;
}

bitcoin::Script epoch_leaf(const ClaimProgram& program, const ClaimLayout& layout, const ClaimKeys& keys,
                           const crypto::XOnlyKey& operator_key, std::uint32_t epoch,
                           const crypto::OtsPublicKey& sequencer) {
  return EpochLeaves(program, layout, keys, operator_key).leaf(epoch, sequencer);
}

bitcoin::Script disprove_leaf(const ClaimProgram& program, std::size_t step, const ClaimKeys& keys,
                              const crypto::XOnlyKey& signers) {
  check_keys(program, keys);
  std::vector<std::size_t> values = step_values(program, step);
  std::vector<std::string> entry;
  for (std::size_t value : values)
    add_names(entry, program.values()[value].name, program.values()[value].bytes);
  return ScriptBuilder()
      .push(signers)
      .op(bitcoin::OP_CHECKSIGVERIFY)
      .raw(gadgets::ots_script(claim_form, gadgets::OtsResult::nibbles, keys_of(keys, values)).script)
      .raw(claim_gadget(program, step, entry).script)
      .take();
}

bitcoin::Script slash_leaf(const crypto::OtsPublicKey& sequencer) {
  std::size_t bytes = sequencer.message_bytes();
  std::vector<std::string> entry;
  add_names(entry, "one", bytes);
  add_names(entry, "other", bytes);
  gadgets::StackAssembler compare(entry);
  gadgets::NibbleTest::no(gadgets::NibbleTest::equal(gadgets::nibble_run("one", 0, 2 * bytes),
                                                     gadgets::nibble_run("other", 0, 2 * bytes)))
      .emit(compare)
      .keep_top();
  const crypto::OtsPublicKey both[] = {sequencer, sequencer};
  return ScriptBuilder()
      .raw(gadgets::ots_script(claim_form, gadgets::OtsResult::nibbles, both).script)
      .raw(compare.take())
      .take();
}

}  // namespace pegkit::optimistic
