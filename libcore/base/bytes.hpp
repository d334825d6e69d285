#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pegkit {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;
template <std::size_t N>
using ByteArray = std::array<std::uint8_t, N>;

/// A fixed number of bytes with a type of its own: `struct XOnlyKey : FixedBytes<32, XOnlyKey> {}`. Values
/// are ordered and compared as byte strings.
template <std::size_t N, class Tag>
struct FixedBytes {
  static constexpr std::size_t size = N;
  ByteArray<N> bytes{};

  ByteView view() const { return bytes; }
  operator ByteView() const { return bytes; }

  /// Takes exactly N bytes; throws Error `bytes.length` (exit 3) for another number.
  static Tag from(ByteView data);

  friend bool operator==(const FixedBytes& a, const FixedBytes& b) { return a.bytes == b.bytes; }
  friend auto operator<=>(const FixedBytes& a, const FixedBytes& b) { return a.bytes <=> b.bytes; }
};

/// Lower-case hex of the bytes in the order given.
std::string to_hex(ByteView data);
/// Reads hex of either case, without prefix or white space. Throws Error `hex.invalid` (exit 3) for an odd
/// length or another character.
Bytes from_hex(std::string_view hex);
/// Reads hex of exactly N bytes as from_hex does; throws `hex.length` (exit 3) for another number of bytes.
template <std::size_t N>
ByteArray<N> from_hex_array(std::string_view hex);

/// Base64 of RFC 4648 with padding. from_base64 throws Error `base64.invalid` (exit 3).
std::string to_base64(ByteView data);
Bytes from_base64(std::string_view text);

/// A view of the string's bytes; nothing is copied.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView data) {
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}
inline Bytes to_bytes(ByteView data) {
  return {data.begin(), data.end()};
}
inline void append(Bytes& to, ByteView data) {
  to.insert(to.end(), data.begin(), data.end());
}
inline bool equal(ByteView a, ByteView b) {
  return std::ranges::equal(a, b);
}
template <std::size_t N>
ByteArray<N> reversed(ByteArray<N> data) {
  std::ranges::reverse(data);
  return data;
}

namespace detail {
[[noreturn]] void throw_length(const char* code, std::size_t expected, std::size_t got);
}

template <std::size_t N, class Tag>
Tag FixedBytes<N, Tag>::from(ByteView data) {
  if (data.size() != N) detail::throw_length("bytes.length", N, data.size());
  Tag out{};
  std::ranges::copy(data, out.bytes.begin());
  return out;
}

template <std::size_t N>
ByteArray<N> from_hex_array(std::string_view hex) {
  Bytes data = from_hex(hex);
  if (data.size() != N) detail::throw_length("hex.length", N, data.size());
  ByteArray<N> out{};
  std::ranges::copy(data, out.begin());
  return out;
}

}  // namespace pegkit
