#include "bridge/custody.hpp"

#include <string>

#include "app/build_taptree/address_option.hpp"
#include "app/build_taptree/commands.hpp"
#include "services/input.hpp"

namespace pegkit::app::build_taptree {
namespace {

using bridge::Custody;

/// `build-taptree custody`: completes a custody document with root, address and descriptor, or streams all
/// its leaves.
class BuildCustody : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string custody_ = "-", chain_;
  bool leaves_ = false;
};

}  // namespace

void BuildCustody::options(Options& options) {
  options.file(custody_, "--custody", "the custody document (default: stdin)");
  address_option(options, chain_);
  options.flag(leaves_, "--leaves", "print every leaf instead, one JSON line each");
}

Exit BuildCustody::run(Ports& ports) {
  // Leaves do not depend on the root, so a root that the document states is not computed again.
  Custody custody = Custody::parse(services::read_json(ports, custody_),
                                   leaves_ ? bridge::Derive::stated : bridge::Derive::full);
  if (!leaves_) {
    ports.print(custody.to_json(address_chain(chain_)));
    return Exit::ok;
  }
  custody.for_each_leaf([&](const bridge::CustodyLeaf& leaf) {
    if (ports.interrupted()) throw Error(Exit::interrupted, "interrupted", "stopped between two leaves");
    ports.print_line(bridge::leaf_document(leaf, nullptr));
  });
  if (custody.recovery()) ports.print_line(bridge::recovery_leaf_document(*custody.recovery(), nullptr));
  return Exit::ok;
}

std::unique_ptr<Command> custody_command() {
  return std::make_unique<BuildCustody>();
}

}  // namespace pegkit::app::build_taptree
