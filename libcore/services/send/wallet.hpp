#pragma once

#include <vector>

#include "bitcoin/psbt.hpp"
#include "bridge/params.hpp"
#include "crypto/keys.hpp"
#include "net/bitcoin_node.hpp"

namespace pegkit::services {

/// Where a wallet gets its change and its rewards: the key's P2TR output by BIP86.
bitcoin::Script wallet_script(const crypto::PublicKey& key);
/// The scripts whose coins one key spends alone: wallet_script, then P2WPKH.
std::vector<bitcoin::Script> wallet_scripts(const crypto::PublicKey& key);

/// Serialized size of the witness that spends a coin, counts and lengths included: one Schnorr signature for
/// P2TR, an ECDSA signature (72 bytes at the most) and a key for P2WPKH. Throws Error `coin.script` (exit 3)
/// for other scripts.
std::int64_t wallet_witness_size(const bitcoin::Script& script);

/// The confirmed coins of these scripts that no mempool transaction spends; those of a coinbase only when
/// mature.
std::vector<net::Coin> spendable_coins(net::BitcoinNode& node, const std::vector<bitcoin::Script>& scripts);

struct FundingPlan {
  bitcoin::Psbt psbt;  ///< with witness_utxo
  Sat fee;
  std::int64_t vsize = 0;
};
/// An input, of any script, that the transaction spends in any case.
struct GivenInput {
  net::Coin coin;
  std::int64_t witness_bytes = 0;  ///< serialized, with the number of elements
};
/// Pays `outputs` from `given`, which come first, and from as few coins as cover them, at least one, largest
/// first. The rest, if it is above dust, goes to `change` as the last output. Coins are P2TR key path or
/// P2WPKH; all sequences are 0xfffffffd. Throws Error `funds.short` (exit 4), `coin.script` (exit 3) for
/// other coins, `tx.weight` (exit 3) above 400,000 weight units, and Params' fee errors.
FundingPlan fund(std::vector<net::Coin> coins, std::vector<bitcoin::TxOut> outputs,
                 const bitcoin::Script& change, FeeRate rate, const bridge::Params& params,
                 const std::vector<GivenInput>& given = {});

/// Signs every input that the key can sign: its BIP86 output, its P2WPKH output, and leaves that hold its
/// x-only key. Returns the number of inputs signed.
std::size_t sign_with(const crypto::SecretKey& key, bitcoin::Psbt& psbt);

}  // namespace pegkit::services
