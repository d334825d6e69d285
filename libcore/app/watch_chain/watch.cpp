#include <cstdint>
#include <string>
#include <vector>

#include "app/watch_chain/commands.hpp"
#include "bitcoin/address.hpp"
#include "bitcoin/chain.hpp"
#include "bridge/params.hpp"
#include "services/follow/sequencer_keys.hpp"
#include "services/follow/watches.hpp"
#include "services/input.hpp"
#include "services/params_file.hpp"
#include "store/watch_store.hpp"

namespace pegkit::app::watch_chain {
namespace {

Json watch_document(const store::Watch& watch, bitcoin::Chain chain, bool is_new) {
  Json out = new_document("watch");
  out["kind"] = store::watch_kind_name(watch.kind);
  out["label"] = watch.label;
  out["script_pubkey"] = to_hex(watch.script);
  if (auto address = bitcoin::script_address(watch.script, chain)) out["address"] = *address;
  if (!is_new) out["already"] = true;
  return out;
}

Json sequencer_document(const bridge::Params& params, bool is_new) {
  const auto& sequencer = params.require_challenge().sequencer;
  Json out = new_document("watch");
  out["kind"] = "sequencer";
  out["label"] = to_hex(sequencer.key);
  out["first_epoch"] = sequencer.first_epoch;
  out["epochs"] = sequencer.epochs;
  if (!is_new) out["already"] = true;
  return out;
}

/// `watch-chain watch`: adds custody, deposit, sequencer-stake and public-key documents to those watched, and
/// keeps the sequencer's public one-time keys (ots-keys).
class AddWatch : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, input_ = "-", label_;
  std::optional<std::int64_t> since_;
};

}  // namespace

void AddWatch::options(Options& options) {
  options.chain();
  options.datadir();
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.file(input_, "--input",
               "custody, deposit, sequencer-stake, public-key or ots-keys documents (default: stdin)");
  options.text(label_, "--label", "TEXT", "a name to show (default: the address)");
  options.maybe_integer(since_, "--since", "HEIGHT",
                        "search blocks from this height (default: the parameters' start height)", 1,
                        INT32_MAX);
}

Exit AddWatch::run(Ports& ports) {
  // The input is read before the data directory is locked: the program that writes to this pipe may hold the
  // lock until it is done.
  std::vector<Json> documents = services::read_documents(ports, input_);
  bridge::Params params = services::load_params(ports, params_);
  auto since = static_cast<std::uint32_t>(since_.value_or(params.start_height));
  std::vector<store::Watch> watches;
  for (const Json& document : documents) {
    if (document_type(document) == "ots-keys") {
      // With these keys the watcher recognises signatures of roots, also in blocks of the thread that it has
      // seen.
      bool is_new =
          services::SequencerKeys::keep(ports, params, services::read_sequencer_set(document, params));
      ports.print_line(sequencer_document(params, is_new));
    } else {
      watches.push_back(services::watch_of(document, label_, params.chain));
    }
  }
  for (const store::Watch& watch : watches) {
    bool is_new = services::add_watch(ports.database(), watch, since);
    ports.print_line(watch_document(watch, params.chain, is_new));
  }
  return Exit::ok;
}

std::unique_ptr<Command> watch_command() {
  return std::make_unique<AddWatch>();
}

}  // namespace pegkit::app::watch_chain
