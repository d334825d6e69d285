#pragma once

#if defined(__x86_64__)

#include <array>
#include <cstdint>

/// Sums and differences modulo a number, and one row of a long multiplication, in x86-64 assembly: compilers
/// translate chains of carries badly, and the pairing spends nearly all its time in these functions. Only
/// bn254/limbs.hpp uses them, and it has every function in portable C++ too. tests/bn254/limbs_test.cpp
/// compares both over values at which carries and borrows go wrong first: the C++ runs in constant
/// expressions, the assembly at run time. tests/bn254/field_test.cpp does the same for sums of products.

namespace pegkit::bn254::x86 {

using Limbs = std::array<std::uint64_t, 4>;

/// True when the processor has MULX (BMI2). It is false before its initialisation at program start, which
/// is safe.
extern const bool has_mulx;

/// t mod m, for t below 2m.
[[gnu::always_inline]] inline Limbs subtract_once(std::uint64_t t0, std::uint64_t t1, std::uint64_t t2,
                                                  std::uint64_t t3, const Limbs& modulus) {
  std::uint64_t s0 = t0, s1 = t1, s2 = t2, s3 = t3;
  asm("subq 0(%[m]), %[s0]\n\t"
      "sbbq 8(%[m]), %[s1]\n\t"
      "sbbq 16(%[m]), %[s2]\n\t"
      "sbbq 24(%[m]), %[s3]\n\t"
      "cmovcq %[t0], %[s0]\n\t"
      "cmovcq %[t1], %[s1]\n\t"
      "cmovcq %[t2], %[s2]\n\t"
      "cmovcq %[t3], %[s3]"
      : [s0] "+&r"(s0), [s1] "+&r"(s1), [s2] "+&r"(s2), [s3] "+&r"(s3)
      : [t0] "r"(t0), [t1] "r"(t1), [t2] "r"(t2), [t3] "r"(t3), [m] "r"(modulus.data()), "m"(modulus)
      : "cc");
  return {s0, s1, s2, s3};
}

[[gnu::always_inline]] inline Limbs add(const Limbs& a, const Limbs& b) {
  std::uint64_t t0 = a[0], t1 = a[1], t2 = a[2], t3 = a[3];
  asm("addq 0(%[b]), %[t0]\n\t"
      "adcq 8(%[b]), %[t1]\n\t"
      "adcq 16(%[b]), %[t2]\n\t"
      "adcq 24(%[b]), %[t3]"
      : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3)
      : [b] "r"(b.data()), "m"(b)
      : "cc");
  return {t0, t1, t2, t3};
}

[[gnu::always_inline]] inline Limbs subtract(const Limbs& a, const Limbs& b) {
  std::uint64_t t0 = a[0], t1 = a[1], t2 = a[2], t3 = a[3];
  asm("subq 0(%[b]), %[t0]\n\t"
      "sbbq 8(%[b]), %[t1]\n\t"
      "sbbq 16(%[b]), %[t2]\n\t"
      "sbbq 24(%[b]), %[t3]"
      : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3)
      : [b] "r"(b.data()), "m"(b)
      : "cc");
  return {t0, t1, t2, t3};
}

inline Limbs add_modulo(const Limbs& a, const Limbs& b, const Limbs& modulus) {
  Limbs sum = add(a, b);
  return subtract_once(sum[0], sum[1], sum[2], sum[3], modulus);
}

inline Limbs subtract_modulo(const Limbs& a, const Limbs& b, const Limbs& modulus) {
  std::uint64_t t0 = a[0], t1 = a[1], t2 = a[2], t3 = a[3];
  std::uint64_t c0 = modulus[0], c1 = modulus[1], c2 = modulus[2], c3 = modulus[3], negative;
  asm("subq 0(%[b]), %[t0]\n\t"
      "sbbq 8(%[b]), %[t1]\n\t"
      "sbbq 16(%[b]), %[t2]\n\t"
      "sbbq 24(%[b]), %[t3]\n\t"
      "sbbq %[negative], %[negative]\n\t"
      "andq %[negative], %[c0]\n\t"
      "andq %[negative], %[c1]\n\t"
      "andq %[negative], %[c2]\n\t"
      "andq %[negative], %[c3]\n\t"
      "addq %[c0], %[t0]\n\t"
      "adcq %[c1], %[t1]\n\t"
      "adcq %[c2], %[t2]\n\t"
      "adcq %[c3], %[t3]"
      : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [c0] "+&r"(c0), [c1] "+&r"(c1),
        [c2] "+&r"(c2), [c3] "+&r"(c3), [negative] "=&r"(negative)
      : [b] "r"(b.data()), "m"(b)
      : "cc");
  return {t0, t1, t2, t3};
}

/// The accumulator of sum_of_products_mulx in bn254/limbs.hpp. Its functions need has_mulx.
struct Accumulator {
  std::uint64_t t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0, t5 = 0;

  /// Sets the sum to a·b.
  [[gnu::always_inline]] inline void set(const Limbs& a, std::uint64_t b) {
    std::uint64_t low;
    asm("mulxq 0(%[a]), %[t0], %[t1]\n\t"
        "mulxq 8(%[a]), %[low], %[t2]\n\t"
        "addq %[low], %[t1]\n\t"
        "mulxq 16(%[a]), %[low], %[t3]\n\t"
        "adcq %[low], %[t2]\n\t"
        "mulxq 24(%[a]), %[low], %[t4]\n\t"
        "adcq %[low], %[t3]\n\t"
        "adcq $0, %[t4]"
        : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4), [low] "=&r"(low)
        : "d"(b), [a] "r"(a.data()), "m"(a)
        : "cc");
    t5 = 0;
  }

  /// Adds a·b, when the sum fits five limbs. It makes two chains of additions one after the other, which
  /// measured faster than interleaving them with ADCX and ADOX.
  [[gnu::always_inline]] inline void add(const Limbs& a, std::uint64_t b) {
    std::uint64_t low0, low, h0, h1, h2;
    asm("mulxq 0(%[a]), %[low0], %[h0]\n\t"
        "mulxq 8(%[a]), %[low], %[h1]\n\t"
        "addq %[low], %[h0]\n\t"
        "mulxq 16(%[a]), %[low], %[h2]\n\t"
        "adcq %[low], %[h1]\n\t"
        "mulxq 24(%[a]), %[low], %[b]\n\t"
        "adcq %[low], %[h2]\n\t"
        "adcq $0, %[b]\n\t"
        "addq %[low0], %[t0]\n\t"
        "adcq %[h0], %[t1]\n\t"
        "adcq %[h1], %[t2]\n\t"
        "adcq %[h2], %[t3]\n\t"
        "adcq %[b], %[t4]"
        : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [t4] "+&r"(t4), [b] "+&d"(b),
          [low0] "=&r"(low0), [low] "=&r"(low), [h0] "=&r"(h0), [h1] "=&r"(h1), [h2] "=&r"(h2)
        : [a] "r"(a.data()), "m"(a)
        : "cc");
  }

  /// Adds a·b, with a sixth limb for the carry.
  [[gnu::always_inline]] inline void add_long(const Limbs& a, std::uint64_t b) {
    std::uint64_t low0, low, h0, h1, h2;
    asm("mulxq 0(%[a]), %[low0], %[h0]\n\t"
        "mulxq 8(%[a]), %[low], %[h1]\n\t"
        "addq %[low], %[h0]\n\t"
        "mulxq 16(%[a]), %[low], %[h2]\n\t"
        "adcq %[low], %[h1]\n\t"
        "mulxq 24(%[a]), %[low], %[b]\n\t"
        "adcq %[low], %[h2]\n\t"
        "adcq $0, %[b]\n\t"
        "addq %[low0], %[t0]\n\t"
        "adcq %[h0], %[t1]\n\t"
        "adcq %[h1], %[t2]\n\t"
        "adcq %[h2], %[t3]\n\t"
        "adcq %[b], %[t4]\n\t"
        "adcq $0, %[t5]"
        : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [t4] "+&r"(t4), [t5] "+&r"(t5),
          [b] "+&d"(b), [low0] "=&r"(low0), [low] "=&r"(low), [h0] "=&r"(h0), [h1] "=&r"(h1), [h2] "=&r"(h2)
        : [a] "r"(a.data()), "m"(a)
        : "cc");
  }

  /// Divides the sum by 2^64; its lowest limb is zero then.
  [[gnu::always_inline]] inline void shift() {
    t0 = t1;
    t1 = t2;
    t2 = t3;
    t3 = t4;
    t4 = t5;
    t5 = 0;
  }
};

}  // namespace pegkit::bn254::x86

#endif
