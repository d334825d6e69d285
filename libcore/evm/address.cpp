#include "evm/address.hpp"

#include "base/error.hpp"
#include "crypto/keccak.hpp"

namespace pegkit::evm {
namespace {

bool is_lower_letter(char c) {
  return c >= 'a' && c <= 'f';
}
bool is_upper_letter(char c) {
  return c >= 'A' && c <= 'F';
}

}  // namespace

Address address_of(const crypto::PublicKey& key) {
  ByteArray<65> point = crypto::uncompressed(key);
  ByteArray<32> hash = crypto::keccak256(ByteView(point).subspan(1));
  return Address::from(ByteView(hash).subspan(12));
}

std::string format_address(const Address& address) {
  std::string digits = to_hex(address);
  ByteArray<32> hash = crypto::keccak256(as_bytes(digits));
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int nibble = i % 2 == 0 ? hash[i / 2] >> 4 : hash[i / 2] & 15;
    if (is_lower_letter(digits[i]) && nibble >= 8) digits[i] = static_cast<char>(digits[i] - 'a' + 'A');
  }
  return "0x" + digits;
}

Address parse_address(std::string_view text) {
  if (text.size() != 42 || !text.starts_with("0x")) {
    throw input_error("evm.address", "an address is 0x and 40 hex digits");
  }
  std::string_view digits = text.substr(2);
  auto is_hex = [](char c) { return (c >= '0' && c <= '9') || is_lower_letter(c) || is_upper_letter(c); };
  if (!std::ranges::all_of(digits, is_hex)) {
    throw input_error("evm.address", "an address is 0x and 40 hex digits");
  }
  Address address = Address::from(from_hex(digits));
  bool mixed = std::ranges::any_of(digits, is_lower_letter) && std::ranges::any_of(digits, is_upper_letter);
  if (mixed && format_address(address) != text) {
    throw input_error("evm.address", "the address's EIP-55 checksum is wrong")
        .hint("copy the address again; one of its characters was changed");
  }
  return address;
}

}  // namespace pegkit::evm
