#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "bitcoin/script.hpp"

namespace pegkit::gadgets {

/// Writes a script while it follows what lies where on the main stack and the altstack.
///
/// Elements may have names; a name means the element with it that is nearest the top of the main stack. What
/// an opcode makes is without a name ("") until name() gives it one; copies and moves keep their element's
/// name unless another is given. Every call appends the cheapest opcodes for it and returns the assembler.
///
/// Wrong use throws Error (exit 70) and is a mistake of the caller: `stack.name` (no element has the name),
/// `stack.height` (too few elements, or branches that leave different heights), `stack.opcode` (an opcode
/// whose effect is not one and the same always), `stack.branch` (else_ or endif without if_, or one open at
/// take()).
class StackAssembler {
 public:
  /// What is known of an element. `bias` is by how much the number on the stack exceeds the value it stands
  /// for: scripts whose tables hold shifted numbers follow the shift with it. ADD and SUB add and subtract
  /// the biases of their operands, copies and moves keep them, 1ADD, 1SUB and add() too (they change the
  /// value); everything else an opcode makes has none.
  struct Element {
    std::string name;
    std::int64_t bias = 0;
  };

  /// `entry` names what lies on the main stack before the script, from the bottom to the top.
  explicit StackAssembler(std::span<const std::string> entry = {});
  StackAssembler(StackAssembler&&) = default;
  StackAssembler& operator=(StackAssembler&&) = default;

  /// Pushes, minimally encoded.
  StackAssembler& number(std::int64_t value, std::string name = {});
  StackAssembler& push(ByteView data, std::string name = {});

  /// Gives the element `depth` below the top a name; the top element a bias.
  StackAssembler& name(std::string name, std::size_t depth = 0);
  StackAssembler& bias(std::int64_t bias);
  /// Adds a constant to the top element; nothing for 0.
  StackAssembler& add(std::int64_t constant);
  /// Multiplies the top element (and its bias) by 2^times.
  StackAssembler& doubled(int times);

  /// Copies the named element to the top, or moves it there; `as` renames it when it is not empty.
  StackAssembler& pick(std::string_view name, std::string as = {});
  StackAssembler& roll(std::string_view name, std::string as = {});
  /// The top element to the altstack, and back.
  StackAssembler& to_alt();
  StackAssembler& from_alt();

  /// Removes the top elements, by 2DROP where there are two.
  StackAssembler& drop(std::size_t count = 1);
  StackAssembler& remove(std::string_view name);
  /// Removes everything from the main stack; with keep_top, everything but the top element.
  StackAssembler& drop_all();
  StackAssembler& keep_top();

  /// A plain opcode: all that pop, push and move a fixed number of elements. PICK takes a computed index and
  /// copies an element unknown here. Not ROLL, IFDUP, RETURN, CHECKMULTISIG, pushes and branches.
  StackAssembler& op(std::uint8_t opcode);
  /// A finished script that takes `pops` elements from the top, leaves the named elements in their place
  /// (from the bottom to the top), both altstacks empty of it, and in between is never more than `extra`
  /// elements higher than before it.
  StackAssembler& fragment(ByteView script, std::size_t pops, std::span<const std::string> leaves,
                           std::size_t extra);

  /// IF (or NOTIF) takes the top element, which must be exactly 1 or empty. Both branches must end with the
  /// same heights, without an else_ the branch must end as it began; where their names or biases differ, the
  /// element has neither.
  StackAssembler& if_();
  StackAssembler& not_if();
  StackAssembler& else_();
  StackAssembler& endif();

  bool has(std::string_view name) const;
  /// Elements above the named one.
  std::size_t depth(std::string_view name) const;
  Element top(std::size_t depth = 0) const;
  std::size_t height() const { return main_.size(); }
  std::size_t alt_height() const { return alt_.size(); }
  /// The most elements both stacks together held after any opcode so far, the entry included.
  std::size_t peak() const { return peak_; }
  /// Bytes written so far.
  std::size_t size() const { return script_.size(); }

  /// The script; the assembler is then used up.
  bitcoin::Script take();

 private:
  /// An Element whose name stands in `names_`, so that equal names have one address and a stack of a thousand
  /// is moved and searched quickly.
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
  /// Remembers the height with `above` elements that come and go.
  void note(std::size_t above = 0);
  void need(std::size_t count) const;
  const Cell& cell(std::size_t depth) const;
  std::string_view known(std::string name);
  static void merge(std::vector<Cell>& into, const std::vector<Cell>& other);
  Cell pop();
  StackAssembler& open(std::uint8_t opcode);
  /// The top `takes` elements, called a, b, … from the bottom up, become those of `order`.
  void shuffle(std::size_t takes, std::string_view order);

  bitcoin::Script script_;
  std::unordered_set<std::string, NameHash, std::equal_to<>> names_;
  std::vector<Cell> main_, alt_;
  std::vector<Branch> branches_;
  std::size_t peak_ = 0;
};

}  // namespace pegkit::gadgets
