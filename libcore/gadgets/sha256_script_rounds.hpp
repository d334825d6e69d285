#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "gadgets/stack_assembler.hpp"

/// SHA-256's rounds and message schedule in Script, over the tables of sha256_script_tables.hpp. Nibble 0 of
/// a word is the least significant one. Only gadgets/sha256_script.cpp includes this.
namespace pegkit::gadgets::sha256_script {

/// The names of a nibble of: word t of the schedule, the working variable a after t rounds, e after t rounds,
/// and the spread form of that a. The variables b, c, d are a after one, two and three rounds less, and f, g,
/// h are so to e; therefore t is -3 to 64.
std::string word_name(int t, int nibble);
std::string a_name(int t, int nibble);
std::string e_name(int t, int nibble);
std::string spread_a_name(int t, int nibble);

/// Computes word t (16 to 63) of the schedule from the words t-16 to t-1, and uses up word t-16.
void schedule_word(StackAssembler& script, int t);

/// Leaves a word plus a constant modulo 2^32, with its nibbles named by `to` and nibble 0 deepest. With
/// `use_up` the word's nibbles `from` are moved, else copied.
using NibbleNames = std::function<std::string(int nibble)>;
void add_constant(StackAssembler& script, const NibbleNames& from, bool use_up, std::uint32_t constant,
                  const NibbleNames& to);

/// Round 0 from SHA-256's initial value, which is not on the stack: all but the message's word is constant.
/// Leaves a and e after one round; the caller provides the earlier ones.
void first_round(StackAssembler& script);

/// The source of a round's word of the schedule.
enum class RoundWord { on_stack, constant };
/// Round t (0 to 63). Computes a and e after t+1 rounds from those after t-3 to t rounds; uses up a and e of
/// t-3 and the spread a of t-2. `constant` is the round constant; with RoundWord::constant, plus the
/// schedule's word.
void round(StackAssembler& script, int t, std::uint32_t constant, RoundWord word);

}  // namespace pegkit::gadgets::sha256_script
