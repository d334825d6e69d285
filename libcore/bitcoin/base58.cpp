#include <algorithm>

#include "bitcoin/address.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::string_view alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t checksum_size = 4;

/// number = number * factor + addend over base-`base` digits, least significant first.
void multiply_add(Bytes& digits, std::uint32_t base, std::uint32_t factor, std::uint32_t addend) {
  std::uint32_t carry = addend;
  for (std::uint8_t& digit : digits) {
    carry += digit * factor;
    digit = static_cast<std::uint8_t>(carry % base);
    carry /= base;
  }
  for (; carry != 0; carry /= base) digits.push_back(static_cast<std::uint8_t>(carry % base));
}

}  // namespace

std::string base58_encode(ByteView data) {
  std::size_t zeros = 0;
  while (zeros < data.size() && data[zeros] == 0) ++zeros;
  Bytes digits;
  for (std::uint8_t byte : data.subspan(zeros)) multiply_add(digits, 58, 256, byte);
  std::string out(zeros, alphabet[0]);
  for (std::size_t i = digits.size(); i-- > 0;) out += alphabet[digits[i]];
  return out;
}

std::optional<Bytes> base58_decode(std::string_view text, std::size_t max_bytes) {
  std::size_t zeros = 0;
  while (zeros < text.size() && text[zeros] == alphabet[0]) ++zeros;
  if (zeros > max_bytes) return std::nullopt;
  Bytes digits;
  digits.reserve(std::min(text.size(), max_bytes + 1));
  bool valid = true;
  for (char c : text.substr(zeros)) {
    std::size_t value = alphabet.find(c);
    valid = value != alphabet.npos;
    if (valid) multiply_add(digits, 256, 58, static_cast<std::uint32_t>(value));
    valid = valid && zeros + digits.size() <= max_bytes;
    if (!valid) break;
  }
  Bytes out(zeros + digits.size());
  std::ranges::reverse_copy(digits, out.begin() + static_cast<std::ptrdiff_t>(zeros));
  crypto::wipe(digits);  // it may be a private key
  if (!valid) return std::nullopt;
  return out;
}

std::string base58check_encode(ByteView data) {
  Bytes with_checksum = to_bytes(data);
  append(with_checksum, ByteView(crypto::sha256d(data)).first(checksum_size));
  return base58_encode(with_checksum);
}

std::optional<Bytes> base58check_decode(std::string_view text) {
  auto data = base58_decode(text);
  if (!data || data->size() < checksum_size) return std::nullopt;
  ByteView body = ByteView(*data).first(data->size() - checksum_size);
  crypto::Hash256 hash = crypto::sha256d(body);
  if (!equal(ByteView(hash).first(checksum_size), ByteView(*data).last(checksum_size))) {
    crypto::wipe(*data);
    return std::nullopt;
  }
  data->resize(body.size());
  return data;
}

}  // namespace pegkit::bitcoin
