#include "bridge/deposit.hpp"

#include <optional>
#include <string>

#include "app/build_taptree/address_option.hpp"
#include "app/build_taptree/commands.hpp"
#include "bitcoin/chain.hpp"
#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "bridge/public_key.hpp"
#include "evm/address.hpp"
#include "services/input.hpp"

namespace pegkit::app::build_taptree {
namespace {

using bridge::Custody;

/// `build-taptree deposit`: builds the deposit address of a custody for one depositor and one recipient.
class BuildDepositTree : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string custody_ = "-", chain_, recipient_, refund_key_, params_;
  std::optional<std::int64_t> refund_blocks_;
};

}  // namespace

void BuildDepositTree::options(Options& options) {
  options.file(custody_, "--custody", "the custody document (default: stdin)");
  options.text(recipient_, "--recipient", "ADDRESS", "layer-2 address that receives the coins",
               Need::required);
  options.text(refund_key_, "--refund-key", "HEX", "the depositor's public key for the refund",
               Need::required);
  options.maybe_integer(refund_blocks_, "--refund-blocks", "BLOCKS",
                        "blocks until the depositor can take the refund", 1, 65'535);
  options.file(params_, "--params", "the bridge's parameters, which give chain and refund blocks");
  address_option(options, chain_);
}

Exit BuildDepositTree::run(Ports& ports) {
  std::optional<bitcoin::Chain> chain = address_chain(chain_);
  std::optional<std::int64_t> blocks = refund_blocks_;
  if (!params_.empty()) {
    auto params = bridge::Params::parse(services::read_json(ports, params_));
    if (chain) params.require_chain(*chain);
    chain = params.chain;
    if (!blocks) blocks = params.refund_blocks;
  }
  if (!blocks) throw usage_error("either --refund-blocks or --params is needed");
  Custody custody = Custody::parse(services::read_json(ports, custody_));
  auto deposit =
      bridge::Deposit::make(std::move(custody), evm::parse_address(recipient_),
                            bridge::parse_refund_key(refund_key_), static_cast<std::uint32_t>(*blocks));
  ports.print(deposit.to_json(chain));
  return Exit::ok;
}

std::unique_ptr<Command> deposit_command() {
  return std::make_unique<BuildDepositTree>();
}

}  // namespace pegkit::app::build_taptree
