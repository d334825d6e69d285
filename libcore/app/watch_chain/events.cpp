#include <cstdint>
#include <string>
#include <vector>

#include "app/watch_chain/commands.hpp"
#include "base/enum_names.hpp"
#include "services/follow/event_data.hpp"
#include "store/event_store.hpp"

namespace pegkit::app::watch_chain {
namespace {

constexpr std::size_t page = 1000;

/// `watch-chain events`: prints the stored events after a sequence number.
class ListEvents : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::int64_t since_ = 0;
  std::string kind_;
};

}  // namespace

void ListEvents::options(Options& options) {
  options.chain();
  options.datadir();
  options.integer(since_, "--since", "SEQ", "events after this sequence number", 0, INT64_MAX);
  std::vector<std::string> kinds;
  for (store::EventKind kind : all_values(store::event_kind_name))
    kinds.push_back(store::event_kind_name(kind));
  options.choice(kind_, "--kind", std::move(kinds), "only events of this kind");
}

Exit ListEvents::run(Ports& ports) {
  store::EventStore events(ports.database());
  auto kind = value_named(kind_, store::event_kind_name);
  for (std::int64_t since = since_;;) {
    auto found = events.since(since, page);
    for (const store::Event& event : found) {
      if (!kind || event.kind == *kind) ports.print_line(services::event_document(event));
    }
    if (found.size() < page || ports.interrupted()) return Exit::ok;
    since = found.back().seq;
  }
}

std::unique_ptr<Command> events_command() {
  return std::make_unique<ListEvents>();
}

}  // namespace pegkit::app::watch_chain
