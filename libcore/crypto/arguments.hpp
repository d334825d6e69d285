#pragma once

#include "base/bytes.hpp"

/// Checks and adapters for arguments of C libraries; only crypto/*.cpp include this.
namespace pegkit::crypto {

inline void expect_length(ByteView data, std::size_t length) {
  if (data.size() != length) detail::throw_length("bytes.length", length, data.size());
}

/// The data's address. Empty data gets a valid address too, because libsodium's pointers must not be null.
inline const std::uint8_t* address(ByteView data) {
  static constexpr std::uint8_t none = 0;
  return data.empty() ? &none : data.data();
}

}  // namespace pegkit::crypto
