#pragma once

#include <vector>

#include "app/command.hpp"
#include "bitcoin/psbt.hpp"
#include "bridge/params.hpp"
#include "crypto/keys.hpp"

namespace pegkit::app {

/// The scripts whose coins one key spends alone: BIP86 P2TR, then P2WPKH.
std::vector<bitcoin::Script> wallet_scripts(const crypto::PublicKey& key);

/// Confirmed coins of these scripts that no mempool transaction spends and, of a coinbase, that are mature.
std::vector<net::Coin> spendable_coins(net::BitcoinNode& node, const std::vector<bitcoin::Script>& scripts);

struct FundingPlan {
  bitcoin::Psbt psbt;  ///< with witness_utxo
  Sat fee;
  std::int64_t vsize = 0;
};
/// Pays `outputs` from as few coins as cover them, largest first; what is left above dust goes to `change` as
/// the last output. Inputs may be P2TR key path or P2WPKH; sequence 0xfffffffd. Throws `funds.short` (exit
/// 4), `coin.script` (exit 3) for other coins, `tx.weight` (exit 3) above 400,000 weight units, and Params'
/// fee errors.
FundingPlan fund(std::vector<net::Coin> coins, std::vector<bitcoin::TxOut> outputs,
                 const bitcoin::Script& change, FeeRate rate, const bridge::Params& params);

/// Signs every input that the key can: its BIP86 output, its P2WPKH output, and leaves that hold its x-only
/// key. Gives the number of inputs signed.
std::size_t sign_with(const crypto::SecretKey& key, bitcoin::Psbt& psbt);

}  // namespace pegkit::app
