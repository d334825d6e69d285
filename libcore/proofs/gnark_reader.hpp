#pragma once

#include <string>
#include <vector>

#include "base/serialize.hpp"
#include "base/verdict.hpp"
#include "bn254/curve.hpp"

namespace pegkit::proofs {

/// Reads gnark's binary encoding over BN254 (gnark-crypto ecc/bn254/marshal.go): big-endian integers, points
/// compressed or not as the two top bits of each say, lists after their length in 4 bytes.
///
/// Bytes that end too early or follow the end throw Error `<what>.truncated`, `<what>.trailing` (exit 3). A
/// number or point above the field's order, off the curve or outside the subgroup is false, not unreadable:
/// the read gives zero or infinity, and `verdict` keeps the first reason, which begins with the value's name.
class GnarkReader {
 public:
  /// `what` is the first part of error codes: "proof", "vk".
  GnarkReader(ByteView data, const char* what) : reader_(data, what) {}

  std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
  std::uint64_t u64() { return integer(8); }
  /// A list's length, 4 bytes: not more than 65,537 (Error `<what>.length`).
  std::uint32_t count();
  ByteView bytes(std::size_t size) { return reader_.bytes(size); }
  bn254::Fr scalar(const std::string& name);
  bn254::G1 g1(const std::string& name);
  bn254::G2 g2(const std::string& name);
  /// Of 64 bytes, where compression is not allowed.
  bn254::G1 g1_raw(const std::string& name);
  /// Lists with their lengths: "ic" gives "ic[2]".
  std::vector<bn254::Fr> scalars(const std::string& name);
  std::vector<bn254::G1> g1_list(const std::string& name);

  /// Throws `<what>.trailing` unless everything was read.
  void finish() const { reader_.finish(); }
  /// Valid while nothing false was read.
  const Verdict& verdict() const { return verdict_; }
  /// For a key, where a false value is bad input: throws Error `vk.value` (exit 3) with the reason.
  void require_key() const;

 private:
  std::uint64_t integer(std::size_t size);
  template <class Point>
  Point checked(const std::string& name, const bn254::PointRead<Point>& read);

  Reader reader_;
  Verdict verdict_;
};

}  // namespace pegkit::proofs
