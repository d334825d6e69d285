#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bridge/params.hpp"
#include "crypto/keys.hpp"
#include "optimistic/graph.hpp"
#include "services/ports.hpp"

namespace pegkit::services {

/// A fixed transaction whose fee one coin of a wallet pays.
struct FeeRequest {
  optimistic::GraphTransaction base;  ///< inputs and outputs that stay as they are
  std::int64_t base_witness = 0;      ///< bytes of its inputs' witnesses, counts and lengths included
  std::int64_t parent_vsize = 0;      ///< of an unconfirmed parent whose fee it pays too
  Sat parent_fee;                     ///< the fee that the parent pays itself
  /// Fee of the transaction that it replaces; it pays for its own relay on top (BIP125, rule 4).
  std::optional<Sat> replaced;
};
struct FeeCoinPlan {
  bitcoin::Psbt psbt;  ///< base, the coin as last input, the change as last output; with witness_utxo
  net::Coin coin;
  Sat fee;
  std::int64_t vsize = 0;
};
/// The smallest coin that pays the fee and leaves change above dust. Throws `funds.short` (exit 4) when
/// there is none, and Params' fee errors.
FeeCoinPlan add_fee_coin(const FeeRequest& request, std::vector<net::Coin> coins,
                         const bitcoin::Script& change, FeeRate rate, const bridge::Params& params);

/// The key's confirmed coins that neither a mempool transaction nor an open intent spends.
std::vector<net::Coin> free_wallet_coins(Ports& ports, const crypto::PublicKey& key);

}  // namespace pegkit::services
