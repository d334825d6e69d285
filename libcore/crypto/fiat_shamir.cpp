#include "crypto/fiat_shamir.hpp"

namespace pegkit::crypto {

void FiatShamir::bind(const bn254::Fr& value) {
  append(bound_, value.bytes());
}

void FiatShamir::bind(const bn254::G1& point) {
  append(bound_, bn254::write(point));
}

bn254::Fr FiatShamir::challenge(std::string_view name) {
  Sha256 hash;
  hash.write(as_bytes(name));
  if (before_) hash.write(*before_);
  before_ = hash.write(bound_).finish();
  bound_.clear();
  return bn254::Fr::reduce(*before_);
}

Bytes expand_message(ByteView message, std::string_view tag, std::size_t length) {
  constexpr ByteArray<64> block{};
  const ByteArray<1> tag_size{static_cast<std::uint8_t>(tag.size())};
  const ByteArray<3> size{static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length), 0};
  const Hash256 first =
      Sha256().write(block).write(message).write(size).write(as_bytes(tag)).write(tag_size).finish();
  Bytes out;
  Hash256 last{};
  for (std::uint8_t i = 1; out.size() < length; ++i) {
    for (std::size_t j = 0; j < last.size(); ++j) last[j] ^= first[j];
    last = Sha256().write(last).write(ByteArray<1>{i}).write(as_bytes(tag)).write(tag_size).finish();
    append(out, last);
  }
  out.resize(length);
  return out;
}

bn254::Fr hash_to_scalar(ByteView message, std::string_view tag) {
  return bn254::Fr::reduce(expand_message(message, tag, 48));
}

}  // namespace pegkit::crypto
