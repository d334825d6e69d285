#include "gadgets/sha256_script.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <fmt/format.h>
#include <string>

#include "base/error.hpp"
#include "crypto/sha256_constants.hpp"
#include "gadgets/sha256_script_rounds.hpp"
#include "gadgets/sha256_script_tables.hpp"
#include "gadgets/stack_assembler.hpp"

namespace pegkit::gadgets {
namespace {

using namespace bitcoin;
using namespace sha256_script;

// Words are numbered as in FIPS 180-4, their nibbles from the least significant one. Words 0 to 3 of a
// chaining value are a, b, c, d; words 4 to 7 are e, f, g, h.

std::string state_name(int word, int nibble) {
  return fmt::format("h{}.{}", word, nibble);
}
std::string claimed_name(int word, int nibble) {
  return fmt::format("c{}.{}", word, nibble);
}
/// The rounds' name for a word of the chaining value after t rounds.
std::string variable_name(int t, int word, int nibble) {
  return word < 4 ? a_name(t - word, nibble) : e_name(t - (word - 4), nibble);
}

constexpr unsigned initial_nibble(int word, int nibble) {
  return crypto::sha256_initial_state[static_cast<std::size_t>(word)] >> (4 * nibble) & 15;
}

/// Calls f(word, nibble) in the order in which a chaining value lies on the stack, from the bottom up.
template <class F>
void each_state_nibble(F&& f) {
  for (int back = 3; back >= 0; --back) {
    for (int nibble = 0; nibble < 8; ++nibble) {
      f(4 + back, nibble);
      f(back, nibble);
    }
  }
}

/// The order in which a claim's halves of words, four nibbles each, are packed.
enum class HalfOrder { low_first, high_first };

/// Calls f(word, lowest nibble of the half) for each half of a word.
template <class F>
void each_half(HalfOrder order, F&& f) {
  for (int word = 0; word < 8; ++word) {
    f(word, order == HalfOrder::low_first ? 0 : 4);
    f(word, order == HalfOrder::low_first ? 4 : 0);
  }
}

/// Collects an entry layout and the names of its elements.
struct Entry {
  std::vector<OperandNibble> layout;
  std::vector<std::string> names;

  void put(Sha256Operand operand, int word, int nibble, std::string name) {
    layout.push_back({operand, static_cast<std::uint8_t>(8 * word + 7 - nibble)});
    names.push_back(std::move(name));
  }
  void put_block() {
    for (int word = 0; word < 16; ++word) {
      for (int nibble = 0; nibble < 8; ++nibble)
        put(Sha256Operand::block, word, nibble, word_name(word, nibble));
    }
  }
  void put_state() {
    each_state_nibble(
        [&](int word, int nibble) { put(Sha256Operand::state, word, nibble, state_name(word, nibble)); });
  }
  /// Adds the claimed nibbles in an order in which packing finds each next one under the number packed
  /// so far.
  void put_claimed(HalfOrder order) {
    std::vector<std::pair<int, int>> packed;
    each_half(order, [&](int word, int low) {
      for (int i = 3; i >= 0; --i) packed.emplace_back(word, low + i);
    });
    for (auto at = packed.rbegin(); at != packed.rend(); ++at)
      put(Sha256Operand::claimed, at->first, at->second, claimed_name(at->first, at->second));
  }
};

/// Packs the next four claimed nibbles into one number. `subtract(nibble)` is called after each and may
/// subtract from the number on top.
template <class F>
void pack_half(StackAssembler& script, int low, F&& subtract) {
  for (int i = 3; i >= 0; --i) {
    if (i < 3) script.doubled(4).op(OP_ADD);
    subtract(low + i);
  }
}

/// Adds 65536 to the top number when it is negative. With `keep_borrow` leaves whether it was, below it.
void wrap_half(StackAssembler& script, bool keep_borrow) {
  script.op(OP_DUP).number(0).op(OP_LESSTHAN);
  if (keep_borrow) script.op(OP_TUCK);
  script.if_().add(65536).endif();
}

/// Puts claimed - state modulo 2^32 on the altstack, packed into halves, low ones first. `subtract(word,
/// nibble)` subtracts a nibble of the state from the top number.
template <class F>
void pack_difference(StackAssembler& script, F&& subtract) {
  each_half(HalfOrder::low_first, [&](int word, int low) {
    pack_half(script, low, [&](int nibble) { subtract(word, nibble); });
    if (low == 0) {
      wrap_half(script, true);
      script.to_alt().to_alt();
    } else {
      script.from_alt().op(OP_SUB);
      wrap_half(script, false);
      script.to_alt();
    }
  });
}

/// Moves every nibble of the main stack to the altstack in the form of words' nibbles; the bottom one ends
/// on top.
void convert_nibbles(StackAssembler& script) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < script.height(); ++i) names.push_back(script.top(i).name);
  for (int nibble = 15; nibble >= 0; --nibble) script.number(word_nibble(static_cast<unsigned>(nibble)));
  for (std::string& name : names)
    script.roll(name).op(OP_PICK).name(std::move(name)).bias(offset(Column::remainder)).to_alt();
  script.drop(16);
}

/// Takes the converted block from the altstack.
void load_block(StackAssembler& script) {
  for (int i = 0; i < 128; ++i) script.from_alt();
}

/// Names the top element as a working variable before round 0, and adds its spread form where rounds need it.
void name_variable(StackAssembler& script, int word, int nibble) {
  script.name(variable_name(0, word, nibble));
  if (word >= 3) return;
  script.op(OP_DUP);
  look(script, Column::spread);
  script.name(spread_a_name(-word, nibble));
}

void load_state(StackAssembler& script) {
  each_state_nibble([&](int word, int nibble) {
    script.from_alt();
    name_variable(script, word, nibble);
  });
}

/// Pushes the part of the initial state that round 1 and later ones need.
void load_initial_state(StackAssembler& script) {
  each_state_nibble([&](int word, int nibble) {
    if (word % 4 == 3) return;
    unsigned value = initial_nibble(word, nibble);
    script.number(word_nibble(value), variable_name(0, word, nibble)).bias(offset(Column::remainder));
    if (word < 2)
      script.number(spread_nibble(value), spread_a_name(-word, nibble)).bias(offset(Column::spread));
  });
}

/// Runs the rounds from `first` on, with the block on the stack.
void compress(StackAssembler& script, int first) {
  for (int t = first; t < 64; ++t) {
    if (t >= 16) schedule_word(script, t);
    round(script, t, crypto::sha256_constants[t], RoundWord::on_stack);
  }
}

/// Runs all rounds from the initial state, with the block on the stack.
void compress_from_initial_state(StackAssembler& script) {
  load_initial_state(script);
  first_round(script);
  compress(script, 1);
}

/// Runs all rounds with a constant block. 128 elements must lie between tables and state, in the place of a
/// block, because the look-ups depend on the height.
void compress(StackAssembler& script, const std::array<std::uint32_t, 64>& schedule) {
  for (int t = 0; t < 64; ++t)
    round(script, t, crypto::sha256_constants[t] + schedule[static_cast<std::size_t>(t)],
          RoundWord::constant);
}

/// Multiplies the top number by ten: a nibble n of a word is 10·n and a bias.
void times_ten(StackAssembler& script) {
  script.op(OP_DUP).doubled(2).op(OP_ADD).doubled(1);
}

/// Compares the working variables with the halves that pack_difference made, and leaves only the answer.
void compare_difference(StackAssembler& script) {
  for (int word = 7; word >= 0; --word) {
    for (int low : {4, 0}) {
      script.roll(variable_name(64, word, low + 3));
      for (int i = 2; i >= 0; --i) script.doubled(4).roll(variable_name(64, word, low + i)).op(OP_ADD);
      std::int64_t bias = script.top().bias;
      script.from_alt();
      times_ten(script);
      script.add(bias).op(OP_NUMNOTEQUAL);
      if (word < 7 || low == 0) script.op(OP_BOOLOR);
    }
  }
  script.keep_top();
}

Sha256Gadget finished(StackAssembler& script, Entry& entry) {
  std::size_t peak = script.peak();
  return {script.take(), std::move(entry.layout), peak};
}

Sha256Gadget make_compress() {
  Entry entry;
  entry.put_block();
  entry.put_state();
  entry.put_claimed(HalfOrder::low_first);
  StackAssembler script(entry.names);
  pack_difference(script, [&](int word, int nibble) { script.pick(state_name(word, nibble)).op(OP_SUB); });
  convert_nibbles(script);
  push_tables(script);
  load_block(script);
  load_state(script);
  compress(script, 0);
  compare_difference(script);
  return finished(script, entry);
}

Sha256Gadget make_compress_iv() {
  Entry entry;
  entry.put_block();
  entry.put_claimed(HalfOrder::low_first);
  StackAssembler script(entry.names);
  pack_difference(script, [&](int word, int nibble) {
    // Subtracts four nibbles at once, after the last of them.
    if (nibble % 4 == 0)
      script.add(-static_cast<std::int64_t>(
          crypto::sha256_initial_state[static_cast<std::size_t>(word)] >> (4 * nibble) & 0xffff));
  });
  convert_nibbles(script);
  push_tables(script);
  load_block(script);
  compress_from_initial_state(script);
  compare_difference(script);
  return finished(script, entry);
}

/// The schedule of a constant block, 64 words.
std::array<std::uint32_t, 64> constant_schedule(const std::array<std::uint32_t, 16>& block) {
  std::array<std::uint32_t, 64> w{};
  std::ranges::copy(block, w.begin());
  for (std::size_t t = 16; t < 64; ++t) {
    std::uint32_t x = w[t - 15], y = w[t - 2];
    w[t] = w[t - 16] + (std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3) + w[t - 7] +
           (std::rotr(y, 17) ^ std::rotr(y, 19) ^ y >> 10);
  }
  return w;
}

/// The padding block of a 64-byte message.
constexpr std::array<std::uint32_t, 16> padding_64{0x80000000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 512};

/// Adds the initial state to the working variables and puts the sum, the chaining value after the first
/// block, on the altstack.
void add_initial_state(StackAssembler& script) {
  for (int word = 0; word < 8; ++word) {
    add_constant(
        script, [&](int i) { return variable_name(64, word, i); }, true,
        crypto::sha256_initial_state[static_cast<std::size_t>(word)],
        [&](int i) { return state_name(word, i); });
  }
  for (int i = 0; i < 64; ++i) script.to_alt();
}

/// Drops all but the tables and 64 elements of the block, and loads the chaining value twice: to keep, and as
/// working variables at the height that the rounds expect.
void load_chaining_value(StackAssembler& script) {
  script.drop(script.height() - table_size - 64);
  for (int i = 0; i < 64; ++i) script.from_alt();
  each_state_nibble([&](int word, int nibble) {
    script.pick(state_name(word, nibble));
    name_variable(script, word, nibble);
  });
}

/// Packs four nibbles of the sum of working variables and chaining value, and subtracts the result from ten
/// times the number on top. Leaves two answers: whether the claim is true without a carry out of the half,
/// and, on top, whether it is true with one.
void compare_half(StackAssembler& script, int word, int low) {
  times_ten(script);
  for (int i = 3; i >= 0; --i) {
    if (i < 3) script.doubled(4);
    script.roll(variable_name(64, word, low + i));
    if (i < 3) script.op(OP_ADD);
    script.roll(state_name(word, low + i)).op(OP_ADD);
  }
  script.op(OP_SUB);
  std::int64_t equal = script.top().bias;
  script.op(OP_DUP).number(equal).op(OP_NUMEQUAL);
  script.op(OP_SWAP).number(equal - 10 * 65536).op(OP_NUMEQUAL);
}

/// Compares working variables plus chaining value with the halves on the altstack, and leaves only
/// the answer.
void compare_sum(StackAssembler& script) {
  for (int word = 7; word >= 0; --word) {
    script.from_alt();
    compare_half(script, word, 0);
    script.op(OP_TUCK).op(OP_BOOLOR).op(OP_SWAP);
    script.from_alt().op(OP_SWAP).op(OP_SUB);
    compare_half(script, word, 4);
    script.op(OP_BOOLOR).op(OP_BOOLAND);
    if (word < 7) script.op(OP_BOOLAND);
  }
  script.op(OP_NOT).keep_top();
}

Sha256Gadget make_hash64() {
  Entry entry;
  entry.put_block();
  entry.put_claimed(HalfOrder::high_first);
  StackAssembler script(entry.names);
  each_half(HalfOrder::high_first, [&](int, int low) {
    pack_half(script, low, [](int) {});
    script.to_alt();
  });
  convert_nibbles(script);
  push_tables(script);
  load_block(script);
  compress_from_initial_state(script);
  add_initial_state(script);
  load_chaining_value(script);
  compress(script, constant_schedule(padding_64));
  compare_sum(script);
  return finished(script, entry);
}

}  // namespace

const Sha256Gadget& sha256_compress_gadget() {
  static const Sha256Gadget gadget = make_compress();
  return gadget;
}

const Sha256Gadget& sha256_compress_iv_gadget() {
  static const Sha256Gadget gadget = make_compress_iv();
  return gadget;
}

const Sha256Gadget& sha256_hash64_gadget() {
  static const Sha256Gadget gadget = make_hash64();
  return gadget;
}

std::vector<std::uint8_t> sha256_entry(const Sha256Gadget& gadget, ByteView block, ByteView state,
                                       ByteView claimed) {
  std::vector<std::uint8_t> out;
  for (const OperandNibble& nibble : gadget.entry) {
    bool is_block = nibble.operand == Sha256Operand::block;
    ByteView bytes = is_block ? block : nibble.operand == Sha256Operand::state ? state : claimed;
    if (bytes.size() != (is_block ? 64 : 32))
      throw Error(Exit::bug, "sha256.shape", "an operand of SHA-256 has another length");
    std::uint8_t byte = bytes[nibble.index / 2];
    out.push_back(nibble.index % 2 == 0 ? byte >> 4 : byte & 15);
  }
  return out;
}

}  // namespace pegkit::gadgets
