#include "services/layer2/epochs.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "services/layer2/withdrawals.hpp"

namespace pegkit::services {

std::uint64_t epoch_block(const bridge::Params& params, std::uint32_t epoch) {
  return std::uint64_t{epoch} * params.layer2.epoch_blocks;
}

std::uint32_t newest_epoch(Ports& ports, const bridge::Params& params) {
  ports.layer2().require_chain_id(params.layer2.chain_id);
  std::uint64_t head = ports.layer2().block_number();
  if (head < params.layer2.finality)
    throw not_ready("l2.not_final", fmt::format("the layer 2 is at block {}, none of it is final", head));
  std::uint64_t epoch = (head - params.layer2.finality) / params.layer2.epoch_blocks;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(epoch, UINT32_MAX));
}

ByteArray<32> epoch_state_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch) {
  net::Layer2& layer2 = ports.layer2();
  layer2.require_chain_id(params.layer2.chain_id);
  std::uint64_t number = epoch_block(params, epoch);
  std::uint64_t head = layer2.block_number();
  auto block = layer2.block(number);
  if (!block || head < number || head - number < params.layer2.finality)
    throw not_ready("l2.not_final",
                    fmt::format("epoch {} is layer-2 block {} with {} on top; the layer 2 is at block {}",
                                epoch, number, params.layer2.finality, head));
  return block->state_root;
}

std::vector<std::optional<ByteArray<32>>> epoch_state_roots(Ports& ports, const bridge::Params& params,
                                                            const std::vector<std::uint32_t>& epochs) {
  net::Layer2& layer2 = ports.layer2();
  layer2.require_chain_id(params.layer2.chain_id);
  std::uint64_t head = layer2.block_number();
  auto is_final = [&](std::uint64_t block) {
    return head >= block && head - block >= params.layer2.finality;
  };
  std::vector<std::uint64_t> ask;
  for (std::uint32_t epoch : epochs)
    if (is_final(epoch_block(params, epoch))) ask.push_back(epoch_block(params, epoch));
  auto blocks = layer2.blocks(ask);
  auto next = blocks.begin();
  std::vector<std::optional<ByteArray<32>>> out;
  for (std::uint32_t epoch : epochs) {
    std::optional<ByteArray<32>>& root = out.emplace_back();
    if (!is_final(epoch_block(params, epoch))) continue;
    if (*next) root = (*next)->state_root;
    ++next;
  }
  return out;
}

ByteArray<32> epoch_withdrawals_root(Ports& ports, const bridge::Params& params, std::uint32_t epoch) {
  return contract_root(ports.layer2(), params, epoch_block(params, epoch));
}

Verdict compare_with_layer2(Ports& ports, const bridge::Params& params,
                            const bridge::Commitment& commitment) {
  std::uint32_t epoch = commitment.record.epoch;
  ByteArray<32> state = epoch_state_root(ports, params, epoch);
  auto differs = [&](const char* what, const ByteArray<32>& committed, const ByteArray<32>& theirs) {
    return Verdict::no(fmt::format("epoch {} is committed with {} root {}, layer-2 block {} has {}", epoch,
                                   what, to_hex(committed), epoch_block(params, epoch), to_hex(theirs)));
  };
  if (state != commitment.record.state_root) return differs("state", commitment.record.state_root, state);
  if (!commitment.withdrawals_root) return {};
  ByteArray<32> root = epoch_withdrawals_root(ports, params, epoch);
  if (root != *commitment.withdrawals_root) return differs("withdrawals", *commitment.withdrawals_root, root);
  return {};
}

}  // namespace pegkit::services
