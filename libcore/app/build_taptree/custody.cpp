#include "app/build_taptree/custody.hpp"

#include <fmt/core.h>

#include "app/spend_path_options.hpp"
#include "bridge/custody.hpp"
#include "bridge/deposit.hpp"
#include "bridge/public_key.hpp"
#include "bridge/tree_document.hpp"
#include "services/input.hpp"

namespace pegkit::app {
namespace {

using bridge::Custody;

void address_option(Options& options, std::string& chain) {
  options.choice(chain, "--chain", {"main", "test", "testnet4", "signet", "regtest"},
                 "give the address on this chain");
}

std::optional<bitcoin::Chain> address_chain(const std::string& name) {
  if (name.empty()) return std::nullopt;
  return bitcoin::parse_chain(name);
}

}  // namespace

void BuildCustody::options(Options& options) {
  options.file(custody_, "--custody", "the custody document (default: stdin)");
  address_option(options, chain_);
  options.flag(leaves_, "--leaves", "print every leaf instead, one JSON line each");
}

Exit BuildCustody::run(Ports& ports) {
  // The leaves need no root: a stated one is not computed again for them.
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

void BuildDepositTree::options(Options& options) {
  options.file(custody_, "--custody", "the custody document (default: stdin)");
  options.text(recipient_, "--recipient", "ADDRESS", "who gets the coins on the layer 2", Need::required);
  options.text(refund_key_, "--refund-key", "HEX", "the depositor's public key, for the way back",
               Need::required);
  options.maybe_integer(refund_blocks_, "--refund-blocks", "BLOCKS", "blocks until the refund opens", 1,
                        65'535);
  options.file(params_, "--params", "take chain and refund blocks from the bridge's parameters");
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

void BuildTree::options(Options& options) {
  options.file(tree_, "--tree", "the tree document (default: stdin)");
  address_option(options, chain_);
}

Exit BuildTree::run(Ports& ports) {
  ports.print(bridge::TreeDocument::parse_text(ports.read(tree_)).to_json(address_chain(chain_)));
  return Exit::ok;
}

void BuildLeaf::options(Options& options) {
  options.file(custody_, "--custody", "the custody document (default: stdin)");
  options.maybe_integer(index_, "--index", "N", "the leaf's number from 0", 0, Custody::max_leaves - 1);
  options.text(signers_, "--signers", "N,N,…", "the leaf of these signers");
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

}  // namespace pegkit::app
