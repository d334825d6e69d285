#include "bn254/curve.hpp"

#include "bn254/params.hpp"

namespace pegkit::bn254 {
namespace {

constexpr Fp fp(std::uint64_t d, std::uint64_t c, std::uint64_t b, std::uint64_t a) {
  return Fp::from_integer({a, b, c, d});
}

/// [t]P for any point of the twist.
G2Sum multiply_by_t(const G2& point) {
  G2Sum sum = G2Sum::from(point);
  for (std::size_t i = digits_of_t.count - 1; i-- > 0;) {
    sum = sum.doubled();
    if (digits_of_t.digits[i] != 0) sum = sum + (digits_of_t.digits[i] > 0 ? point : -point);
  }
  return sum;
}

}  // namespace

template <class F>
bool Affine<F>::is_on_curve() const {
  return infinity || y.square() == x.square() * x + curve_constant<F>();
}

template <class F>
Jacobian<F> Jacobian<F>::from(const Affine<F>& point) {
  if (point.infinity) return {};
  return {point.x, point.y, F::one()};
}

template <class F>
Affine<F> Jacobian<F>::affine() const {
  return affine_by(*this, z.inverse());
}

// Here a square costs as much as a product, so the formulas are those with the fewest sums.
template <class F>
Jacobian<F> Jacobian<F>::doubled() const {
  F xx = x.square(), yy = y.square();
  F slope = xx.doubled() + xx, middle = (x * yy).doubled().doubled();
  F x3 = slope.square() - middle.doubled();
  F y3 = slope * (middle - x3) - yy.square().doubled().doubled().doubled();
  return {x3, y3, (y * z).doubled()};
}

template <class F>
Jacobian<F> Jacobian<F>::operator+(const Jacobian& other) const {
  if (is_infinity()) return other;
  if (other.is_infinity()) return *this;
  F zz = z.square(), other_zz = other.z.square();
  F u = x * other_zz, s = y * other.z * other_zz;
  F h = other.x * zz - u, r = other.y * z * zz - s;
  if (h.is_zero()) return r.is_zero() ? doubled() : Jacobian{};
  F hh = h.square(), hhh = hh * h, v = u * hh;
  F x3 = r.square() - hhh - v.doubled();
  return {x3, r * (v - x3) - s * hhh, z * other.z * h};
}

template <class F>
Jacobian<F> Jacobian<F>::operator+(const Affine<F>& other) const {
  if (other.infinity) return *this;
  if (is_infinity()) return from(other);
  F zz = z.square();
  F h = other.x * zz - x, r = other.y * z * zz - y;
  if (h.is_zero()) return r.is_zero() ? doubled() : Jacobian{};
  F hh = h.square(), hhh = hh * h, v = x * hh;
  F x3 = r.square() - hhh - v.doubled();
  return {x3, r * (v - x3) - y * hhh, z * h};
}

template struct Affine<Fp>;
template struct Affine<Fp2>;
template struct Jacobian<Fp>;
template struct Jacobian<Fp2>;

G1 g1_generator() {
  return G1::at(Fp::one(), Fp::from_u64(2));
}

G2 g2_generator() {  // EIP-197
  constexpr Fp x0 = fp(0x1800deef121f1e76, 0x426a00665e5c4479, 0x674322d4f75edadd, 0x46debd5cd992f6ed);
  constexpr Fp x1 = fp(0x198e9393920d483a, 0x7260bfb731fb5d25, 0xf1aa493335a9e712, 0x97e485b7aef312c2);
  constexpr Fp y0 = fp(0x12c85ea5db8c6deb, 0x4aab71808dcb408f, 0xe3d1e7690c43d37b, 0x4ce6cc0166fa7daa);
  constexpr Fp y1 = fp(0x090689d0585ff075, 0xec9e99ad690c3395, 0xbc4b313370b38ef3, 0x55acdadcd122975b);
  return G2::at({x0, x1}, {y0, y1});
}

bool is_in_subgroup(const G2& point) {
  // Checks [t + 1]P + ψ([t]P) + ψ²([t]P) = ψ³([2t]P). In the subgroup, ψ is multiplication by p, and the
  // equation holds. It cannot hold elsewhere, because the norm of (t + 1) + tψ + tψ² - 2tψ³ in Z[ψ] and the
  // cofactor 2p - r have no common divisor (El Housni, Guillevic, Piellard 2022).
  G2Sum multiple = multiply_by_t(point);
  G2Sum once = twist_frobenius(multiple), twice = twist_frobenius(once);
  G2Sum left = multiple + point + once + twice;
  return (left + -twist_frobenius(twice).doubled()).is_infinity();
}

std::vector<G1> to_affine(std::span<const G1Sum> points) {
  std::vector<Fp> inverses(points.size()), scratch(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) inverses[i] = points[i].z;
  invert_all<Fp>(inverses, scratch);
  std::vector<G1> out(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) out[i] = affine_by(points[i], inverses[i]);
  return out;
}

}  // namespace pegkit::bn254
