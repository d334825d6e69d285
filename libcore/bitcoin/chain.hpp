#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace pegkit::bitcoin {

/// The networks, with the names that bitcoind gives in getblockchaininfo.
enum class Chain { main, test, testnet4, signet, regtest };

struct ChainParams {
  Chain chain;
  const char* name;  ///< "main", "test", "testnet4", "signet", "regtest"
  const char* bech32_hrp;
  std::uint8_t p2pkh_prefix, p2sh_prefix, wif_prefix;
  std::uint32_t pow_limit_bits;  ///< compact form of the easiest target
  bool no_retargeting;           ///< regtest
  bool min_difficulty_blocks;    ///< 20-minute rule: test, testnet4, regtest
  bool enforce_bip94;            ///< testnet4: its retarget and the timewarp rule
  /// Heights from which a header's version must be at least 2, at least 3, and at least 4.
  std::uint32_t bip34_height, bip66_height, bip65_height;
  const char* genesis_header_hex;  ///< 80 bytes
  std::int64_t target_timespan = std::int64_t{14} * 24 * 3600;
  std::int64_t target_spacing = 600;

  /// Number of blocks in a difficulty period.
  std::uint32_t period() const { return static_cast<std::uint32_t>(target_timespan / target_spacing); }
};
const ChainParams& chain_params(Chain chain);
/// The network of a name. Throws Error `chain.unknown` (exit 2), with the choices in its hint, for any other
/// name, "mainnet" and "testnet" included.
Chain parse_chain(std::string_view name);
const char* chain_name(Chain chain);

}  // namespace pegkit::bitcoin
