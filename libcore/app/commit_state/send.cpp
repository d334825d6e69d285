#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <optional>
#include <string>

#include "app/commit_state/commands.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/record.hpp"
#include "services/follow/commitment_thread.hpp"
#include "services/follow/watcher.hpp"
#include "services/follow/watches.hpp"
#include "services/input.hpp"
#include "services/params_file.hpp"
#include "services/send/sender.hpp"
#include "store/event_store.hpp"

namespace pegkit::app::commit_state {
namespace {

using bridge::Commitment;

/// Throws Error `thread.order` (exit 7) when the epoch does not follow the thread's last one: such a
/// commitment would end the thread for good.
void require_next_epoch(Ports& ports, const bitcoin::Transaction& tx,
                        const bridge::CommitmentRecord& record) {
  for (const store::Event& event : store::EventStore(ports.database()).live(store::EventKind::commitment)) {
    Commitment before = services::commitment_from(event);
    bool follows = std::ranges::any_of(
        tx.inputs, [&](const bitcoin::TxIn& input) { return input.prevout == before.thread(); });
    if (follows && std::uint64_t{before.record.epoch} + 1 != record.epoch)
      throw refused("thread.order",
                    fmt::format("epoch {} cannot follow epoch {}: the commitment would end the thread",
                                record.epoch, before.record.epoch));
  }
}

/// Reads the document that `build` prints when there is nothing to send; nullopt for a transaction document.
std::optional<services::Sent> sent_already(const Json& document) {
  if (document_type(document) != "commitment") return std::nullopt;
  Json own = document;
  if (!own.contains("already"))
    throw input_error("document.type", "a transaction document is needed, such as commit-state build prints");
  own.erase("already");
  services::Sent out;
  out.txid = Commitment::parse(own).txid;
  out.already = true;
  return out;
}

/// `commit-state send`: checks, records and broadcasts a commitment.
class SendCommitment : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, input_ = "-";
};

}  // namespace

void SendCommitment::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(input_, "--tx", "the transaction document (default: stdin)");
  options.node();
  options.datadir();
  options.money();
}

Exit SendCommitment::run(Ports& ports) {
  // The input is read before the data directory is locked: `build` may write to this pipe and hold the lock.
  Json input = services::read_json(ports, input_);
  bridge::Params params = services::load_params(ports, params_);
  bridge::TransactionNotes notes;
  notes.kind = bridge::TransactionKind::commitment;
  if (auto already = sent_already(input)) {
    ports.print(services::sent_document(*already, notes));
    return Exit::ok;
  }
  auto document = bridge::TransactionDocument::parse(input);
  auto record = bridge::commitment_record(params.magic, document.tx);
  if (!record)
    throw input_error("commitment.record", "the transaction has no commitment of this bridge in output 1");
  // From now on the watcher keeps the thread's coins: they show what became of a commitment.
  services::watch_thread_script(ports, document.tx.outputs.at(0).script_pubkey, params.start_height);
  services::Watcher(ports, params).sync_to_tip();
  require_next_epoch(ports, document.tx, *record);
  ports.print(services::sent_document(services::Sender(ports, params).send(document.tx, notes), notes));
  return Exit::ok;
}

std::unique_ptr<Command> send_command() {
  return std::make_unique<SendCommitment>();
}

}  // namespace pegkit::app::commit_state
