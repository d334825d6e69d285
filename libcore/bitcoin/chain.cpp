#include "bitcoin/chain.hpp"

#include "base/error.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr ChainParams main_params = {
    .chain = Chain::main,
    .name = "main",
    .bech32_hrp = "bc",
    .p2pkh_prefix = 0,
    .p2sh_prefix = 5,
    .wif_prefix = 128,
    .pow_limit_bits = 0x1d00ffff,
    .no_retargeting = false,
    .min_difficulty_blocks = false,
    .enforce_bip94 = false,
    .bip34_height = 227931,
    .bip66_height = 363725,
    .bip65_height = 388381,
    .genesis_header_hex =
        "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b2"
        "7ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c",
};

constexpr ChainParams test_params = {
    .chain = Chain::test,
    .name = "test",
    .bech32_hrp = "tb",
    .p2pkh_prefix = 111,
    .p2sh_prefix = 196,
    .wif_prefix = 239,
    .pow_limit_bits = 0x1d00ffff,
    .no_retargeting = false,
    .min_difficulty_blocks = true,
    .enforce_bip94 = false,
    .bip34_height = 21111,
    .bip66_height = 330776,
    .bip65_height = 581885,
    .genesis_header_hex =
        "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b2"
        "7ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff001d1aa4ae18",
};

constexpr ChainParams testnet4_params = {
    .chain = Chain::testnet4,
    .name = "testnet4",
    .bech32_hrp = "tb",
    .p2pkh_prefix = 111,
    .p2sh_prefix = 196,
    .wif_prefix = 239,
    .pow_limit_bits = 0x1d00ffff,
    .no_retargeting = false,
    .min_difficulty_blocks = true,
    .enforce_bip94 = true,
    .bip34_height = 1,
    .bip66_height = 1,
    .bip65_height = 1,
    .genesis_header_hex =
        "0100000000000000000000000000000000000000000000000000000000000000000000004e7b2b9128fe0291"
        "db0693af2ae418b767e657cd407e80cb1434221eaea7a07a046f3566ffff001dbb0c7817",
};

constexpr ChainParams signet_params = {
    .chain = Chain::signet,
    .name = "signet",
    .bech32_hrp = "tb",
    .p2pkh_prefix = 111,
    .p2sh_prefix = 196,
    .wif_prefix = 239,
    .pow_limit_bits = 0x1e0377ae,
    .no_retargeting = false,
    .min_difficulty_blocks = false,
    .enforce_bip94 = false,
    .bip34_height = 1,
    .bip66_height = 1,
    .bip65_height = 1,
    .genesis_header_hex =
        "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b2"
        "7ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a008f4d5fae77031e8ad22203",
};

constexpr ChainParams regtest_params = {
    .chain = Chain::regtest,
    .name = "regtest",
    .bech32_hrp = "bcrt",
    .p2pkh_prefix = 111,
    .p2sh_prefix = 196,
    .wif_prefix = 239,
    .pow_limit_bits = 0x207fffff,
    .no_retargeting = true,
    .min_difficulty_blocks = true,
    .enforce_bip94 = false,
    .bip34_height = 1,
    .bip66_height = 1,
    .bip65_height = 1,
    .genesis_header_hex =
        "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b2"
        "7ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000",
    .target_timespan = 24 * 3600,
};

}  // namespace

const ChainParams& chain_params(Chain chain) {
  switch (chain) {
    case Chain::main:
      return main_params;
    case Chain::test:
      return test_params;
    case Chain::testnet4:
      return testnet4_params;
    case Chain::signet:
      return signet_params;
    case Chain::regtest:
      return regtest_params;
  }
  return regtest_params;
}

Chain parse_chain(std::string_view name) {
  for (Chain chain : {Chain::main, Chain::test, Chain::testnet4, Chain::signet, Chain::regtest}) {
    if (name == chain_name(chain)) return chain;
  }
  throw Error(Exit::usage, "chain.unknown", "there is no chain '" + std::string(name) + "'")
      .hint("choose one of main, test, testnet4, signet, regtest");
}

const char* chain_name(Chain chain) {
  return chain_params(chain).name;
}

}  // namespace pegkit::bitcoin
