#include "signing/psbt_tasks.hpp"

#include <fmt/core.h>

#include "bitcoin/script.hpp"
#include "bitcoin/sighash.hpp"
#include "bridge/payout.hpp"

namespace pegkit::signing {
namespace {

[[noreturn]] void foreign(std::size_t input, const char* why) {
  throw refused("psbt.foreign", fmt::format("input {} is not of this custody: {}", input, why))
      .hint("sign only what the custody's own programs planned");
}

/// True when the input has the custody's leaf script with a control block that shows it in the output's tree.
bool shows_leaf(const bitcoin::PsbtInput& input, const bridge::Spend& spend, ByteView output_key) {
  for (const auto& [control, leaf] : input.tap_leaf_scripts) {
    if (leaf.script != spend.leaf_script || leaf.version != bitcoin::tapscript_version) continue;
    auto parsed = bitcoin::ControlBlock::parse(control);
    if (parsed && parsed->leaf_version == bitcoin::tapscript_version &&
        parsed->internal == spend.internal_key &&
        bitcoin::verify_taproot_commitment(*parsed, output_key, *spend.leaf_hash()))
      return true;
  }
  return false;
}

SigningTask task_of(const bridge::Spend& spend, const bitcoin::Psbt& psbt, const bitcoin::SighashCache& cache,
                    std::size_t i) {
  const bitcoin::PsbtInput& input = psbt.inputs[i];
  auto program = bitcoin::witness_program(cache.spent()[i].script_pubkey);
  if (!program || program->version != 1 || program->program.size() != 32)
    foreign(i, "it spends no taproot output");
  if (input.tap_internal_key != spend.internal_key) foreign(i, "it names another internal key");
  SigningTask task;
  task.input = i;
  task.aggregate = spend.aggregate;
  task.keys = spend.keys;
  task.leaf_hash = spend.leaf_hash();
  ByteView root = input.tap_merkle_root ? ByteView(*input.tap_merkle_root) : ByteView();
  if (spend.script_path()) {
    if (!shows_leaf(input, spend, program->program)) foreign(i, "it lacks the leaf script of these signers");
    task.key = spend.key;
  } else {
    task.key = bitcoin::taproot_output(spend.internal_key, root).key;
    if (!equal(task.key, program->program)) foreign(i, "internal key and merkle root do not give its output");
    task.tweaks.push_back(bitcoin::taptweak_hash(spend.internal_key, root));
  }
  if (input.sighash_type.value_or(0) != bitcoin::SIGHASH_DEFAULT)
    throw refused(
        "psbt.unbound",
        fmt::format("input {} asks for a signature that does not bind the whole transaction by default", i));
  task.message =
      cache.taproot(i, bitcoin::SIGHASH_DEFAULT, task.leaf_hash ? &*task.leaf_hash : nullptr).value();
  return task;
}

}  // namespace

std::vector<SigningTask> signing_tasks(const bridge::Custody& custody, const bridge::SpendPath& path,
                                       const bitcoin::Psbt& psbt, std::vector<std::size_t>* foreign_inputs) {
  const bridge::Spend spend = custody.spend(path);
  const bitcoin::SighashCache cache(psbt.tx, psbt.spent());
  std::vector<SigningTask> out;
  for (std::size_t i = 0; i < psbt.inputs.size(); ++i) {
    try {
      out.push_back(task_of(spend, psbt, cache, i));
    } catch (const Error& e) {
      if (foreign_inputs == nullptr || e.code() != "psbt.foreign") throw;
      foreign_inputs->push_back(i);
    }
  }
  return out;
}

}  // namespace pegkit::signing
