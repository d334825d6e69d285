#include "evm/word.hpp"

#include "base/error.hpp"

namespace pegkit::evm {

Word word_from(std::uint64_t value) {
  Word out{};
  for (int i = 31; value != 0; --i, value >>= 8) out[i] = static_cast<std::uint8_t>(value);
  return out;
}

std::uint64_t u64_from(const Word& word) {
  if (std::ranges::any_of(ByteView(word).first(24), [](std::uint8_t b) { return b != 0; })) {
    throw input_error("evm.range", "the number is above 64 bits");
  }
  std::uint64_t out = 0;
  for (int i = 24; i < 32; ++i) out = out << 8 | word[i];
  return out;
}

Word wei_from_sat(Sat amount) {
  if (amount.value() < 0) throw input_error("evm.range", "the amount is negative");
  Word out = word_from(static_cast<std::uint64_t>(amount.value()));
  std::uint64_t carry = 0;
  for (int i = 31; i >= 0; --i) {
    carry += out[i] * wei_per_sat;
    out[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  return out;
}

Sat sat_from_wei(const Word& wei) {
  Word quotient{};
  std::uint64_t rest = 0;
  for (int i = 0; i < 32; ++i) {
    rest = rest << 8 | wei[i];
    quotient[i] = static_cast<std::uint8_t>(rest / wei_per_sat);
    rest %= wei_per_sat;
  }
  if (rest != 0) throw input_error("evm.wei", "the amount is not a whole number of satoshis");
  std::uint64_t sat = u64_from(quotient);
  if (sat > static_cast<std::uint64_t>(max_money.value())) {
    throw input_error("evm.range", "the amount is above 21 million bitcoin");
  }
  return Sat{static_cast<std::int64_t>(sat)};
}

std::string quantity(const Word& word) {
  std::string digits = to_hex(word);
  std::size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
  return "0x" + digits.substr(first);
}

std::string quantity(std::uint64_t value) {
  return quantity(word_from(value));
}

}  // namespace pegkit::evm
