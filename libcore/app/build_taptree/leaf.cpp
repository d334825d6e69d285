#include <optional>
#include <string>

#include "app/build_taptree/commands.hpp"
#include "app/spend_path_options.hpp"
#include "bridge/custody.hpp"
#include "services/input.hpp"

namespace pegkit::app::build_taptree {
namespace {

using bridge::Custody;

/// `build-taptree leaf`: prints one leaf of a custody with its control block.
class BuildLeaf : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string custody_ = "-", signers_;
  std::optional<std::int64_t> index_;
  bool recovery_ = false;
};

}  // namespace

void BuildLeaf::options(Options& options) {
  options.file(custody_, "--custody", "the custody document (default: stdin)");
  options.maybe_integer(index_, "--index", "N", "the leaf's number from 0", 0, Custody::max_leaves - 1);
  options.text(signers_, "--signers", "N,N,…",
               "the leaf of these signers, by the indexes of their keys, such as 0,2");
  options.flag(recovery_, "--recovery", "the recovery leaf");
}

Exit BuildLeaf::run(Ports& ports) {
  if (int{index_.has_value()} + int{!signers_.empty()} + int{recovery_} != 1)
    throw usage_error("one of --index, --signers and --recovery is needed");
  std::vector<std::uint32_t> signers;
  if (!signers_.empty()) signers = parse_signers(signers_);
  Custody custody = Custody::parse(services::read_json(ports, custody_));
  if (recovery_) {
    Bytes control = custody.recovery_control_block();
    ports.print(bridge::recovery_leaf_document(*custody.recovery(), &control));
    return Exit::ok;
  }
  std::uint64_t index = index_ ? static_cast<std::uint64_t>(*index_) : custody.index_of(signers);
  bridge::CustodyLeaf leaf = custody.leaf(index);
  Bytes control = custody.leaf_control_block(index);
  ports.print(bridge::leaf_document(leaf, &control));
  return Exit::ok;
}

std::unique_ptr<Command> leaf_command() {
  return std::make_unique<BuildLeaf>();
}

}  // namespace pegkit::app::build_taptree
