#pragma once

#include "regtest/mempool.hpp"

namespace pegkit::regtest {

/// A block on the tip that pays `script`: the mempool's chunks by fee rate, as many as fit, or none of them.
/// Not mined yet. Throws Error `regtest.template` when the chain would not take it.
bitcoin::Block make_block(const RegtestChain& chain, const RegtestMempool& mempool,
                          const bitcoin::Script& script, std::int64_t now);
bitcoin::Block make_empty_block(const RegtestChain& chain, const bitcoin::Script& script, std::int64_t now);
/// Puts the witness commitment and the merkle root right after transactions were added (BIP141).
void commit_transactions(bitcoin::Block& block);
/// Grinds the nonce; false when `tries` were not enough. `tries` is what is left.
bool mine(bitcoin::Block& block, std::uint64_t& tries);

}  // namespace pegkit::regtest
