#pragma once

#include <optional>
#include <span>
#include <vector>

#include "bn254/tower.hpp"

namespace pegkit::bn254 {

/// A point (x, y) of y² = x³ + b, or the point at infinity, whose coordinates are zero. Whoever fills in
/// coordinates checks them with is_on_curve, and for G2 with is_in_subgroup.
template <class F>
struct Affine {
  F x{}, y{};
  bool infinity = true;
  static Affine at(const F& x, const F& y) { return {x, y, false}; }
  Affine operator-() const { return {x, -y, infinity}; }
  bool is_on_curve() const;
  friend bool operator==(const Affine&, const Affine&) = default;
};

/// Jacobian coordinates (x/z², y/z³); infinity has z = 0.
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

/// Of a point on the twist: its order divides r. Infinity is in it.
bool is_in_subgroup(const G2& point);

/// Variable time.
G1Sum multiply(const G1& point, const Fr& scalar);
G2Sum multiply(const G2& point, const Fr& scalar);
/// Σ scalar·point; as many scalars as points. A few points by interleaved windows, many by Pippenger's
/// buckets.
G1Sum multi_scalar(std::span<const G1> points, std::span<const Fr> scalars);
G2Sum multi_scalar(std::span<const G2> points, std::span<const Fr> scalars);
/// All to affine with one inversion.
std::vector<G1> to_affine(std::span<const G1Sum> points);

/// What is wrong with bytes that should be a point: empty when nothing is. Not an Error: a proof is false by
/// nature.
enum class PointFault { none, coordinate, curve, subgroup, flags };
/// "a coordinate is not below the field's order", "not on the curve" and so on.
const char* point_fault_text(PointFault fault);

template <class Point>
struct PointRead {
  Point point;
  PointFault fault = PointFault::none;
  explicit operator bool() const { return fault == PointFault::none; }
};

/// Uncompressed, big-endian: x ‖ y (64), or x.c1 ‖ x.c0 ‖ y.c1 ‖ y.c0 (128), as the EVM's precompiles, gnark
/// and Ziren have it. All zero is infinity. Checks range, curve, subgroup.
PointRead<G1> read_g1(ByteView bytes64);
PointRead<G2> read_g2(ByteView bytes128);
/// gnark's compression (gnark-crypto ecc/bn254/marshal.go), 32 and 64 bytes: top bits 10 smaller y, 11
/// larger, 01 infinity with all other bits zero. Checks range, curve, subgroup.
PointRead<G1> read_g1_compressed(ByteView bytes32);
PointRead<G2> read_g2_compressed(ByteView bytes64);
ByteArray<64> write(const G1& point);
ByteArray<128> write(const G2& point);
ByteArray<32> write_compressed(const G1& point);
ByteArray<64> write_compressed(const G2& point);

}  // namespace pegkit::bn254
