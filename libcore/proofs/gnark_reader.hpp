#pragma once

#include <string>
#include <vector>

#include "base/serialize.hpp"
#include "base/verdict.hpp"
#include "bn254/curve.hpp"

namespace pegkit::proofs {

/// Reads gnark's binary encoding over BN254 (gnark-crypto ecc/bn254/marshal.go): big-endian integers; points
/// whose two top bits say whether they are compressed; lists after their length in 4 bytes.
///
/// Too few or too many bytes throw Error `<what>.truncated` or `<what>.trailing` (exit 3). A number above the
/// field's order, or a point off the curve or outside the subgroup, is false, not unreadable: the read gives
/// zero or infinity, and `verdict` keeps the first reason, which begins with the value's name.
class GnarkReader {
 public:
  /// `what` is the first part of error codes: "proof", "vk".
  GnarkReader(ByteView data, const char* what) : reader_(data, what) {}

  std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
  std::uint64_t u64() { return integer(8); }
  /// Reads a list's length, 4 bytes. Throws Error `<what>.length` (exit 3) above 65,537.
  std::uint32_t count();
  ByteView bytes(std::size_t size) { return reader_.bytes(size); }
  bn254::Fr scalar(const std::string& name);
  bn254::G1 g1(const std::string& name);
  bn254::G2 g2(const std::string& name);
  /// Reads a point of 64 bytes where compression is not allowed.
  bn254::G1 g1_raw(const std::string& name);
  /// Read a list after its length. The elements of list "ic" are named "ic[0]", "ic[1]" and so on.
  std::vector<bn254::Fr> scalars(const std::string& name);
  std::vector<bn254::G1> g1_list(const std::string& name);

  /// Throws `<what>.trailing` unless everything was read.
  void finish() const { reader_.finish(); }
  /// Valid as long as nothing false was read.
  const Verdict& verdict() const { return verdict_; }
  /// Throws Error `vk.value` (exit 3) with the reason when something false was read: in a key this is
  /// bad input.
  void require_key() const;

 private:
  std::uint64_t integer(std::size_t size);
  template <class Point>
  Point checked(const std::string& name, const bn254::PointRead<Point>& read);

  Reader reader_;
  Verdict verdict_;
};

}  // namespace pegkit::proofs
