#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gadgets/stack_assembler.hpp"

/// Arithmetic and tests on nibbles (numbers 0 to 15) on the stack. Each operation is described once; the
/// description gives both the native result and the script.
///
/// A script finds nibbles by their names, copies them and leaves them where they are. It expects them in
/// range (see NibbleTest::in_range). Wrong use (runs of unequal or zero length, constants above 15) throws
/// Error `nibble.shape` (exit 70).
namespace pegkit::gadgets {

/// A named nibble on the stack, or a constant (without a name).
struct Nibble {
  std::string name;
  std::uint8_t constant = 0;
};
/// A run of nibbles, most significant first. A byte string begins with the high half of byte 0.
using NibbleRun = std::vector<Nibble>;
/// The values of named nibbles, for the native results. A missing name throws Error `nibble.name` (exit 70).
using NibbleValues = std::map<std::string, std::uint8_t, std::less<>>;

/// The name of a nibble in a run, such as "amount.3".
std::string nibble_name(std::string_view run, std::size_t index);
/// The nibbles `first` to `first + count - 1` of a named run.
NibbleRun nibble_run(std::string_view run, std::size_t first, std::size_t count);
/// All nibbles of a byte string, as constants.
NibbleRun constant_run(ByteView bytes);
/// The nibbles of a byte string, high half first.
std::vector<std::uint8_t> to_nibbles(ByteView bytes);

/// A condition on nibbles.
class NibbleTest {
 public:
  /// a = b, for runs of one length.
  static NibbleTest equal(NibbleRun a, NibbleRun b);
  /// a > b, and a ≤ b, for runs of one length read as big-endian numbers.
  static NibbleTest greater(NibbleRun a, NibbleRun b);
  static NibbleTest at_most(NibbleRun a, NibbleRun b);
  /// Bit `bit` (0 is the lowest) of the run read as a big-endian number is set.
  static NibbleTest bit(const NibbleRun& a, std::size_t bit);
  /// low ≤ element ≤ high. The element may be any number of at most four bytes, so this also checks that an
  /// element is a nibble.
  static NibbleTest in_range(Nibble a, std::int64_t low, std::int64_t high);
  /// The element is 1; it must be exactly 1 or empty.
  static NibbleTest flag(std::string name);
  /// All, or any, of at least one test hold; a test does not hold.
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

/// A run of 1 to 7 nibbles as one number on the stack; more do not fit into a script's number.
struct NibbleNumber {
  NibbleRun run;

  std::int64_t value(const NibbleValues& values) const;
  /// Leaves the number on top.
  StackAssembler& emit(StackAssembler& script) const;
};

/// a + b or a - b modulo 16^length, for two runs of one length (8 for 32-bit words).
struct NibbleSum {
  enum class Kind { add, subtract };
  Kind kind;
  NibbleRun a, b;

  /// The result's nibbles, most significant first.
  std::vector<std::uint8_t> value(const NibbleValues& values) const;
  /// Leaves the result as the run `name`, nibble 0 on top.
  StackAssembler& emit(StackAssembler& script, std::string_view name) const;
};

/// Exchanges two runs of named nibbles of one length when a flag is 1.
struct NibbleSwap {
  NibbleRun a, b;
  std::string flag;  ///< 1 or empty; used up

  /// The values of the names afterwards.
  NibbleValues value(NibbleValues values) const;
  /// Moves both runs to the top (a below b, nibble 0 deepest) unless they lie so right under the flag, and
  /// exchanges them. Afterwards the names of a name the lower run.
  StackAssembler& emit(StackAssembler& script) const;
};

}  // namespace pegkit::gadgets
