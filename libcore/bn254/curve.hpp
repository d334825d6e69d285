#pragma once

#include <optional>
#include <span>
#include <vector>

#include "bn254/tower.hpp"

namespace pegkit::bn254 {

/// A point (x, y) of y² = x³ + b, or the point at infinity, whose coordinates are zero. Code that fills in
/// coordinates must check them with is_on_curve, and for G2 also with is_in_subgroup.
template <class F>
struct Affine {
  F x{}, y{};
  bool infinity = true;
  static Affine at(const F& x, const F& y) { return {x, y, false}; }
  Affine operator-() const { return {x, -y, infinity}; }
  bool is_on_curve() const;
  friend bool operator==(const Affine&, const Affine&) = default;
};

/// A point in Jacobian coordinates, (x/z², y/z³); infinity has z = 0.
template <class F>
struct Jacobian {
  F x{}, y{}, z{};
  static Jacobian from(const Affine<F>& point);
  bool is_infinity() const { return z.is_zero(); }
  Affine<F> affine() const;
  Jacobian doubled() const;
  Jacobian operator+(const Jacobian& other) const;
  Jacobian operator+(const Affine<F>& other) const;
  Jacobian operator-() const { return {x, -y, z}; }
};

using G1 = Affine<Fp>;   ///< y² = x³ + 3; every point of the curve is in the group
using G2 = Affine<Fp2>;  ///< y² = x³ + 3/ξ, the twist
using G1Sum = Jacobian<Fp>;
using G2Sum = Jacobian<Fp2>;

G1 g1_generator();
G2 g2_generator();

/// True when the order of a point on the twist divides r; so it does for infinity.
bool is_in_subgroup(const G2& point);

/// scalar·point, in variable time.
G1Sum multiply(const G1& point, const Fr& scalar);
G2Sum multiply(const G2& point, const Fr& scalar);
/// Σ scalarᵢ·pointᵢ. Few points are summed by interleaved windows (Straus), many by buckets (Pippenger).
/// Throws Error `bn254.terms` (exit 70) unless there are as many scalars as points.
G1Sum multi_scalar(std::span<const G1> points, std::span<const Fr> scalars);
G2Sum multi_scalar(std::span<const G2> points, std::span<const Fr> scalars);
/// Converts all points to affine coordinates with one inversion.
std::vector<G1> to_affine(std::span<const G1Sum> points);

/// The fault of bytes that should encode a point. It is no Error, because a proof can be false by nature.
enum class PointFault { none, coordinate, curve, subgroup, flags };
/// The fault in words, such as "not on the curve".
const char* point_fault_text(PointFault fault);

template <class Point>
struct PointRead {
  Point point;
  PointFault fault = PointFault::none;
  explicit operator bool() const { return fault == PointFault::none; }
};

/// Reads a point in uncompressed big-endian form, as in the EVM's precompiles, gnark and Ziren: x ‖ y (64
/// bytes) for G1, x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0 (128 bytes) for G2. All zero is infinity. Checks range,
/// curve, subgroup.
PointRead<G1> read_g1(ByteView bytes64);
PointRead<G2> read_g2(ByteView bytes128);
/// Reads a point in gnark's compressed form (gnark-crypto ecc/bn254/marshal.go), 32 or 64 bytes. The top two
/// bits are 10 for the smaller y, 11 for the larger, 01 for infinity, whose other bits are zero. Checks
/// range, curve, subgroup.
PointRead<G1> read_g1_compressed(ByteView bytes32);
PointRead<G2> read_g2_compressed(ByteView bytes64);
ByteArray<64> write(const G1& point);
ByteArray<128> write(const G2& point);
ByteArray<32> write_compressed(const G1& point);
ByteArray<64> write_compressed(const G2& point);

}  // namespace pegkit::bn254
