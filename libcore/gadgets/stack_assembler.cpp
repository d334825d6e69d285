#include "gadgets/stack_assembler.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "base/error.hpp"

namespace pegkit::gadgets {
namespace {

using namespace bitcoin;

/// An opcode that only moves and copies. It takes the top `takes` elements, called a, b, … from the bottom
/// up, and leaves those of `order`.
struct Move {
  std::size_t takes;
  std::string_view order;
};

std::optional<Move> move_of(std::uint8_t opcode) {
  switch (opcode) {
    case OP_DROP:
      return Move{1, ""};
    case OP_2DROP:
      return Move{2, ""};
    case OP_DUP:
      return Move{1, "aa"};
    case OP_2DUP:
      return Move{2, "abab"};
    case OP_3DUP:
      return Move{3, "abcabc"};
    case OP_OVER:
      return Move{2, "aba"};
    case OP_2OVER:
      return Move{4, "abcdab"};
    case OP_NIP:
      return Move{2, "b"};
    case OP_TUCK:
      return Move{2, "bab"};
    case OP_SWAP:
      return Move{2, "ba"};
    case OP_2SWAP:
      return Move{4, "cdab"};
    case OP_ROT:
      return Move{3, "bca"};
    case OP_2ROT:
      return Move{6, "cdefab"};
    case OP_NOP:
    case OP_CODESEPARATOR:
      return Move{0, ""};
    case OP_CHECKLOCKTIMEVERIFY:
    case OP_CHECKSEQUENCEVERIFY:
      return Move{1, "a"};
    default:
      return std::nullopt;
  }
}

struct Effect {
  std::size_t pops, pushes;
};

std::optional<Effect> effect_of(std::uint8_t opcode) {
  switch (opcode) {
    case OP_DEPTH:
      return Effect{0, 1};
    case OP_VERIFY:
      return Effect{1, 0};
    case OP_PICK:
    case OP_1ADD:
    case OP_1SUB:
    case OP_NEGATE:
    case OP_ABS:
    case OP_NOT:
    case OP_0NOTEQUAL:
    case OP_RIPEMD160:
    case OP_SHA1:
    case OP_SHA256:
    case OP_HASH160:
    case OP_HASH256:
      return Effect{1, 1};
    case OP_EQUALVERIFY:
    case OP_NUMEQUALVERIFY:
    case OP_CHECKSIGVERIFY:
      return Effect{2, 0};
    case OP_EQUAL:
    case OP_ADD:
    case OP_SUB:
    case OP_BOOLAND:
    case OP_BOOLOR:
    case OP_NUMEQUAL:
    case OP_NUMNOTEQUAL:
    case OP_LESSTHAN:
    case OP_GREATERTHAN:
    case OP_LESSTHANOREQUAL:
    case OP_GREATERTHANOREQUAL:
    case OP_MIN:
    case OP_MAX:
    case OP_CHECKSIG:
      return Effect{2, 1};
    case OP_WITHIN:
    case OP_CHECKSIGADD:
      return Effect{3, 1};
    default:
      return std::nullopt;
  }
}

Error height_error(std::string text) {
  return {Exit::bug, "stack.height", std::move(text)};
}
Error branch_error(std::string text) {
  return {Exit::bug, "stack.branch", std::move(text)};
}

}  // namespace

StackAssembler::StackAssembler(std::span<const std::string> entry) {
  for (const std::string& name : entry) main_.push_back({known(name), 0});
  note();
}

std::string_view StackAssembler::known(std::string name) {
  if (name.empty()) return {};
  return *names_.insert(std::move(name)).first;
}

void StackAssembler::merge(std::vector<Cell>& into, const std::vector<Cell>& other) {
  if (into.size() != other.size()) throw height_error("the branches of an IF leave different heights");
  for (std::size_t i = 0; i < into.size(); ++i) {
    if (into[i].name.data() != other[i].name.data() || into[i].bias != other[i].bias) into[i] = {};
  }
}

void StackAssembler::write_number(std::int64_t value) {
  if (value == 0) {
    write(OP_0);
  } else if (value >= -1 && value <= 16) {
    write(static_cast<std::uint8_t>(OP_1 - 1 + value));
  } else if (value > 0 && value < 0x80) {
    write(1);
    write(static_cast<std::uint8_t>(value));
  } else {
    append(script_, ScriptBuilder().number(value).take());
  }
}

void StackAssembler::note(std::size_t above) {
  peak_ = std::max(peak_, main_.size() + alt_.size() + above);
}

void StackAssembler::need(std::size_t count) const {
  if (main_.size() < count)
    throw height_error(fmt::format("{} elements are needed, the stack has {}", count, main_.size()));
}

StackAssembler::Cell StackAssembler::pop() {
  need(1);
  Cell out = main_.back();
  main_.pop_back();
  return out;
}

StackAssembler& StackAssembler::number(std::int64_t value, std::string name) {
  write_number(value);
  main_.push_back({known(std::move(name)), 0});
  note();
  return *this;
}

StackAssembler& StackAssembler::push(ByteView data, std::string name) {
  append(script_, ScriptBuilder().push(data).take());
  main_.push_back({known(std::move(name)), 0});
  note();
  return *this;
}

StackAssembler& StackAssembler::name(std::string name, std::size_t depth) {
  need(depth + 1);
  main_[main_.size() - 1 - depth].name = known(std::move(name));
  return *this;
}

StackAssembler& StackAssembler::bias(std::int64_t bias) {
  need(1);
  main_.back().bias = bias;
  return *this;
}

StackAssembler& StackAssembler::add(std::int64_t constant) {
  need(1);
  if (constant == 1 || constant == -1) {
    write(constant > 0 ? OP_1ADD : OP_1SUB);
  } else if (constant != 0) {
    write_number(constant < 0 ? -constant : constant);
    write(constant > 0 ? OP_ADD : OP_SUB);
    note(1);
  }
  return *this;
}

StackAssembler& StackAssembler::doubled(int times) {
  for (int i = 0; i < times; ++i) op(OP_DUP).op(OP_ADD);
  return *this;
}

StackAssembler& StackAssembler::pick(std::string_view name, std::string as) {
  std::size_t at = depth(name);
  if (at <= 1) {
    write(at == 0 ? OP_DUP : OP_OVER);
  } else {
    write_number(static_cast<std::int64_t>(at));
    write(OP_PICK);
  }
  Cell copy = cell(at);
  if (!as.empty()) copy.name = known(std::move(as));
  main_.push_back(copy);
  note();
  return *this;
}

StackAssembler& StackAssembler::roll(std::string_view name, std::string as) {
  std::size_t at = depth(name);
  if (at > 2) {
    write_number(static_cast<std::int64_t>(at));
    write(OP_ROLL);
    note(1);
  } else if (at > 0) {
    write(at == 1 ? OP_SWAP : OP_ROT);
  }
  Cell moved = cell(at);
  std::copy(main_.end() - static_cast<std::ptrdiff_t>(at), main_.end(),
            main_.end() - static_cast<std::ptrdiff_t>(at) - 1);
  main_.back() = moved;
  if (!as.empty()) main_.back().name = known(std::move(as));
  return *this;
}

StackAssembler& StackAssembler::to_alt() {
  alt_.push_back(pop());
  write(OP_TOALTSTACK);
  return *this;
}

StackAssembler& StackAssembler::from_alt() {
  if (alt_.empty()) throw height_error("the altstack is empty");
  main_.push_back(alt_.back());
  alt_.pop_back();
  write(OP_FROMALTSTACK);
  return *this;
}

StackAssembler& StackAssembler::drop(std::size_t count) {
  need(count);
  for (std::size_t i = 0; i < count / 2; ++i) write(OP_2DROP);
  if (count % 2 != 0) write(OP_DROP);
  main_.resize(main_.size() - count);
  return *this;
}

StackAssembler& StackAssembler::remove(std::string_view name) {
  if (depth(name) == 1) return op(OP_NIP);
  return roll(name).drop();
}

StackAssembler& StackAssembler::drop_all() {
  return drop(height());
}

StackAssembler& StackAssembler::keep_top() {
  if (height() == 2) return op(OP_NIP);
  if (height() == 1) return *this;
  return to_alt().drop_all().from_alt();
}

void StackAssembler::shuffle(std::size_t takes, std::string_view order) {
  std::vector<Cell> taken(main_.end() - static_cast<std::ptrdiff_t>(takes), main_.end());
  main_.resize(main_.size() - takes);
  for (char letter : order) main_.push_back(taken[static_cast<std::size_t>(letter - 'a')]);
}

StackAssembler& StackAssembler::op(std::uint8_t opcode) {
  if (auto move = move_of(opcode)) {
    need(move->takes);
    shuffle(move->takes, move->order);
  } else if (auto effect = effect_of(opcode)) {
    need(effect->pops);
    Cell made;
    const std::int64_t last = effect->pops > 0 ? cell(0).bias : 0;
    if (opcode == OP_ADD) made.bias = cell(1).bias + last;
    if (opcode == OP_SUB) made.bias = cell(1).bias - last;
    if (opcode == OP_1ADD || opcode == OP_1SUB) made.bias = last;
    main_.resize(main_.size() - effect->pops);
    if (effect->pushes == 1) main_.push_back(made);
  } else if (opcode == OP_SIZE) {
    need(1);
    main_.push_back({});
  } else {
    throw Error(Exit::bug, "stack.opcode",
                fmt::format("{} cannot be followed on a symbolic stack", opcode_name(opcode)));
  }
  write(opcode);
  note();
  return *this;
}

StackAssembler& StackAssembler::fragment(ByteView script, std::size_t pops,
                                         std::span<const std::string> leaves, std::size_t extra) {
  need(pops);
  append(script_, script);
  note(extra);
  main_.resize(main_.size() - pops);
  for (const std::string& name : leaves) main_.push_back({known(name), 0});
  note();
  return *this;
}

StackAssembler& StackAssembler::open(std::uint8_t opcode) {
  pop();
  write(opcode);
  branches_.push_back({{main_, alt_}, {}, false});
  return *this;
}

StackAssembler& StackAssembler::if_() {
  return open(OP_IF);
}

StackAssembler& StackAssembler::not_if() {
  return open(OP_NOTIF);
}

StackAssembler& StackAssembler::else_() {
  if (branches_.empty() || branches_.back().in_else) throw branch_error("an ELSE without its IF");
  Branch& branch = branches_.back();
  write(OP_ELSE);
  branch.in_else = true;
  branch.first = {std::move(main_), std::move(alt_)};
  main_ = branch.before.main;
  alt_ = branch.before.alt;
  return *this;
}

StackAssembler& StackAssembler::endif() {
  if (branches_.empty()) throw branch_error("an ENDIF without its IF");
  Branch branch = std::move(branches_.back());
  branches_.pop_back();
  const Stacks& other = branch.in_else ? branch.first : branch.before;
  merge(main_, other.main);
  merge(alt_, other.alt);
  write(OP_ENDIF);
  return *this;
}

bool StackAssembler::has(std::string_view name) const {
  return std::ranges::any_of(main_, [&](const Cell& one) { return one.name == name; });
}

std::size_t StackAssembler::depth(std::string_view name) const {
  auto missing = [&] {
    return Error(Exit::bug, "stack.name", fmt::format("no element on the stack is called '{}'", name));
  };
  auto stored = names_.find(name);
  if (stored == names_.end()) throw missing();
  auto found = std::find_if(main_.rbegin(), main_.rend(),
                            [&](const Cell& one) { return one.name.data() == stored->data(); });
  if (found == main_.rend()) throw missing();
  return static_cast<std::size_t>(found - main_.rbegin());
}

const StackAssembler::Cell& StackAssembler::cell(std::size_t depth) const {
  need(depth + 1);
  return main_[main_.size() - 1 - depth];
}

StackAssembler::Element StackAssembler::top(std::size_t depth) const {
  const Cell& one = cell(depth);
  return {std::string(one.name), one.bias};
}

Script StackAssembler::take() {
  if (!branches_.empty()) throw branch_error("an IF is still open");
  return std::move(script_);
}

}  // namespace pegkit::gadgets
