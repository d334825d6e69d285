// Any bytes are either refused with an Error, or a block that is written back as it was read. Reading it
// whole and walking through it agree, and every transaction's merkle path leads to the root.

#include <cstdlib>
#include <optional>

#include "base/error.hpp"
#include "bitcoin/block.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView raw{data, size};
  std::optional<Block> block;
  try {
    block = Block::parse(raw);
  } catch (const Error&) {
  }
  std::vector<ByteArray<32>> txids;
  std::optional<BlockScan> scan;
  try {
    scan = scan_block(raw, [&](const Transaction& tx, ByteView raw_tx, const Txid& txid) {
      if (tx.txid() != txid || tx.serialize() != to_bytes(raw_tx)) std::abort();
      txids.push_back(txid.bytes);
    });
  } catch (const Error&) {
  }
  if (block.has_value() != scan.has_value()) std::abort();
  if (!block) return 0;
  if (block->serialize() != to_bytes(raw) || block->header != scan->header) std::abort();
  if (block->transactions.size() != txids.size()) std::abort();
  bool mutated = false;
  if (merkle_root(txids, &mutated) != scan->merkle_root || mutated != scan->mutated) std::abort();
  for (std::size_t i = 0; i < txids.size() && i < 16; ++i) {
    auto path = merkle_path(txids, i);
    if (merkle_fold(txids[i], static_cast<std::uint32_t>(i), path) != scan->merkle_root) std::abort();
  }
  check_witness_commitment(*block);
  witness_merkle_root(*block);
  return 0;
}
