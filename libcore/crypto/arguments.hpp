#pragma once

#include "base/bytes.hpp"

/// Checks and adapters for the arguments of other libraries' C functions; for crypto/*.cpp only.
namespace pegkit::crypto {

inline void expect_length(ByteView data, std::size_t length) {
  if (data.size() != length) detail::throw_length("bytes.length", length, data.size());
}

/// The data's address, and some valid one for no data: libsodium declares its pointers as never null.
inline const std::uint8_t* address(ByteView data) {
  static constexpr std::uint8_t none = 0;
  return data.empty() ? &none : data.data();
}

}  // namespace pegkit::crypto
