#include <string>
#include <vector>

#include "app/watch_chain/commands.hpp"
#include "app/watch_chain/status_document.hpp"
#include "bitcoin/chain.hpp"
#include "bridge/params.hpp"
#include "services/follow/header_sync.hpp"
#include "services/follow/watches.hpp"
#include "services/input.hpp"
#include "services/params_file.hpp"
#include "store/header_store.hpp"
#include "store/watch_store.hpp"

namespace pegkit::app::watch_chain {
namespace {

/// `watch-chain init`: stores parameters, custodies, deposits and the first header of a bridge.
class InitWatch : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, deposits_;
  std::vector<std::string> custody_;
  bool from_genesis_ = false;
};

}  // namespace

void InitWatch::options(Options& options) {
  options.chain();
  options.node();
  options.datadir();
  options.file(params_, "--params", "the bridge's parameters, to be kept in the data directory",
               Need::required);
  options.files(custody_, "--custody", "a custody document to watch");
  options.file(deposits_, "--deposits", "deposit documents to watch, JSON Lines");
  options.flag(from_genesis_, "--from-genesis", "check every header, from the genesis block on");
}

Exit InitWatch::run(Ports& ports) {
  std::vector<Json> deposits;
  if (!deposits_.empty()) deposits = services::read_documents(ports, deposits_);
  bridge::Params params = services::load_params(ports, params_);
  std::vector<store::Watch> watches;
  for (const std::string& file : custody_)
    watches.push_back(services::watch_of(services::read_json(ports, file), "", params.chain));
  for (const Json& document : deposits) watches.push_back(services::watch_of(document, "", params.chain));
  bool fresh = !store::HeaderStore(ports.database()).best_tip();
  services::HeaderSync(ports.database(), ports.node(), bitcoin::chain_params(params.chain), ports.now())
      .begin(params.start_height, from_genesis_);
  bool any_new = fresh;
  for (const store::Watch& watch : watches)
    any_new = services::add_watch(ports.database(), watch, params.start_height) || any_new;
  Json out = status_document(ports, params);
  if (!any_new) out["already"] = true;
  ports.print(out);
  return Exit::ok;
}

std::unique_ptr<Command> init_command() {
  return std::make_unique<InitWatch>();
}

}  // namespace pegkit::app::watch_chain
