#pragma once

#include <cstdint>

#include "gadgets/stack_assembler.hpp"

/// The look-up tables of the SHA-256 gadgets, for bridge/sha256_script*.cpp only.
///
/// A word is eight elements, one per nibble n, each 10·n and a bias: an index into a table of 16 rows and 10
/// columns. Bitwise functions work on a nibble's spread form, its bits b as Σ b_j·3^j: added up without
/// carries, a digit says how many of two or three bits are set, so XOR and AND are look-ups in tables of 81
/// rows. Sums count in units of 2 (n is 2·n) up to 160 and are split into digit and carry by a table of 161
/// rows.
///
/// The tables lie at the bottom of the stack. A look-up is PICK alone when the element's bias already is the
/// distance to its column at that height of the stack, so every column's values are shifted by an offset of
/// the column's own.
///
/// The offsets, the columns' places in their tables, constant_bias and the order of loads and additions in
/// rounds and schedule were chosen together: simulated annealing over orders, and for each a local search
/// with perturbations over the numbers. It minimised the bytes of all corrections (`add` before PICK), round
/// constants and table entries of sha256_compress_gadget and sha256_hash64_gadget added up, over orders that
/// keep the stack within 1,000 elements. Any other choice of numbers gives a script that is right and longer;
/// the scripts are part of every graph's addresses, so a change makes another version of the bridge.
namespace pegkit::gadgets::sha256_script {

// clang-format off
enum class Column : std::uint8_t {
  quotient,         ///< of a sum s: ⌊s/16⌋, as a summand
  remainder,        ///< of a sum s: s mod 16, as a nibble of a word
  parity_spread,    ///< of added spread forms: the bits set once, spread
  parity_number,    ///< the same, as a summand
  both_number,      ///< of added spread forms: the bits set twice, as a summand
  spread,           ///< of a nibble n: n, spread
  spread_plus_40,   ///< 40 (a one in every digit) and n spread: less a spread form it is n + its complement
  number,           ///< n, as a summand
  high2,            ///< n >> 2, spread, as are the next ones
  low2_high1,       ///< (n & 3) << 2 | n >> 3
  low3,             ///< (n & 7) << 1
  high3,            ///< n >> 1
  low1,             ///< (n & 1) << 3
  high1,            ///< n >> 3
  low3_plus_high3,  ///< low3 and high3, added
  times4,           ///< of a nibble as a summand: 4·n, as a summand
  carried2,         ///< of a nibble as a summand: n >> 2, as a summand
};
// clang-format on

/// Elements of all tables.
inline constexpr std::size_t table_size = 757;

/// Pushes the tables on the empty stack.
void push_tables(StackAssembler& script);

/// Replaces the top element by the column's value for it. The tables are at the bottom of the main stack.
void look(StackAssembler& script, Column column);

/// The bias that needs no correction in an element that lies `above` elements higher than the top does now.
std::int64_t free_bias(const StackAssembler& script, Column column, std::size_t above);

/// How much the column's values are shifted.
std::int64_t offset(Column column);

/// The form of a nibble of a word, and of its spread form, with their biases.
std::int64_t word_nibble(unsigned nibble);
std::int64_t spread_nibble(unsigned nibble);

/// The bias of 2·k for a nibble k of a round constant, part of the same search: 2·k + bias is short to push.
inline constexpr std::int64_t constant_bias = -18;

}  // namespace pegkit::gadgets::sha256_script
