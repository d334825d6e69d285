#include <string>

#include "app/build_taptree/address_option.hpp"
#include "app/build_taptree/commands.hpp"
#include "bridge/tree_document.hpp"

namespace pegkit::app::build_taptree {
namespace {

/// `build-taptree tree`: builds any taproot tree from a tree document.
class BuildTree : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string tree_ = "-", chain_;
};

}  // namespace

void BuildTree::options(Options& options) {
  options.file(tree_, "--tree", "the tree document (default: stdin)");
  address_option(options, chain_);
}

Exit BuildTree::run(Ports& ports) {
  ports.print(bridge::TreeDocument::parse_text(ports.read(tree_)).to_json(address_chain(chain_)));
  return Exit::ok;
}

std::unique_ptr<Command> tree_command() {
  return std::make_unique<BuildTree>();
}

}  // namespace pegkit::app::build_taptree
