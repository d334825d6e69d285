#pragma once

#include <cstdint>

#include "gadgets/stack_assembler.hpp"

/// The look-up tables of the SHA-256 gadgets. Only gadgets/sha256_script*.cpp include this.
///
/// **Values.** A word is eight stack elements, one for each nibble n: 10·n plus a bias, an index into a table
/// of 16 rows and 10 columns. Bitwise functions work on a nibble's spread form, Σ b_j·3^j over its bits b_j.
/// Spread forms of two or three nibbles add without carries, and each base-3 digit of the sum says how many
/// of the bits are set; so XOR and AND are look-ups in a table of 81 rows. A sum counts in units of 2 (n is
/// 2·n), up to 160; a table of 161 rows splits it into digit and carry.
///
/// **Offsets.** The tables lie at the bottom of the stack, so the distance to a column depends on the stack's
/// height at the look-up. look() adds a correction, free_bias() less the element's bias, and then PICKs. A
/// correction of 0 takes no bytes, ±1 one, up to 16 two, up to 127 three, any other four. To make corrections
/// small, each column adds an offset of its own to its values; it becomes the bias of the element looked up.
///
/// **How the numbers were found.** Four things were chosen together: the columns' offsets, their places in
/// their tables, constant_bias, and the order of loads and additions in sha256_script_rounds.cpp. The search
/// minimised the bytes of sha256_compress_gadget and sha256_hash64_gadget added up, over orders whose stack
/// stays within 1,000 elements. It was simulated annealing over orders, and for each order a local search
/// with perturbations over the numbers. To repeat it:
/// 1. For an order, record for every look-up of both gadgets the height, and the columns whose offsets make
///    up the element's bias. The order fixes the heights, so every correction is linear in offsets, places
///    and constant_bias. The cost is the bytes of all corrections, round constants and table entries.
/// 2. Search the numbers: set one offset (or constant_bias) to a value that makes some correction 0, or
///    exchange two columns of a table; keep a change that costs less. When none does, change some numbers at
///    random and go on, keeping the best.
/// 3. Anneal the orders: exchange neighbouring loads, or the operands of an addition, within a function.
///    Refuse an order above 1,000 elements (StackAssembler::peak()). Its cost is the best of step 2.
/// The program of the search is not kept, so a repetition may end at other numbers of about the same cost.
///
/// Other numbers give correct scripts too; the search found none that are shorter. Do not change the numbers:
/// the scripts are part of every graph's addresses. tests/gadgets/sha256_script_test.cpp fixes their hashes
/// and bounds their sizes.
namespace pegkit::gadgets::sha256_script {

// clang-format off
enum class Column : std::uint8_t {
  // Index: a sum s.
  quotient,   ///< ⌊s/16⌋ as a summand
  remainder,  ///< s mod 16 as a nibble of a word
  // Index: a sum of spread forms.
  parity_spread,  ///< the bits that are set once, in spread form
  parity_number,  ///< the bits that are set once, as a summand
  both_number,    ///< the bits that are set twice, as a summand
  // Index: a nibble n of a word.
  spread,           ///< n in spread form
  spread_plus_40,   ///< n in spread form plus 40, a one in every digit; less spread m it is n + ¬m, spread
  number,           ///< n as a summand
  high2,            ///< n >> 2 in spread form
  low2_high1,       ///< (n & 3) << 2 | n >> 3 in spread form
  low3,             ///< (n & 7) << 1 in spread form
  high3,            ///< n >> 1 in spread form
  low1,             ///< (n & 1) << 3 in spread form
  high1,            ///< n >> 3 in spread form
  low3_plus_high3,  ///< the sum of low3 and high3
  // Index: a nibble n as a summand.
  times4,    ///< 4·n as a summand
  carried2,  ///< n >> 2 as a summand
};
// clang-format on

/// Number of elements of all tables.
inline constexpr std::size_t table_size = 757;

/// Pushes the tables on the empty stack.
void push_tables(StackAssembler& script);

/// Replaces the top element, an index, by the column's value for it. The tables are at the bottom of the
/// main stack.
void look(StackAssembler& script, Column column);

/// The bias with which an index needs no correction when it lies `above` elements higher than the top
/// does now.
std::int64_t free_bias(const StackAssembler& script, Column column, std::size_t above);

/// The offset that is added to the column's values.
std::int64_t offset(Column column);

/// The number on the stack for a nibble of a word, and for its spread form, biases included.
std::int64_t word_nibble(unsigned nibble);
std::int64_t spread_nibble(unsigned nibble);

/// The bias of the summand 2·k for a nibble k of a round constant, found by the same search: it makes 2·k +
/// bias short to push.
inline constexpr std::int64_t constant_bias = -18;

}  // namespace pegkit::gadgets::sha256_script
