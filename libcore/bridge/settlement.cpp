#include "bridge/settlement.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace pegkit::bridge {

const char* settled_name(Settled settled) {
  switch (settled) {
    case Settled::no:
      return "no";
    case Settled::window:
      return "window";
    case Settled::proven:
      return "proven";
  }
  return "";
}

Settlement::Settlement(const Params& params, std::uint32_t tip)
    : rules_(params.require_proofs()), epoch_blocks_(params.layer2.epoch_blocks), tip_(tip) {}

void Settlement::add(const Commitment& commitment, const std::optional<ByteArray<32>>& layer2_root,
                     const std::function<Verdict()>& proof) {
  const std::uint32_t epoch = commitment.record.epoch;
  const bool is_first = !first_;
  if (is_first) first_ = epoch;
  last_ = epoch;
  if (!stop_.empty()) return;

  if (!layer2_root)
    return stop(fmt::format("epoch {} is committed, but its block is not final on the layer 2", epoch));
  if (*layer2_root != commitment.record.state_root) {
    fault_ = fmt::format("epoch {} is committed with state root {}, the layer 2 has {}", epoch,
                         to_hex(commitment.record.state_root), to_hex(*layer2_root));
    return stop(fault_);
  }
  std::uint32_t depth = tip_ < commitment.height ? 0 : tip_ - commitment.height + 1;
  if (depth >= rules_.challenge_window) return settled_.push_back(Settled::window);
  std::string age = fmt::format("{} of {} blocks old", depth, rules_.challenge_window);
  if (is_first) return stop(fmt::format("epoch {} is the thread's first and {}", epoch, age));
  Verdict verdict = proof();
  if (verdict) return settled_.push_back(Settled::proven);
  stop(fmt::format("epoch {} is not proven and {}{}{}", epoch, age, verdict.reason.empty() ? "" : ": ",
                   verdict.reason));
}

std::uint64_t Settlement::epoch_of(std::uint64_t l2_block) const {
  std::uint64_t epoch = l2_block / epoch_blocks_ + (l2_block % epoch_blocks_ == 0 ? 0 : 1);
  return std::max<std::uint64_t>(epoch, first_.value_or(0));
}

Settlement::Answer Settlement::of(std::uint64_t epoch) const {
  if (!first_ || epoch < *first_ || epoch > *last_)
    return {Settled::no, end_.empty() ? fmt::format("epoch {} is not committed yet", epoch)
                                      : fmt::format("epoch {} is not committed, and the thread has ended: {}",
                                                    epoch, end_)};
  std::uint64_t place = epoch - *first_;
  if (place < settled_.size()) return {settled_[place], {}};
  if (place == settled_.size()) return {Settled::no, stop_};
  return {Settled::no, fmt::format("epoch {} comes after one that is not settled: {}", epoch, stop_)};
}

}  // namespace pegkit::bridge
