#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bitcoin/chain.hpp"
#include "bitcoin/script.hpp"

namespace pegkit::bitcoin {

/// The script of an address. Throws Error `address.invalid` or `address.network` (exit 3) when it belongs to
/// another network.
Script parse_address(std::string_view address, Chain chain);
/// nullopt when the script has no address.
std::optional<std::string> script_address(ByteView script_pubkey, Chain chain);

std::string base58_encode(ByteView data);
std::optional<Bytes> base58_decode(std::string_view text, std::size_t max_bytes = 1024);
std::string base58check_encode(ByteView data);
std::optional<Bytes> base58check_decode(std::string_view text);

struct Bech32 {
  std::string hrp;
  Bytes values;  ///< 5-bit, checksum removed
  bool m;        ///< bech32m
};
std::string bech32_encode(std::string_view hrp, ByteView values5, bool m);
std::optional<Bech32> bech32_decode(std::string_view text);

/// WIF private keys. Throws `key.wif`.
struct WifKey {
  crypto::SecretKey key;
  bool compressed;
};
WifKey parse_wif(std::string_view wif, Chain chain);

/// BIP380 checksum: "descriptor#checksum". Throws `descriptor.character`.
std::string with_descriptor_checksum(std::string_view descriptor);
/// True when "descriptor#checksum" carries the right one.
bool check_descriptor_checksum(std::string_view descriptor);

}  // namespace pegkit::bitcoin
