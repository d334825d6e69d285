#include "gadgets/sha256_script_rounds.hpp"

#include <bit>
#include <fmt/format.h>
#include <utility>

#include "crypto/sha256_constants.hpp"
#include "gadgets/sha256_script_tables.hpp"

namespace pegkit::gadgets::sha256_script {
namespace {

using namespace bitcoin;

std::string nibble_name(char word, int t, int nibble) {
  return fmt::format("{}{}.{}", word, t, nibble & 7);
}

/// Puts the column's value for the named nibble on top.
void load(StackAssembler& script, const std::string& name, Column column) {
  script.pick(name);
  look(script, column);
}

/// Puts the column's value for the named nibble on top and uses the nibble up.
void use(StackAssembler& script, const std::string& name, Column column) {
  script.roll(name);
  look(script, column);
}

/// Adds a nibble of a word rotated by 3 bits to the spread form on top: the low three bits of nibble + 1 and
/// the high bit of nibble. The caller counts whole nibbles of the rotation into `nibble`.
template <class Name>
void add_rotated(StackAssembler& script, const Name& name, int nibble) {
  load(script, name(nibble), Column::high1);
  load(script, name(nibble + 1), Column::low3);
  script.op(OP_ADD).op(OP_ADD);
}

/// Splits the sum on top into the nibble `digit` and, above it, the carry.
void split(StackAssembler& script, std::string digit, std::string carry) {
  script.op(OP_DUP);
  look(script, Column::remainder);
  script.name(std::move(digit)).op(OP_SWAP);
  look(script, Column::quotient);
  script.name(std::move(carry));
}

/// Reduces the last sum of a word to the nibble `digit`; its carry is dropped.
void split_last(StackAssembler& script, std::string digit) {
  look(script, Column::remainder);
  script.name(std::move(digit));
}

/// Pushes a nibble of z as a summand, where z = x ⊕ x>>>4 ⊕ x>>>15 and x is word t-15. σ0(x) is z rotated
/// right by 3, but for x's lowest 3 bits, which are shifted out. `with_x` says whether x itself is part of
/// the nibble.
void small_sigma0_part(StackAssembler& script, int t, int nibble, bool with_x) {
  auto x = [&](int i) { return word_name(t - 15, i); };
  load(script, x(nibble + 1), Column::spread);
  if (with_x) {
    load(script, x(nibble), Column::spread);
    script.op(OP_ADD);
    look(script, Column::parity_spread);
  }
  add_rotated(script, x, nibble + 3);
  look(script, Column::parity_number);
}

/// Pushes a nibble of z as a summand, where z = x ⊕ x>>>7 ⊕ x>>>9 and x is word t-2. σ1(x) is z rotated
/// right by 10, but for x's lowest 10 bits, which are shifted out. `with_x` says whether x itself is part of
/// the nibble.
void small_sigma1_part(StackAssembler& script, int t, int nibble, bool with_x) {
  auto x = [&](int i) { return word_name(t - 2, i); };
  if (with_x) load(script, x(nibble), Column::spread);
  load(script, x(nibble + 3), Column::low1);
  load(script, x(nibble + 2), Column::low3_plus_high3);
  script.op(OP_ADD);
  load(script, x(nibble + 1), Column::high1);
  script.op(OP_ADD);
  if (with_x) {
    look(script, Column::parity_spread);
    script.op(OP_ADD);
  }
  look(script, Column::parity_number);
}

/// Adds to the carry on top the bits that the rotations by 3 and 10 bring into the lowest nibble.
void small_sigmas_wrap(StackAssembler& script, int t) {
  small_sigma0_part(script, t, 0, true);
  script.number(16 + offset(Column::parity_number)).op(OP_GREATERTHANOREQUAL);
  script.op(OP_DUP).op(OP_ADD).op(OP_ADD);
  small_sigma1_part(script, t, 2, true);
  look(script, Column::carried2);
  script.op(OP_ADD);
}

/// Pushes nibble i of Σ1(e) = e>>>6 ⊕ e>>>11 ⊕ e>>>25 in round t, as a summand.
void big_sigma1(StackAssembler& script, int t, int i) {
  auto e = [&](int nibble) { return e_name(t, i + nibble); };
  load(script, e(7), Column::low1);
  load(script, e(6), Column::high3);
  load(script, e(3), Column::low3);
  load(script, e(2), Column::low2_high1);
  load(script, e(1), Column::high2);
  script.op(OP_ADD).op(OP_ADD);
  look(script, Column::parity_spread);
  script.op(OP_ADD).op(OP_ADD);
  look(script, Column::parity_number);
}

/// Pushes nibble i of Ch(e, f, g) = (e ∧ f) + (¬e ∧ g), as a summand.
void choose(StackAssembler& script, int t, int i) {
  load(script, e_name(t - 2, i), Column::spread_plus_40);
  load(script, e_name(t, i), Column::spread);
  script.op(OP_TUCK).op(OP_SUB);
  look(script, Column::both_number);
  script.op(OP_SWAP);
  load(script, e_name(t - 1, i), Column::spread);
  script.op(OP_ADD);
  look(script, Column::both_number);
  script.op(OP_ADD);
}

/// Pushes a nibble of z as a summand, where z = a ⊕ a>>>11 ⊕ a>>>20. Σ0(a) is z rotated right by 2.
void big_sigma0_part(StackAssembler& script, int t, int nibble) {
  script.pick(spread_a_name(t, nibble)).pick(spread_a_name(t, nibble + 5)).op(OP_ADD);
  look(script, Column::parity_spread);
  add_rotated(
      script, [&](int i) { return a_name(t, i); }, nibble + 2);
  look(script, Column::parity_number);
}

/// Pushes nibble i of Maj(a, b, c) = (a ∧ b) + (c ∧ (a ⊕ b)), as a summand; uses up the spread form of c.
void majority(StackAssembler& script, int t, int i) {
  script.pick(spread_a_name(t, i)).pick(spread_a_name(t - 1, i)).op(OP_ADD).op(OP_DUP);
  look(script, Column::parity_spread);
  script.roll(spread_a_name(t - 2, i)).op(OP_ADD);
  look(script, Column::both_number);
  script.op(OP_SWAP);
  look(script, Column::both_number);
  script.op(OP_ADD);
}

/// Pushes nibble i of T1 = h + Σ1(e) + Ch(e, f, g) + K + W as a sum that is not split yet.
void first_sum(StackAssembler& script, int t, int i, std::uint32_t constant, RoundWord word) {
  std::int64_t k = 2 * static_cast<std::int64_t>(constant >> (4 * i) & 15) + constant_bias;
  choose(script, t, i);
  use(script, e_name(t - 3, i), Column::number);
  if (word == RoundWord::on_stack) {
    load(script, word_name(t, i), Column::number);
  } else {
    // Pushed where the word would be, with its bias, so that the look-ups keep the heights and biases for
    // which the offsets were found.
    k += offset(Column::number);
    script.number(k).bias(constant_bias + offset(Column::number));
  }
  big_sigma1(script, t, i);
  script.op(OP_ADD).op(OP_ADD).op(OP_ADD);
  if (word == RoundWord::on_stack) script.add(k).bias(script.top().bias + constant_bias);
}

}  // namespace

std::string word_name(int t, int nibble) {
  return nibble_name('w', t, nibble);
}
std::string a_name(int t, int nibble) {
  return nibble_name('a', t, nibble);
}
std::string e_name(int t, int nibble) {
  return nibble_name('e', t, nibble);
}
std::string spread_a_name(int t, int nibble) {
  return nibble_name('s', t, nibble);
}

void schedule_word(StackAssembler& script, int t) {
  for (int i = 0; i < 8; ++i) script.roll(word_name(t - 15, i));
  script.number(0);
  small_sigmas_wrap(script, t);
  for (int i = 0; i < 8; ++i) {
    use(script, word_name(t - 16, i), Column::number);
    script.op(OP_ADD);
    load(script, word_name(t - 7, i), Column::number);
    small_sigma1_part(script, t, i + 3, i < 5);
    look(script, Column::times4);
    small_sigma0_part(script, t, i + 1, i < 7);
    script.doubled(1).op(OP_ADD).op(OP_ADD).op(OP_ADD);
    if (i < 7) {
      split(script, word_name(t, i), "carry");
    } else {
      split_last(script, word_name(t, i));
    }
  }
}

void add_constant(StackAssembler& script, const NibbleNames& from, bool use_up, std::uint32_t constant,
                  const NibbleNames& to) {
  for (int i = 0; i < 8; ++i) {
    if (use_up) {
      use(script, from(i), Column::number);
    } else {
      load(script, from(i), Column::number);
    }
    if (i > 0) script.op(OP_ADD);
    // Adds the constant and, in the same step, the correction of split()'s first look-up.
    std::int64_t shift = free_bias(script, Column::remainder, i < 7 ? 1 : 0) - script.top().bias;
    script.add(2 * static_cast<std::int64_t>(constant >> (4 * i) & 15) + shift);
    script.bias(script.top().bias + shift);
    if (i < 7) {
      split(script, to(i), "carry");
    } else {
      split_last(script, to(i));
    }
  }
}

void first_round(StackAssembler& script) {
  const auto& [a, b, c, d, e, f, g, h] = crypto::sha256_initial_state;
  const std::uint32_t t1 = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                           ((e & f) ^ (~e & g)) + crypto::sha256_constants[0];
  const std::uint32_t t2 =
      (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
  auto word = [](int i) { return word_name(0, i); };
  add_constant(script, word, false, d + t1, [](int i) { return e_name(1, i); });
  add_constant(script, word, false, t1 + t2, [](int i) { return a_name(1, i); });
  for (int i = 0; i < 8; ++i) {
    load(script, a_name(1, i), Column::spread);
    script.name(spread_a_name(1, i));
  }
}

void round(StackAssembler& script, int t, std::uint32_t constant, RoundWord word) {
  script.number(0).to_alt().number(0, "carry");
  for (int i = 0; i < 8; ++i) {
    use(script, a_name(t - 3, i), Column::number);
    script.op(OP_ADD);
    first_sum(script, t, i, constant, word);
    script.op(OP_TUCK).op(OP_ADD);
    if (i < 7) {
      split(script, e_name(t + 1, i), "carry");
    } else {
      split_last(script, e_name(t + 1, i));
      script.number(0, "carry");  // keeps the height as in the other passes; dropped below
    }
    script.op(OP_ROT);
    if (i == 0) {
      big_sigma0_part(script, t, 0);
      look(script, Column::carried2);
      script.op(OP_ADD);
    }
    majority(script, t, i);
    script.from_alt();
    big_sigma0_part(script, t, i + 1);
    look(script, Column::times4);
    script.op(OP_ADD).op(OP_ADD).op(OP_ADD);
    if (i < 7) {
      script.op(OP_DUP);
      look(script, Column::quotient);
      script.to_alt();
    }
    split_last(script, a_name(t + 1, i));
    script.op(OP_DUP);
    look(script, Column::spread);
    script.name(spread_a_name(t + 1, i)).roll("carry");
  }
  script.drop();
}

}  // namespace pegkit::gadgets::sha256_script
