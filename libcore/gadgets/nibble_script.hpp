#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gadgets/stack_assembler.hpp"

/// Arithmetic and tests on nibbles (numbers 0 to 15) on the stack. Each is described once; the description
/// gives the native result and the script for it.
///
/// A script copies the nibbles it reads by their names and leaves them where they are; it expects them in
/// range (see NibbleTest::in_range). Wrong use (runs of unequal or no length, constants above 15) throws
/// Error (exit 70, `nibble.shape`).
namespace pegkit::gadgets {

/// A named nibble on the stack, or a constant (without a name).
struct Nibble {
  std::string name;
  std::uint8_t constant = 0;
};
/// The most significant first; of a byte string: the high half of byte 0 first.
using NibbleRun = std::vector<Nibble>;
/// What the named nibbles are, for the native results. A name that is missing throws Error (exit 70,
/// `nibble.name`).
using NibbleValues = std::map<std::string, std::uint8_t, std::less<>>;

/// "amount.3"
std::string nibble_name(std::string_view run, std::size_t index);
/// The nibbles `first` to `first + count - 1` of a named run.
NibbleRun nibble_run(std::string_view run, std::size_t first, std::size_t count);
/// All nibbles of a byte string, as constants.
NibbleRun constant_run(ByteView bytes);
/// The nibbles of a byte string, high half first.
std::vector<std::uint8_t> to_nibbles(ByteView bytes);

/// Something that is true or false about nibbles.
class NibbleTest {
 public:
  /// The same nibbles; a and b of one length.
  static NibbleTest equal(NibbleRun a, NibbleRun b);
  /// a > b, and a ≤ b, as big-endian numbers; of one length.
  static NibbleTest greater(NibbleRun a, NibbleRun b);
  static NibbleTest at_most(NibbleRun a, NibbleRun b);
  /// Bit `bit` (0 the lowest) of the number that the run is.
  static NibbleTest bit(const NibbleRun& a, std::size_t bit);
  /// low ≤ element ≤ high; for any number of at most four bytes on the stack, so also to check that an
  /// element is a nibble.
  static NibbleTest in_range(Nibble a, std::int64_t low, std::int64_t high);
  /// The element itself, which must be exactly 1 or empty.
  static NibbleTest flag(std::string name);
  /// All, or one, of at least one test; the contrary of one.
  static NibbleTest all(std::vector<NibbleTest> parts);
  static NibbleTest any(std::vector<NibbleTest> parts);
  static NibbleTest no(NibbleTest part);

  bool holds(const NibbleValues& values) const;
  /// Leaves 1 or empty on top.
  StackAssembler& emit(StackAssembler& script) const;

 private:
  enum class Kind { equal, greater, bit, in_range, flag, all, any, no };
  explicit NibbleTest(Kind kind) : kind_(kind) {}
  void emit_equal(StackAssembler& script) const;
  void emit_bit(StackAssembler& script) const;

  Kind kind_;
  NibbleRun a_, b_;
  std::int64_t low_ = 0, high_ = 0;  ///< in_range; of bit: low is the bit of the one nibble
  std::vector<NibbleTest> parts_;
};

/// The number that 1 to 7 nibbles are: what fits into a script's number. Words of 8 are two of these.
struct NibbleNumber {
  NibbleRun run;

  std::int64_t value(const NibbleValues& values) const;
  /// Leaves the number on top.
  StackAssembler& emit(StackAssembler& script) const;
};

/// a + b or a - b modulo 16^length, of two runs of one length (8 for 32-bit words).
struct NibbleSum {
  enum class Kind { add, subtract };
  Kind kind;
  NibbleRun a, b;

  /// The result's nibbles, the most significant first.
  std::vector<std::uint8_t> value(const NibbleValues& values) const;
  /// Leaves the result as the run `name`, nibble 0 on top.
  StackAssembler& emit(StackAssembler& script, std::string_view name) const;
};

/// Two runs of named nibbles of one length that change places when a flag is 1.
struct NibbleSwap {
  NibbleRun a, b;
  std::string flag;  ///< 1 or empty; used up

  /// What the names stand for afterwards.
  NibbleValues value(NibbleValues values) const;
  /// Moves both runs to the top (a below b, nibble 0 deepest) unless that is where they are under the flag.
  /// Afterwards a's names mean what a then is.
  StackAssembler& emit(StackAssembler& script) const;
};

}  // namespace pegkit::gadgets
