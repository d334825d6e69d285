#include "bn254/pairing.hpp"
#include "bn254/params.hpp"

namespace pegkit::bn254 {
namespace {

constexpr Fp2 three_b{curve_constant<Fp2>().doubled() + curve_constant<Fp2>()};

/// Walks the Miller loop with a multiple T of Q in homogeneous coordinates (x/z, y/z), and gives the line of
/// each step: numerators of the slope λ and of λ·x - y, and their common denominator.
struct Walk {
  struct Step {
    Fp2 slope, constant, denominator;
  };
  Fp2 x, y, z;

  /// Replaces T by 2T and gives the tangent at T (Costello, Lange, Naehrig 2010, with all coordinates
  /// times 4).
  Step double_step() {
    Fp2 b = y.square(), c = z.square(), e = c * three_b, f = e.doubled() + e;
    Fp2 h = (y * z).doubled();
    Fp2 xx = x.square();
    Step step{xx.doubled() + xx, b - e, h};
    Fp2 ee = e.square().doubled().doubled();
    x = (x * y * (b - f)).doubled();
    y = (b + f).square() - ee.doubled() - ee;
    z = (b * h).doubled().doubled();
    return step;
  }

  /// Replaces T by T + Q and gives the line through both.
  Step add_step(const G2& q) {
    Fp2 theta = y - q.y * z, lambda = x - q.x * z;
    Step step{theta, theta * q.x - lambda * q.y, lambda};
    Fp2 d = lambda.square(), e = lambda * d, g = x * d;
    Fp2 h = e + z * theta.square() - g.doubled();
    x = lambda * h;
    y = theta * (g - h) - e * y;
    z = z * e;
    return step;
  }
};

}  // namespace

PreparedG2::PreparedG2(const G2& point) : infinity_(point.infinity) {
  static_assert(line_count == digits_of_loop.count - 1 + digits_of_loop.nonzero - 1 + 2);
  if (infinity_) return;
  Walk walk{point.x, point.y, Fp2::one()};
  std::array<Fp2, line_count> denominators, scratch;
  std::size_t made = 0;
  auto keep = [&](const Walk::Step& step) {
    lines_[made] = {step.slope, step.constant};
    denominators[made++] = step.denominator;
  };
  for (std::size_t i = digits_of_loop.count - 1; i-- > 0;) {
    keep(walk.double_step());
    int digit = digits_of_loop.digits[i];
    if (digit != 0) keep(walk.add_step(digit > 0 ? point : -point));
  }
  G2 image = twist_frobenius(point);
  keep(walk.add_step(image));
  keep(walk.add_step(-twist_frobenius(image)));
  invert_all<Fp2>(denominators, scratch);
  for (std::size_t i = 0; i < line_count; ++i) {
    lines_[i].slope = lines_[i].slope * denominators[i];
    lines_[i].constant = lines_[i].constant * denominators[i];
  }
}

}  // namespace pegkit::bn254
