#pragma once

#include "regtest/mempool.hpp"

namespace pegkit::regtest {

/// Makes a block on the tip whose coinbase pays `script`, with the mempool's chunks by feerate as far as
/// they fit, or empty. It is not mined yet. Throws Error `regtest.template` (exit 70) when the chain would
/// refuse it.
bitcoin::Block make_block(const RegtestChain& chain, const RegtestMempool& mempool,
                          const bitcoin::Script& script, std::int64_t now);
bitcoin::Block make_empty_block(const RegtestChain& chain, const bitcoin::Script& script, std::int64_t now);
/// Sets the witness commitment (BIP141) and the merkle root after transactions were added.
void commit_transactions(bitcoin::Block& block);
/// Searches a nonce with enough work; false when `tries` hashes did not suffice. `tries` becomes the
/// number left.
bool mine(bitcoin::Block& block, std::uint64_t& tries);

}  // namespace pegkit::regtest
