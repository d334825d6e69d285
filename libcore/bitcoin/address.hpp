#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bitcoin/chain.hpp"
#include "bitcoin/script.hpp"

namespace pegkit::bitcoin {

/// The scriptPubKey of an address. Throws Error (exit 3): `address.invalid` when the text is no address,
/// `address.network` when the address belongs to another network.
Script parse_address(std::string_view address, Chain chain);
/// The address of a scriptPubKey on a network; nullopt when it has none.
std::optional<std::string> script_address(ByteView script_pubkey, Chain chain);

/// Base58, and Base58Check with its four checksum bytes. The decoders give nullopt for another character,
/// more than `max_bytes` bytes, or a wrong checksum.
std::string base58_encode(ByteView data);
std::optional<Bytes> base58_decode(std::string_view text, std::size_t max_bytes = 1024);
std::string base58check_encode(ByteView data);
std::optional<Bytes> base58check_decode(std::string_view text);

struct Bech32 {
  std::string hrp;
  Bytes values;  ///< 5-bit values without the checksum
  bool m;        ///< true for bech32m, false for bech32
};
/// Bech32 (BIP173) and bech32m (BIP350). bech32_decode gives nullopt for a wrong checksum, mixed case, or
/// more than max_bech32_size characters.
std::string bech32_encode(std::string_view hrp, ByteView values5, bool m);
std::optional<Bech32> bech32_decode(std::string_view text);

/// A private key in wallet import format. parse_wif throws Error `key.wif` (exit 3) for a wrong length or
/// checksum, another network, or a scalar out of range.
struct WifKey {
  crypto::SecretKey key;
  bool compressed;
};
WifKey parse_wif(std::string_view wif, Chain chain);

/// Appends the BIP380 checksum: "descriptor#checksum". Throws Error `descriptor.character` (exit 3) for a
/// character that a descriptor cannot hold.
std::string with_descriptor_checksum(std::string_view descriptor);
/// True when the text is "descriptor#checksum" with the right checksum.
bool check_descriptor_checksum(std::string_view descriptor);

}  // namespace pegkit::bitcoin
