#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "bitcoin/script.hpp"

namespace pegkit::gadgets {

/// Writes a script and tracks the elements on the main stack and the altstack.
///
/// Elements may have names. A name means the element with this name that is nearest to the top of the
/// main stack. The result of an opcode has no name ("") until name() gives it one; copies and moves keep
/// their element's name unless another is given. Every call appends the cheapest opcodes for it and
/// returns the assembler.
///
/// Wrong use is the caller's mistake and throws Error (exit 70): `stack.name` (no element has the name),
/// `stack.height` (too few elements, or branches that leave different heights), `stack.opcode` (an opcode
/// whose effect on the stack depends on values), `stack.branch` (else_ or endif without if_, or an open
/// branch at take()).
class StackAssembler {
 public:
  /// A tracked element. `bias` is the number on the stack less the value that it stands for; scripts whose
  /// tables hold shifted numbers track the shift with it. ADD and SUB add and subtract the biases of their
  /// operands. Copies, moves, 1ADD, 1SUB and add() keep the bias; any other result has none.
  struct Element {
    std::string name;
    std::int64_t bias = 0;
  };

  /// `entry` names the elements on the main stack before the script, from the bottom to the top.
  explicit StackAssembler(std::span<const std::string> entry = {});
  StackAssembler(StackAssembler&&) = default;
  StackAssembler& operator=(StackAssembler&&) = default;

  /// Push a number or data, minimally encoded.
  StackAssembler& number(std::int64_t value, std::string name = {});
  StackAssembler& push(ByteView data, std::string name = {});

  /// Give the element `depth` below the top a name, and the top element a bias.
  StackAssembler& name(std::string name, std::size_t depth = 0);
  StackAssembler& bias(std::int64_t bias);
  /// Adds a constant to the top element; writes nothing for 0.
  StackAssembler& add(std::int64_t constant);
  /// Multiplies the top element (and its bias) by 2^times.
  StackAssembler& doubled(int times);

  /// Copy (pick) or move (roll) the named element to the top. `as` renames it unless it is empty.
  StackAssembler& pick(std::string_view name, std::string as = {});
  StackAssembler& roll(std::string_view name, std::string as = {});
  /// Move the top element to the altstack, and back.
  StackAssembler& to_alt();
  StackAssembler& from_alt();

  /// Removes the top elements, two at a time by 2DROP.
  StackAssembler& drop(std::size_t count = 1);
  StackAssembler& remove(std::string_view name);
  /// Remove everything from the main stack (drop_all), or everything but the top element (keep_top).
  StackAssembler& drop_all();
  StackAssembler& keep_top();

  /// Writes an opcode that pops, pushes or moves a fixed number of elements. PICK takes its index from the
  /// stack, so its result has no name. ROLL, IFDUP, RETURN, CHECKMULTISIG, pushes and branches are not
  /// allowed here.
  StackAssembler& op(std::uint8_t opcode);
  /// Appends a finished script that takes `pops` elements from the top, leaves the named elements in their
  /// place (from the bottom to the top) and nothing on the altstack, and never needs more than `extra`
  /// elements above the present height.
  StackAssembler& fragment(ByteView script, std::size_t pops, std::span<const std::string> leaves,
                           std::size_t extra);

  /// IF (or NOTIF) takes the top element, which must be exactly 1 or empty. Both branches must end with the
  /// same heights; without else_ the branch must end with the heights at which it began. An element whose
  /// name or bias differs between the branches has neither afterwards.
  StackAssembler& if_();
  StackAssembler& not_if();
  StackAssembler& else_();
  StackAssembler& endif();

  bool has(std::string_view name) const;
  /// Number of elements above the named one.
  std::size_t depth(std::string_view name) const;
  Element top(std::size_t depth = 0) const;
  std::size_t height() const { return main_.size(); }
  std::size_t alt_height() const { return alt_.size(); }
  /// The most elements that both stacks held together after any opcode so far, the entry included.
  std::size_t peak() const { return peak_; }
  /// Number of bytes written so far.
  std::size_t size() const { return script_.size(); }

  /// The script. The assembler must not be used afterwards.
  bitcoin::Script take();

 private:
  /// An Element whose name is stored in `names_`: equal names have one address, so a stack of a thousand
  /// elements is copied and searched quickly.
  struct Cell {
    std::string_view name;
    std::int64_t bias = 0;
  };
  struct NameHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  struct Stacks {
    std::vector<Cell> main, alt;
  };
  struct Branch {
    Stacks before, first;
    bool in_else = false;
  };

  void write(std::uint8_t opcode) { script_.push_back(opcode); }
  void write_number(std::int64_t value);
  /// Updates the peak, counting `above` more elements that an opcode needs for a moment.
  void note(std::size_t above = 0);
  void need(std::size_t count) const;
  const Cell& cell(std::size_t depth) const;
  std::string_view known(std::string name);
  static void merge(std::vector<Cell>& into, const std::vector<Cell>& other);
  Cell pop();
  StackAssembler& open(std::uint8_t opcode);
  /// Replaces the top `takes` elements, called a, b, … from the bottom up, by those of `order`.
  void shuffle(std::size_t takes, std::string_view order);

  bitcoin::Script script_;
  std::unordered_set<std::string, NameHash, std::equal_to<>> names_;
  std::vector<Cell> main_, alt_;
  std::vector<Branch> branches_;
  std::size_t peak_ = 0;
};

}  // namespace pegkit::gadgets
