#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace pegkit::bitcoin {

/// The networks, by the names bitcoind gives in getblockchaininfo.
enum class Chain { main, test, testnet4, signet, regtest };

struct ChainParams {
  Chain chain;
  const char* name;  ///< "main", "test", "testnet4", "signet", "regtest"
  const char* bech32_hrp;
  std::uint8_t p2pkh_prefix, p2sh_prefix, wif_prefix;
  std::uint32_t pow_limit_bits;  ///< compact form of the easiest target
  bool no_retargeting;           ///< regtest
  bool min_difficulty_blocks;    ///< test, testnet4 (20-minute rule), regtest
  bool enforce_bip94;            ///< testnet4 (and timewarp rule of its retarget)
  /// Heights from which a header's version must be at least 2, 3 and 4.
  std::uint32_t bip34_height, bip66_height, bip65_height;
  const char* genesis_header_hex;  ///< 80 bytes
  std::int64_t target_timespan = std::int64_t{14} * 24 * 3600;
  std::int64_t target_spacing = 600;

  /// Blocks of a difficulty period.
  std::uint32_t period() const { return static_cast<std::uint32_t>(target_timespan / target_spacing); }
};
const ChainParams& chain_params(Chain chain);
/// Throws Error `chain.unknown` (exit 2) naming the choices. "mainnet", "testnet" are not accepted.
Chain parse_chain(std::string_view name);
const char* chain_name(Chain chain);

}  // namespace pegkit::bitcoin
