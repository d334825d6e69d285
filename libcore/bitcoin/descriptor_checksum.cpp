#include "base/error.hpp"
#include "bitcoin/address.hpp"

namespace pegkit::bitcoin {
namespace {

/// BIP380 feeds the place of each character in this alphabet into the checksum: its low five bits as one
/// symbol at once, and its high bits (0 to 2) of three characters as one more symbol.
constexpr std::string_view input_alphabet =
    "0123456789()[],'/*abcdefgh@:$%{}"
    "IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~"
    "ijklmnopqrstuvwxyzABCDEFGH`#\"\\ ";
constexpr std::string_view checksum_alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
constexpr std::size_t checksum_size = 8;

std::uint64_t polymod_step(std::uint64_t checksum, unsigned value) {
  constexpr std::uint64_t generator[] = {0xf5dee51989, 0xa9fdca3312, 0x1bab10e32d, 0x3706b1677a,
                                         0x644d626ffd};
  std::uint64_t top = checksum >> 35;
  checksum = (checksum & 0x7ffffffff) << 5 ^ value;
  for (int i = 0; i < 5; ++i) {
    if (top >> i & 1) checksum ^= generator[i];
  }
  return checksum;
}

std::string descriptor_checksum(std::string_view descriptor) {
  std::uint64_t checksum = 1;
  unsigned group = 0, gathered = 0;
  for (char c : descriptor) {
    std::size_t place = input_alphabet.find(c);
    if (place == input_alphabet.npos || c == '#') {  // '#' is in the alphabet, but begins the checksum
      throw input_error("descriptor.character", "the text has a character that a descriptor cannot hold");
    }
    checksum = polymod_step(checksum, place & 31);
    group = group * 3 + static_cast<unsigned>(place >> 5);
    if (++gathered == 3) {
      checksum = polymod_step(checksum, group);
      group = gathered = 0;
    }
  }
  if (gathered > 0) checksum = polymod_step(checksum, group);
  for (std::size_t i = 0; i < checksum_size; ++i) checksum = polymod_step(checksum, 0);
  checksum ^= 1;
  std::string out;
  for (std::size_t i = 0; i < checksum_size; ++i) {
    out += checksum_alphabet[checksum >> (5 * (checksum_size - 1 - i)) & 31];
  }
  return out;
}

}  // namespace

std::string with_descriptor_checksum(std::string_view descriptor) {
  return std::string(descriptor) + "#" + descriptor_checksum(descriptor);
}

bool check_descriptor_checksum(std::string_view descriptor) {
  std::size_t hash = descriptor.find('#');
  if (hash == descriptor.npos) return false;
  try {
    return descriptor_checksum(descriptor.substr(0, hash)) == descriptor.substr(hash + 1);
  } catch (const Error&) {
    return false;
  }
}

}  // namespace pegkit::bitcoin
