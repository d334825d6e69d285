#pragma once

#include <vector>

#include "bitcoin/psbt.hpp"
#include "bridge/params.hpp"
#include "crypto/keys.hpp"
#include "net/bitcoin_node.hpp"

namespace pegkit::services {

/// The scripts whose coins one key spends alone: BIP86 P2TR, then P2WPKH.
std::vector<bitcoin::Script> wallet_scripts(const crypto::PublicKey& key);

/// Bytes that a coin's signature takes in a witness, counts and lengths included: one Schnorr signature, or
/// an ECDSA signature (72 at the most) and a key. Throws `coin.script` (exit 3) for other scripts.
std::int64_t wallet_witness_size(const bitcoin::Script& script);

/// Confirmed coins of these scripts that no mempool transaction spends and, of a coinbase, that are mature.
std::vector<net::Coin> spendable_coins(net::BitcoinNode& node, const std::vector<bitcoin::Script>& scripts);

struct FundingPlan {
  bitcoin::Psbt psbt;  ///< with witness_utxo
  Sat fee;
  std::int64_t vsize = 0;
};
/// An input that is spent in any case, of any script.
struct GivenInput {
  net::Coin coin;
  std::int64_t witness_bytes = 0;  ///< serialised, with the number of elements
};
/// Pays `outputs` from `given`, which stand first, and as few coins as cover them, at least one, largest
/// first; what is left above dust goes to `change` as the last output. Coins may be P2TR key path or P2WPKH;
/// all sequences are 0xfffffffd. Throws `funds.short` (exit
/// 4), `coin.script` (exit 3) for other coins, `tx.weight` (exit 3) above 400,000 weight units, and Params'
/// fee errors.
FundingPlan fund(std::vector<net::Coin> coins, std::vector<bitcoin::TxOut> outputs,
                 const bitcoin::Script& change, FeeRate rate, const bridge::Params& params,
                 const std::vector<GivenInput>& given = {});

/// Signs every input that the key can: its BIP86 output, its P2WPKH output, and leaves that hold its x-only
/// key. Gives the number of inputs signed.
std::size_t sign_with(const crypto::SecretKey& key, bitcoin::Psbt& psbt);

}  // namespace pegkit::services
