#include "services/layer2/withdrawals.hpp"

#include <fmt/core.h>
#include <set>

#include "bridge/mint.hpp"
#include "evm/abi.hpp"

namespace pegkit::services {
namespace {

using bridge::Withdrawal;

Error garbage(const std::string& message) {
  return unreachable("l2.garbage", message).hint("ask another endpoint of the layer 2");
}

/// Turns a malformed answer into `l2.garbage` (exit 6): the endpoint is at fault, not the user's input.
template <class F>
auto read_theirs(const char* what, F&& read) {
  try {
    return read();
  } catch (const Error& e) {
    if (e.exit() != Exit::input || e.code() == "l2.revert") throw;
    throw garbage(fmt::format("the layer 2's {} is wrong: {}", what, e.message()));
  }
}

std::vector<Withdrawal> read_events(net::Layer2& layer2, const bridge::Params& params, std::uint64_t last) {
  std::vector<Withdrawal> out;
  std::set<bitcoin::OutPoint> assigned;
  const auto& bridge = params.layer2;
  for (const net::EvmLog& log :
       layer2.logs(bridge.contract, bridge::withdrawal_event_topic(params), bridge.from_block, last)) {
    Withdrawal withdrawal = read_theirs(
        "withdrawal", [&] { return bridge::parse_withdrawal_event(log.topics, log.data, params); });
    if (withdrawal.id != out.size())
      throw garbage(
          fmt::format("the layer 2 shows withdrawal {} in the place of {}", withdrawal.id, out.size()));
    if (params.challenge && !assigned.insert(withdrawal.deposit).second)
      throw garbage("the layer 2 assigns the deposit " + withdrawal.deposit.text() + " twice");
    withdrawal.l2_block = log.block;
    withdrawal.l2_tx = log.tx_hash;
    out.push_back(std::move(withdrawal));
  }
  return out;
}

evm::Word read_word(net::Layer2& layer2, const bridge::Params& params, std::string_view getter,
                    std::uint64_t block) {
  Bytes data = layer2.call(params.layer2.contract, bridge::getter_calldata(getter), block);
  return read_theirs("answer", [&] { return evm::AbiReader(data).word(); });
}

ByteArray<32> block_hash(net::Layer2& layer2, std::uint64_t number) {
  auto block = layer2.block(number);
  if (!block) throw garbage(fmt::format("the layer 2 has no block {}", number));
  return block->hash;
}

Error moving() {
  return not_ready("l2.moving", "the layer 2 changed its chain while it was read");
}

/// Throws unless these are all withdrawals that the contract has at a block; returns the block's hash.
ByteArray<32> check_all(net::Layer2& layer2, const bridge::Params& params,
                        const std::vector<Withdrawal>& withdrawals, std::uint64_t at) {
  bridge::WithdrawalTree tree;
  for (const Withdrawal& withdrawal : withdrawals) tree.append(withdrawal.leaf());
  ByteArray<32> before = block_hash(layer2, at);
  evm::Word count = read_word(layer2, params, "withdrawalCount()", at);
  evm::Word root = read_word(layer2, params, "withdrawalsRoot()", at);
  if (block_hash(layer2, at) != before) throw moving();
  if (count != evm::word_from(tree.count()) || root != tree.root())
    throw garbage(fmt::format(
        "the {} withdrawals that the layer 2 shows are not those of the contract's root", tree.count()));
  return before;
}

}  // namespace

bridge::WithdrawalTree::Node contract_root(net::Layer2& layer2, const bridge::Params& params,
                                           std::uint64_t block) {
  if (block < params.layer2.from_block) return bridge::WithdrawalTree().root();
  return read_word(layer2, params, "withdrawalsRoot()", block);
}

std::vector<Withdrawal> withdrawals_until(net::Layer2& layer2, const bridge::Params& params,
                                          std::uint64_t block) {
  layer2.require_chain_id(params.layer2.chain_id);
  if (block < params.layer2.from_block) return {};
  std::vector<Withdrawal> out = read_events(layer2, params, block);
  check_all(layer2, params, out, block);
  return out;
}

RequestedWithdrawals read_withdrawals(net::Layer2& layer2, const bridge::Params& params) {
  layer2.require_chain_id(params.layer2.chain_id);
  RequestedWithdrawals out;
  std::uint64_t tip = layer2.block_number();
  std::vector<Withdrawal> all;
  if (tip >= params.layer2.from_block) all = read_events(layer2, params, tip);
  if (tip < params.layer2.finality || tip - params.layer2.finality < params.layer2.from_block) {
    out.immature = std::move(all);
    return out;
  }
  out.final_block = tip - params.layer2.finality;

  for (Withdrawal& withdrawal : all) {
    bool final = withdrawal.l2_block <= out.final_block;
    (final ? out.final : out.immature).push_back(std::move(withdrawal));
  }
  out.final_hash = check_all(layer2, params, out.final, out.final_block);
  return out;
}

void require_unmoved(net::Layer2& layer2, const RequestedWithdrawals& requested) {
  if (requested.final_hash && block_hash(layer2, requested.final_block) != *requested.final_hash)
    throw moving();
}

}  // namespace pegkit::services
