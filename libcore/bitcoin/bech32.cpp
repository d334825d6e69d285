#include "bitcoin/bech32.hpp"

#include "base/error.hpp"
#include "bitcoin/address.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::string_view alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_size = 6;
constexpr std::uint32_t bech32_constant = 1;
constexpr std::uint32_t bech32m_constant = 0x2bc830a3;

/// BIP173's BCH code over GF(32).
std::uint32_t polymod_step(std::uint32_t checksum, std::uint8_t value) {
  constexpr std::uint32_t generator[] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  std::uint32_t top = checksum >> 25;
  checksum = (checksum & 0x1ffffff) << 5 ^ value;
  for (int i = 0; i < 5; ++i) {
    if (top >> i & 1) checksum ^= generator[i];
  }
  return checksum;
}

std::uint32_t polymod(std::string_view hrp, ByteView values) {
  std::uint32_t checksum = 1;
  for (char c : hrp) checksum = polymod_step(checksum, static_cast<std::uint8_t>(c) >> 5);
  checksum = polymod_step(checksum, 0);
  for (char c : hrp) checksum = polymod_step(checksum, static_cast<std::uint8_t>(c) & 31);
  for (std::uint8_t value : values) checksum = polymod_step(checksum, value);
  return checksum;
}

/// In lower case; nullopt when cases are mixed or a character is not printable ASCII.
std::optional<std::string> lower(std::string_view text) {
  std::string out(text);
  bool any_lower = false, any_upper = false;
  for (char& c : out) {
    if (c < 33 || c > 126) return std::nullopt;
    any_lower |= c >= 'a' && c <= 'z';
    bool upper = c >= 'A' && c <= 'Z';
    any_upper |= upper;
    if (upper) c = static_cast<char>(c - 'A' + 'a');
  }
  if (any_lower && any_upper) return std::nullopt;
  return out;
}

}  // namespace

std::string bech32_encode(std::string_view hrp, ByteView values5, bool m) {
  Bytes values = to_bytes(values5);
  values.resize(values.size() + checksum_size);
  std::uint32_t checksum = polymod(hrp, values) ^ (m ? bech32m_constant : bech32_constant);
  for (std::size_t i = 0; i < checksum_size; ++i) {
    values[values5.size() + i] = checksum >> (5 * (checksum_size - 1 - i)) & 31;
  }
  std::string out(hrp);
  out += '1';
  for (std::uint8_t value : values) out += alphabet[value & 31];
  return out;
}

std::optional<Bech32> bech32_decode(std::string_view text) {
  auto lowered = lower(text);
  std::size_t separator = lowered ? lowered->rfind('1') : std::string::npos;
  if (separator == std::string::npos || separator == 0) return std::nullopt;
  if (text.size() > max_bech32_size || separator + 1 + checksum_size > text.size()) return std::nullopt;
  Bech32 out{lowered->substr(0, separator), {}, false};
  for (char c : lowered->substr(separator + 1)) {
    std::size_t value = alphabet.find(c);
    if (value == alphabet.npos) return std::nullopt;
    out.values.push_back(static_cast<std::uint8_t>(value));
  }
  std::uint32_t checksum = polymod(out.hrp, out.values);
  if (checksum != bech32_constant && checksum != bech32m_constant) return std::nullopt;
  out.m = checksum == bech32m_constant;
  out.values.resize(out.values.size() - checksum_size);
  return out;
}

Bytes to_base32(ByteView data) {
  Bytes out;
  std::uint32_t pending = 0;
  int bits = 0;
  for (std::uint8_t byte : data) {
    pending = (pending << 8 | byte) & 0xfff;
    for (bits += 8; bits >= 5; bits -= 5) out.push_back(pending >> (bits - 5) & 31);
  }
  if (bits > 0) out.push_back(pending << (5 - bits) & 31);
  return out;
}

std::optional<Bytes> from_base32(ByteView values5) {
  Bytes out;
  std::uint32_t pending = 0;
  int bits = 0;
  for (std::uint8_t value : values5) {
    if (value > 31) return std::nullopt;
    pending = (pending << 5 | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<std::uint8_t>(pending >> bits));
    }
  }
  if (bits >= 5 || (pending & ((1u << bits) - 1)) != 0) return std::nullopt;
  return out;
}

}  // namespace pegkit::bitcoin
