#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "gadgets/stack_assembler.hpp"

/// SHA-256's rounds and message schedule in Script, for bridge/sha256_script.cpp only. Over the tables of
/// sha256_script_tables.hpp; nibble 0 of a word is the least significant one.
namespace pegkit::gadgets::sha256_script {

/// The names of a nibble: of word t of the schedule, of the working variables a and e after t rounds (b, c, d
/// are a after one, two and three rounds less, f, g, h the same of e; so t is -3 to 64), and of a in spread
/// form.
std::string word_name(int t, int nibble);
std::string a_name(int t, int nibble);
std::string e_name(int t, int nibble);
std::string spread_a_name(int t, int nibble);

/// Word t (16 to 63) of the schedule from the words t-16 to t-1, of which t-16 is used up.
void schedule_word(StackAssembler& script, int t);

/// Leaves a word plus a constant, modulo 2^32: its nibbles named by `to`, nibble 0 deepest. The word's
/// nibbles `from` are moved with `use_up`, else copied.
using NibbleNames = std::function<std::string(int nibble)>;
void add_constant(StackAssembler& script, const NibbleNames& from, bool use_up, std::uint32_t constant,
                  const NibbleNames& to);

/// Round 0 with SHA-256's initial value, of which nothing is on the stack: all but the word of the message is
/// constant. Leaves what round 0 leaves of a and e after one round; the rest is the caller's.
void first_round(StackAssembler& script);

/// Where a round gets its word of the message.
enum class RoundWord { on_stack, constant };
/// Round t (0 to 63): makes a and e after t+1 rounds, uses up those of t-3 and the spread a of t-2, and needs
/// those between. `constant` is the round's constant; with RoundWord::constant it has the word in it.
void round(StackAssembler& script, int t, std::uint32_t constant, RoundWord word);

}  // namespace pegkit::gadgets::sha256_script
