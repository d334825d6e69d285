#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.hpp"

namespace pegkit::evm {

/// Recursive Length Prefix (Ethereum Yellow Paper, appendix B). A value is a byte string or a list of values.
struct Rlp {
  bool is_list = false;
  Bytes data;              ///< used when it is a byte string
  std::vector<Rlp> items;  ///< used when it is a list

  static Rlp string(ByteView data) { return {false, to_bytes(data), {}}; }
  /// A number as a byte string: big-endian without leading zeros; zero is the empty string.
  static Rlp number(std::uint64_t value);
  static Rlp number(ByteView big_endian);
  static Rlp list(std::vector<Rlp> items) { return {true, {}, std::move(items)}; }

  Bytes encode() const;
  /// Reads exactly one value, which must be in its canonical encoding and at most 64 lists deep. Throws Error
  /// `rlp.truncated`, `rlp.trailing`, `rlp.invalid`, `rlp.depth` (exit 3).
  static Rlp decode(ByteView data);

  /// The byte string as a number. Throws `rlp.invalid` (exit 3) for a list, a leading zero, or more than
  /// 64 bits.
  std::uint64_t as_u64() const;

  friend bool operator==(const Rlp&, const Rlp&) = default;
};

}  // namespace pegkit::evm
