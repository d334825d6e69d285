#include "bn254/pairing.hpp"

#include <algorithm>
#include <optional>

#include "bn254/params.hpp"

namespace pegkit::bn254 {
namespace {

/// Number of terms that share an accumulator; their data fits on the stack.
constexpr std::size_t most_terms = 8;

/// A term without infinity. The line y - y_T - λ(x - x_T) at P = (x, y) in G1 is divided by y, because the
/// final exponentiation removes factors of Fp. This gives 1 - λ·(x/y)·w + (λ·x_T - y_T)/y·w³.
struct Factor {
  const PreparedG2* prepared;
  Fp y_inverse, minus_x_by_y;

  void multiply_into(Fp12& f, std::size_t line) const {
    const PreparedG2::Line& at = prepared->lines()[line];
    f = f.times_line(at.slope * minus_x_by_y, at.constant * y_inverse);
  }
};

/// The terms, at most most_terms, that have no infinity on either side; a term with infinity is one.
class Factors {
 public:
  explicit Factors(std::span<const PairingTerm> terms) {
    std::array<Fp, most_terms> y, scratch;
    std::array<Fp, most_terms> x;
    for (const PairingTerm& term : terms) {
      if (term.p.infinity || (term.prepared ? term.prepared->is_infinity() : term.q.infinity)) continue;
      factors_[count_].prepared = term.prepared ? term.prepared : &made_[count_].emplace(term.q);
      x[count_] = term.p.x;
      y[count_] = term.p.y;
      ++count_;
    }
    invert_all<Fp>({y.data(), count_}, {scratch.data(), count_});
    for (std::size_t i = 0; i < count_; ++i) {
      factors_[i].y_inverse = y[i];
      factors_[i].minus_x_by_y = -(x[i] * y[i]);
    }
  }
  Factors(const Factors&) = delete;
  Factors& operator=(const Factors&) = delete;

  bool empty() const { return count_ == 0; }
  void multiply_into(Fp12& f, std::size_t line) const {
    for (std::size_t i = 0; i < count_; ++i) factors_[i].multiply_into(f, line);
  }

 private:
  std::array<std::optional<PreparedG2>, most_terms> made_;
  std::array<Factor, most_terms> factors_;
  std::size_t count_ = 0;
};

Fp12 shared_loop(std::span<const PairingTerm> terms) {
  Factors factors(terms);
  Fp12 f = Fp12::one();
  if (factors.empty()) return f;
  std::size_t line = 0;
  for (std::size_t i = digits_of_loop.count - 1; i-- > 0;) {
    if (line > 0) f = f.square();
    factors.multiply_into(f, line++);
    if (digits_of_loop.digits[i] != 0) factors.multiply_into(f, line++);
  }
  factors.multiply_into(f, line++);
  factors.multiply_into(f, line++);
  return f;
}

}  // namespace

Fp12 miller_loop(std::span<const PairingTerm> terms) {
  Fp12 product = Fp12::one();
  for (std::size_t i = 0; i < terms.size(); i += most_terms) {
    Fp12 f = shared_loop(terms.subspan(i, std::min(most_terms, terms.size() - i)));
    product = i == 0 ? f : product * f;
  }
  return product;
}

Fp12 pairing(std::span<const PairingTerm> terms) {
  return final_exponentiation(miller_loop(terms));
}

bool pairing_is_one(std::span<const PairingTerm> terms) {
  return pairing(terms).is_one();
}

}  // namespace pegkit::bn254
