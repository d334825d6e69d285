#include "gadgets/sha256_script_tables.hpp"

#include <array>

namespace pegkit::gadgets::sha256_script {
namespace {

/// A table of `rows` rows of `columns` elements each. The last row is deepest, so that a larger index reaches
/// deeper. `base` is the height of the table's lowest element.
struct Table {
  std::size_t base, rows, columns;
};

constexpr Table sums{0, 161, 2};
constexpr Table digits{322, 81, 3};
constexpr Table nibbles{565, 16, 10};
constexpr Table shifts{725, 16, 2};
static_assert(table_size == shifts.base + shifts.rows * shifts.columns);

unsigned spread_bits(unsigned nibble) {
  return (nibble & 1) + 3 * (nibble >> 1 & 1) + 9 * (nibble >> 2 & 1) + 27 * (nibble >> 3 & 1);
}

/// The nibble of the bits whose base-3 digit in `row` is `digit`.
unsigned bits_with(unsigned row, unsigned digit) {
  unsigned out = 0;
  for (unsigned bit = 1; bit < 16; bit *= 2, row /= 3) {
    if (row % 3 == digit) out |= bit;
  }
  return out;
}

/// Factors of indexes into a table: its number of columns.
constexpr unsigned to_sums = 2, to_digits = 3, to_nibbles = 10;

struct ColumnChoice {
  Column column;
  const Table& table;
  std::size_t place;    ///< of the column in a row
  std::int64_t offset;  ///< added to its values
  unsigned (*value)(unsigned row);
};

// clang-format off
const std::array<ColumnChoice, 17> choices{{
  {Column::quotient, sums, 1, 0, [](unsigned s) { return to_sums * (s / 16); }},
  {Column::remainder, sums, 0, 254, [](unsigned s) { return to_nibbles * (s % 16); }},
  {Column::parity_spread, digits, 2, 205, [](unsigned d) { return to_digits * spread_bits(bits_with(d, 1)); }},
  {Column::parity_number, digits, 0, 218, [](unsigned d) { return to_sums * bits_with(d, 1); }},
  {Column::both_number, digits, 1, 59, [](unsigned d) { return to_sums * bits_with(d, 2); }},
  {Column::spread, nibbles, 4, 205, [](unsigned n) { return to_digits * spread_bits(n); }},
  {Column::spread_plus_40, nibbles, 2, 615, [](unsigned n) { return to_digits * (40 + spread_bits(n)); }},
  {Column::number, nibbles, 3, 111, [](unsigned n) { return to_sums * n; }},
  {Column::high2, nibbles, 9, 3, [](unsigned n) { return to_digits * spread_bits(n >> 2); }},
  {Column::low2_high1, nibbles, 8, 95, [](unsigned n) { return to_digits * spread_bits((n & 3) << 2 | n >> 3); }},
  {Column::low3, nibbles, 7, 314, [](unsigned n) { return to_digits * spread_bits((n & 7) << 1); }},
  {Column::high3, nibbles, 1, -423, [](unsigned n) { return to_digits * spread_bits(n >> 1); }},
  {Column::low1, nibbles, 5, 630, [](unsigned n) { return to_digits * spread_bits((n & 1) << 3); }},
  {Column::high1, nibbles, 6, -107, [](unsigned n) { return to_digits * spread_bits(n >> 3); }},
  {Column::low3_plus_high3, nibbles, 0, -113,
   [](unsigned n) { return to_digits * (spread_bits((n & 7) << 1) + spread_bits(n >> 1)); }},
  {Column::times4, shifts, 1, -7, [](unsigned n) { return to_sums * 4 * n; }},
  {Column::carried2, shifts, 0, 0, [](unsigned n) { return to_sums * (n >> 2); }},
}};
// clang-format on

const ColumnChoice& choice(Column column) {
  return choices[static_cast<std::size_t>(column)];
}

/// The height on the stack of the column's value for a row.
std::size_t place(const ColumnChoice& c, std::size_t row) {
  return c.table.base + c.table.columns * (c.table.rows - 1 - row) + c.place;
}

}  // namespace

void push_tables(StackAssembler& script) {
  std::array<std::int64_t, table_size> values{};
  for (const ColumnChoice& c : choices) {
    for (unsigned row = 0; row < c.table.rows; ++row) values[place(c, row)] = c.value(row) + c.offset;
  }
  for (std::int64_t value : values) script.number(value);
}

std::int64_t free_bias(const StackAssembler& script, Column column, std::size_t above) {
  return static_cast<std::int64_t>(script.height() + above - 2 - place(choice(column), 0));
}

void look(StackAssembler& script, Column column) {
  script.add(free_bias(script, column, 0) - script.top().bias);
  script.op(bitcoin::OP_PICK).bias(offset(column));
}

std::int64_t offset(Column column) {
  return choice(column).offset;
}

std::int64_t word_nibble(unsigned nibble) {
  return to_nibbles * nibble + offset(Column::remainder);
}

std::int64_t spread_nibble(unsigned nibble) {
  return to_digits * spread_bits(nibble) + offset(Column::spread);
}

}  // namespace pegkit::gadgets::sha256_script
