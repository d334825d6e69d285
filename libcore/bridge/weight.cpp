#include "bridge/weight.hpp"

#include "base/serialize.hpp"

namespace pegkit::bridge {

std::int64_t signed_weight(std::size_t inputs, std::int64_t witness_bytes,
                           const std::vector<bitcoin::TxOut>& outputs) {
  constexpr std::size_t version_and_lock_time = 8, outpoint_script_sequence = 36 + 1 + 4, value = 8;
  std::size_t stripped = version_and_lock_time + compact_size_length(inputs) +
                         inputs * outpoint_script_sequence + compact_size_length(outputs.size());
  for (const bitcoin::TxOut& output : outputs) {
    std::size_t length = output.script_pubkey.size();
    stripped += value + compact_size_length(length) + length;
  }
  constexpr std::int64_t marker_and_flag = 2;
  return 4 * static_cast<std::int64_t>(stripped) + marker_and_flag + witness_bytes;
}

}  // namespace pegkit::bridge
