#include "crypto/winternitz.hpp"

#include "base/error.hpp"

namespace pegkit::crypto {
namespace {

constexpr std::size_t secret_size = 20;
constexpr std::size_t digit_bits = 4;

void check_length(std::size_t message_bytes) {
  if (message_bytes == 0 || message_bytes > max_ots_bytes)
    throw input_error("ots.length", "a one-time key signs 1 to 64 bytes");
}

std::size_t largest_checksum(std::size_t message_bytes) {
  return ots_top_digit * 2 * message_bytes;
}

Hash160 walk(Hash160 hash, unsigned steps) {
  for (; steps > 0; --steps) hash = hash160(hash);
  return hash;
}

/// The first hash of digit `index`'s chain, which is secret. A key has at most 131 digits, so the index takes
/// one byte, or none for 0.
Hash160 chain_start(const OtsSecret& secret, std::size_t index) {
  ByteArray<secret_size + 1> input;
  std::ranges::copy(secret.view(), input.begin());
  input[secret_size] = static_cast<std::uint8_t>(index);
  Hash160 out = hash160(ByteView(input).first(secret_size + (index == 0 ? 0 : 1)));
  wipe(input);
  return out;
}

Hash160 chain_hash(const OtsSecret& secret, std::size_t index, unsigned steps) {
  Hash160 start = chain_start(secret, index);
  Hash160 out = walk(start, steps);
  wipe(start);
  return out;
}

template <std::size_t N>
ByteArray<N> little_endian(std::uint64_t value) {
  ByteArray<N> out;
  for (std::size_t i = 0; i < N; ++i) out[i] = static_cast<std::uint8_t>(value >> (8 * i));
  return out;
}

}  // namespace

std::size_t ots_checksum_digits(std::size_t message_bytes) {
  check_length(message_bytes);
  std::size_t out = 0;
  for (std::size_t rest = largest_checksum(message_bytes); rest > 0; rest >>= digit_bits) ++out;
  return out;
}

std::size_t ots_digit_count(std::size_t message_bytes) {
  return 2 * message_bytes + ots_checksum_digits(message_bytes);
}

std::optional<std::size_t> ots_message_bytes(std::size_t digit_count) {
  for (std::size_t bytes = 1; bytes <= max_ots_bytes; ++bytes)
    if (ots_digit_count(bytes) == digit_count) return bytes;
  return std::nullopt;
}

std::vector<std::uint8_t> ots_digits(ByteView message) {
  std::size_t checksum_digits = ots_checksum_digits(message.size());
  std::vector<std::uint8_t> out;
  out.reserve(2 * message.size() + checksum_digits);
  std::size_t checksum = largest_checksum(message.size());
  for (std::size_t i = message.size(); i-- > 0;) {
    for (unsigned digit : {message[i] >> digit_bits, message[i] & 15}) {
      out.push_back(static_cast<std::uint8_t>(digit));
      checksum -= digit;
    }
  }
  for (std::size_t i = checksum_digits; i-- > 0;)
    out.push_back(static_cast<std::uint8_t>(checksum >> (digit_bits * i) & 15));
  return out;
}

std::optional<Bytes> ots_message(std::span<const std::uint8_t> digits) {
  auto bytes = ots_message_bytes(digits.size());
  if (!bytes || std::ranges::any_of(digits, [](auto digit) { return digit > ots_top_digit; }))
    return std::nullopt;
  Bytes message(*bytes);
  for (std::size_t i = 0; i < *bytes; ++i)
    message[*bytes - 1 - i] = static_cast<std::uint8_t>(digits[2 * i] << digit_bits | digits[2 * i + 1]);
  if (!std::ranges::equal(ots_digits(message), digits)) return std::nullopt;
  return message;
}

OtsSecret OtsSecret::from(ByteView bytes20) {
  if (bytes20.size() != secret_size) detail::throw_length("bytes.length", secret_size, bytes20.size());
  OtsSecret out;
  out.bytes_ = SecretBytes::copy_of(bytes20);
  return out;
}

OtsSecret OtsSecret::derive(const SecretKey& seed, std::string_view context, std::uint64_t index) {
  Bytes info;
  append(info, little_endian<4>(context.size()));
  append(info, as_bytes(context));
  append(info, little_endian<8>(index));
  Bytes derived = hkdf_sha256(seed.view(), as_bytes("pegkit/ots"), info, secret_size);
  OtsSecret out = from(derived);
  wipe(derived);
  return out;
}

std::size_t OtsPublicKey::message_bytes() const {
  auto bytes = ots_message_bytes(hashes.size());
  if (!bytes) throw input_error("ots.length", "no one-time key has so many digits");
  return *bytes;
}

Bytes OtsPublicKey::bytes() const {
  Bytes out;
  out.reserve(hashes.size() * sizeof(Hash160));
  for (const Hash160& hash : hashes) append(out, hash);
  return out;
}

OtsPublicKey OtsPublicKey::from(ByteView data) {
  if (data.size() % sizeof(Hash160) != 0 || !ots_message_bytes(data.size() / sizeof(Hash160)))
    throw input_error("ots.length", "no one-time key has so many bytes");
  OtsPublicKey out;
  out.hashes.resize(data.size() / sizeof(Hash160));
  for (std::size_t i = 0; i < out.hashes.size(); ++i)
    std::ranges::copy(data.subspan(i * sizeof(Hash160), sizeof(Hash160)), out.hashes[i].begin());
  return out;
}

OtsPublicKey ots_public_key(const OtsSecret& secret, std::size_t message_bytes) {
  OtsPublicKey out;
  out.hashes.resize(ots_digit_count(message_bytes));
  for (std::size_t i = 0; i < out.hashes.size(); ++i) out.hashes[i] = chain_hash(secret, i, ots_top_digit);
  return out;
}

OtsSignature ots_sign(const OtsSecret& secret, ByteView message) {
  OtsSignature out;
  for (std::uint8_t digit : ots_digits(message))
    out.digits.push_back({chain_hash(secret, out.digits.size(), digit), digit});
  return out;
}

std::optional<Bytes> ots_verify(const OtsPublicKey& key, const OtsSignature& signature) {
  if (signature.digits.size() != key.hashes.size()) return std::nullopt;
  std::vector<std::uint8_t> digits;
  digits.reserve(key.hashes.size());
  for (const OtsDigit& part : signature.digits) digits.push_back(part.digit);
  auto message = ots_message(digits);
  if (!message) return std::nullopt;
  for (std::size_t i = 0; i < digits.size(); ++i)
    if (walk(signature.digits[i].hash, ots_top_digit - digits[i]) != key.hashes[i]) return std::nullopt;
  return message;
}

std::optional<OtsSignature> ots_find_digits(const OtsPublicKey& key, std::span<const Hash160> hashes) {
  if (hashes.size() != key.hashes.size()) return std::nullopt;
  OtsSignature out;
  std::vector<std::uint8_t> digits;
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    Hash160 hash = hashes[i];
    unsigned steps = 0;
    for (; hash != key.hashes[i]; ++steps) {
      if (steps == ots_top_digit) return std::nullopt;
      hash = hash160(hash);
    }
    digits.push_back(static_cast<std::uint8_t>(ots_top_digit - steps));
    out.digits.push_back({hashes[i], digits.back()});
  }
  if (!ots_message(digits)) return std::nullopt;
  return out;
}

}  // namespace pegkit::crypto
