#include "app/commit_state/commands.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/record.hpp"
#include "services/follow/commitment_thread.hpp"
#include "services/follow/sequencer_keys.hpp"
#include "services/follow/watcher.hpp"
#include "services/follow/watches.hpp"
#include "services/input.hpp"
#include "services/layer2/epochs.hpp"
#include "services/params_file.hpp"
#include "services/results.hpp"
#include "services/send/sender.hpp"

namespace pegkit::app {
namespace {

using bridge::Commitment;

constexpr const char* sequencer_keys_help =
    "optimistic mode: the sequencer's public one-time keys (default: those of the data directory)";

/// A commitment that does not continue its thread's epochs would end the thread for good.
void require_next_epoch(Ports& ports, const bitcoin::Transaction& tx,
                        const bridge::CommitmentRecord& record) {
  for (const store::Event& event : store::EventStore(ports.database()).live("commitment")) {
    Commitment before = services::commitment_from(event);
    bool follows = std::ranges::any_of(
        tx.inputs, [&](const bitcoin::TxIn& input) { return input.prevout == before.thread(); });
    if (follows && std::uint64_t{before.record.epoch} + 1 != record.epoch)
      throw refused("epoch.order", fmt::format("epoch {} would follow {}, which ends the thread",
                                               record.epoch, before.record.epoch));
  }
}

/// What `build` prints when there is nothing to send.
std::optional<services::Sent> sent_already(const Json& document) {
  if (document_type(document) != "commitment") return std::nullopt;
  Json own = document;
  if (!own.contains("already"))
    throw input_error("document.type", "a transaction document is needed, as build prints it");
  own.erase("already");
  services::Sent out;
  out.txid = Commitment::parse(own).txid;
  out.already = true;
  return out;
}

services::ThreadView read_thread(Ports& ports, const bridge::Params& params, const std::string& thread) {
  return {ports, params, bitcoin::Txid::from_display(thread)};
}

/// In optimistic mode a commitment also shows the sequencer's one-time signature of the withdrawals root.
Verdict verify_commitment(Ports& ports, const bridge::Params& params, const Commitment& commitment) {
  if (params.challenge && !commitment.withdrawals_root)
    return Verdict::no(
        fmt::format("the commitment of epoch {} shows no withdrawals root that the sequencer signed for it",
                    commitment.record.epoch));
  return services::compare_with_layer2(ports, params, commitment);
}

}  // namespace

void SendCommitment::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(input_, "--tx", "the transaction document (default: stdin)");
  options.node();
  options.datadir();
  options.money();
}

Exit SendCommitment::run(Ports& ports) {
  // Before the data directory is locked: `build`, which writes to this pipe, holds the lock until it is done.
  Json input = services::read_json(ports, input_);
  bridge::Params params = services::load_params(ports, params_);
  bridge::TransactionNotes notes;
  notes.kind = "commitment";
  if (auto already = sent_already(input)) {
    ports.print(services::sent_document(*already, notes));
    return Exit::ok;
  }
  auto document = bridge::TransactionDocument::parse(input);
  auto record = bridge::commitment_record(params.magic, document.tx);
  if (!record)
    throw input_error("commitment.record", "the transaction has no commitment of this bridge in output 1");
  // The thread's coins are kept from now on: they tell what became of a commitment.
  services::watch_thread_script(ports, document.tx.outputs.at(0).script_pubkey, params.start_height);
  services::Watcher(ports, params).sync_to_tip();
  require_next_epoch(ports, document.tx, *record);
  ports.print(services::sent_document(services::Sender(ports, params).send(document.tx, notes), notes));
  return Exit::ok;
}

void ThreadAddress::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(sequencer_keys_, "--sequencer-keys", sequencer_keys_help);
  options.maybe_integer(epoch_, "--epoch", "N", "of the commitment that spends it (default: the first)", 0,
                        UINT32_MAX);
  options.datadir();
}

Exit ThreadAddress::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  services::SequencerKeys keys(ports, params, sequencer_keys_);
  auto epoch = static_cast<std::uint32_t>(epoch_.value_or(keys.first_epoch()));
  bridge::EpochOutput output = keys.output(epoch);
  Json out = new_document("epoch-output");
  out["epoch"] = epoch;
  out["address"] = bitcoin::script_address(output.script_pubkey, params.chain).value();
  out["script_pubkey"] = to_hex(output.script_pubkey);
  out["internal_key"] = to_hex(bridge::sequencer_internal_key(keys.sequencer()));
  out["leaf"] = to_hex(output.leaf);
  out["control_block"] = to_hex(output.control_block);
  ports.print(out);
  return Exit::ok;
}

void ListCommitments::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(sequencer_keys_, "--sequencer-keys", sequencer_keys_help);
  options.text(thread_, "--thread", "TXID", "the thread's first commitment", Need::required);
  options.node();
  options.datadir();
}

Exit ListCommitments::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  if (params.challenge) services::SequencerKeys(ports, params, sequencer_keys_);
  services::ThreadView thread = read_thread(ports, params, thread_);
  for (const Commitment& commitment : thread.commitments()) ports.print_line(commitment.to_json());
  if (!thread.end().empty()) ports.say("the thread has ended: " + thread.end());
  return Exit::ok;
}

void VerifyCommitments::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(sequencer_keys_, "--sequencer-keys", sequencer_keys_help);
  options.text(thread_, "--thread", "TXID", "the thread's first commitment", Need::required);
  options.node();
  options.layer2();
  options.datadir();
}

Exit VerifyCommitments::run(Ports& ports) {
  bridge::Params params = services::load_params(ports, params_);
  if (params.challenge) services::SequencerKeys(ports, params, sequencer_keys_);
  services::ThreadView thread = read_thread(ports, params, thread_);
  Verdict verdict;
  for (const Commitment& commitment : thread.commitments()) {
    verdict = verify_commitment(ports, params, commitment);
    if (!verdict) break;
  }
  if (verdict && !thread.end().empty()) verdict = Verdict::no(thread.end());

  Json out = services::verdict_document(verdict);
  out["thread"] = thread_;
  out["commitments"] = thread.commitments().size();
  out["first_epoch"] = thread.commitments().front().record.epoch;
  out["last_epoch"] = thread.last().record.epoch;
  ports.print(out);
  return verdict ? Exit::ok : Exit::no;
}

}  // namespace pegkit::app
