#include "bn254/hash_to_field.hpp"

#include "crypto/hash.hpp"

namespace pegkit::bn254 {
namespace {

constexpr std::uint8_t length = 48;       // 32 bytes of a field element and 16 more against bias
constexpr std::size_t sha256_block = 64;  // bytes

}  // namespace

Fr hash_to_fr(ByteView message, std::string_view domain) {
  Bytes suffix = to_bytes(as_bytes(domain));
  suffix.push_back(static_cast<std::uint8_t>(domain.size()));

  const ByteArray<sha256_block> padding{};
  const ByteArray<3> head = {0, length, 0};
  crypto::Hash256 b0 = crypto::Sha256().write(padding).write(message).write(head).write(suffix).finish();
  const ByteArray<1> one = {1}, two = {2};
  crypto::Hash256 b1 = crypto::Sha256().write(b0).write(one).write(suffix).finish();
  for (std::size_t i = 0; i < b0.size(); ++i) b0[i] ^= b1[i];
  crypto::Hash256 b2 = crypto::Sha256().write(b0).write(two).write(suffix).finish();

  Bytes uniform = to_bytes(b1);
  append(uniform, ByteView(b2).first(length - b1.size()));
  return Fr::reduce(uniform);
}

}  // namespace pegkit::bn254
