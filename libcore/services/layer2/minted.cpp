#include "services/layer2/minted.hpp"

#include "bridge/mint.hpp"
#include "evm/word.hpp"

namespace pegkit::services {

bool is_minted(net::Layer2& layer2, const bridge::Params& params, const bitcoin::OutPoint& outpoint) {
  layer2.require_chain_id(params.layer2.chain_id);
  Bytes answer = layer2.call(params.layer2.contract, bridge::is_minted_calldata(outpoint));
  if (equal(answer, evm::word_from(1))) return true;
  if (equal(answer, evm::word_from(0))) return false;
  throw unreachable("l2.garbage", "the contract does not answer isMinted with a boolean");
}

}  // namespace pegkit::services
