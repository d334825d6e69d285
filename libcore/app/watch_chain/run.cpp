#include <cstdint>
#include <fmt/core.h>
#include <string>

#include "app/watch_chain/commands.hpp"
#include "bridge/params.hpp"
#include "services/follow/event_data.hpp"
#include "services/follow/watcher.hpp"
#include "services/layer2/compare_commitments.hpp"
#include "services/params_file.hpp"
#include "services/send/sender.hpp"
#include "store/event_store.hpp"

namespace pegkit::app::watch_chain {
namespace {

/// `watch-chain run`: follows the chain, once or until stopped, and prints each event.
class RunWatch : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_;
  bool once_ = false, follow_ = false, compare_ = false;
  std::int64_t interval_ = 10;
};

}  // namespace

void RunWatch::options(Options& options) {
  options.chain();
  options.node();
  options.datadir();
  options.file(params_, "--params", "the bridge's parameters (default: those of the data directory)");
  options.flag(once_, "--once", "stop at the tip (default)");
  options.flag(follow_, "--follow", "go on until stopped, with the data directory locked");
  options.flag(compare_, "--compare", "compare every commitment with the layer 2; a difference is an event");
  options.layer2();
  options.integer(interval_, "--interval", "SECONDS",
                  "pause between two looks at the node, with --follow (default: 10)", 1, 3600);
}

Exit RunWatch::run(Ports& ports) {
  if (once_ && follow_) throw usage_error("--once and --follow exclude each other");
  bridge::Params params = services::load_params(ports, params_);
  services::Watcher watcher(
      ports, params, [&](const store::Event& event) { ports.print_line(services::event_document(event)); });
  bool was_behind = false;
  for (;;) {
    try {
      services::Watcher::Outcome outcome = watcher.sync();
      if (outcome.node_behind && !was_behind) {
        ports.say(fmt::format("the node is behind: it is at height {}, this data directory at {}",
                              outcome.node_height, outcome.height));
      }
      was_behind = outcome.node_behind;
      if (compare_)
        for (const store::Event& event : services::compare_commitments(ports, params))
          ports.print_line(services::event_document(event));
      services::Sender(ports, params).review(services::Sender::Resend::no);
      if (!follow_) return ports.interrupted() ? Exit::interrupted : Exit::ok;
    } catch (const Error& e) {
      if (!follow_ || e.exit() != Exit::unreachable || e.code() == "node.garbage") throw;
      ports.say(e.message());
    }
    if (ports.interrupted()) return Exit::ok;
    ports.sleep_ms(interval_ * 1000);
    if (ports.interrupted()) return Exit::ok;
  }
}

std::unique_ptr<Command> run_command() {
  return std::make_unique<RunWatch>();
}

}  // namespace pegkit::app::watch_chain
