#include "gadgets/nibble_script.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/error.hpp"

namespace pegkit::gadgets {
namespace {

using namespace bitcoin;

void require(bool condition, const char* what) {
  if (!condition) throw Error(Exit::bug, "nibble.shape", what);
}

void require_run(const NibbleRun& run) {
  require(!run.empty(), "a run of nibbles is empty");
  for (const Nibble& nibble : run) require(nibble.constant < 16, "a constant nibble is above 15");
}

void require_runs(const NibbleRun& a, const NibbleRun& b) {
  require(a.size() == b.size(), "two runs of nibbles differ in length");
  require_run(a);
  require_run(b);
}

std::uint8_t value_of(const Nibble& nibble, const NibbleValues& values) {
  if (nibble.name.empty()) return nibble.constant;
  auto found = values.find(nibble.name);
  if (found == values.end())
    throw Error(Exit::bug, "nibble.name", fmt::format("the nibble '{}' has no value", nibble.name));
  return found->second;
}

std::vector<std::uint8_t> values_of(const NibbleRun& run, const NibbleValues& values) {
  std::vector<std::uint8_t> out;
  for (const Nibble& nibble : run) out.push_back(value_of(nibble, values));
  return out;
}

StackAssembler& load(StackAssembler& script, const Nibble& nibble) {
  return nibble.name.empty() ? script.number(nibble.constant) : script.pick(nibble.name).name({});
}

}  // namespace

std::string nibble_name(std::string_view run, std::size_t index) {
  return fmt::format("{}.{}", run, index);
}

NibbleRun nibble_run(std::string_view run, std::size_t first, std::size_t count) {
  NibbleRun out;
  for (std::size_t i = first; i < first + count; ++i) out.push_back({nibble_name(run, i), 0});
  return out;
}

NibbleRun constant_run(ByteView bytes) {
  NibbleRun out;
  for (std::uint8_t nibble : to_nibbles(bytes)) out.push_back({{}, nibble});
  return out;
}

std::vector<std::uint8_t> to_nibbles(ByteView bytes) {
  std::vector<std::uint8_t> out;
  for (std::uint8_t byte : bytes) {
    out.push_back(byte >> 4);
    out.push_back(byte & 15);
  }
  return out;
}

NibbleTest NibbleTest::equal(NibbleRun a, NibbleRun b) {
  require_runs(a, b);
  NibbleTest test(Kind::equal);
  test.a_ = std::move(a);
  test.b_ = std::move(b);
  return test;
}

NibbleTest NibbleTest::greater(NibbleRun a, NibbleRun b) {
  NibbleTest test = equal(std::move(a), std::move(b));
  test.kind_ = Kind::greater;
  return test;
}

NibbleTest NibbleTest::at_most(NibbleRun a, NibbleRun b) {
  return no(greater(std::move(a), std::move(b)));
}

NibbleTest NibbleTest::bit(const NibbleRun& a, std::size_t bit) {
  require_run(a);
  require(bit / 4 < a.size(), "a run of nibbles has no such bit");
  NibbleTest test(Kind::bit);
  test.a_ = {a[a.size() - 1 - bit / 4]};
  test.low_ = static_cast<std::int64_t>(bit % 4);
  return test;
}

NibbleTest NibbleTest::in_range(Nibble a, std::int64_t low, std::int64_t high) {
  require(low <= high && low > -2'147'483'648 && high < 2'147'483'647, "a range is not one of numbers");
  NibbleTest test(Kind::in_range);
  test.a_ = {std::move(a)};
  test.low_ = low;
  test.high_ = high;
  return test;
}

NibbleTest NibbleTest::flag(std::string name) {
  NibbleTest test(Kind::flag);
  test.a_ = {{std::move(name), 0}};
  return test;
}

NibbleTest NibbleTest::all(std::vector<NibbleTest> parts) {
  require(!parts.empty(), "a test of all has no parts");
  NibbleTest test(Kind::all);
  test.parts_ = std::move(parts);
  return test;
}

NibbleTest NibbleTest::any(std::vector<NibbleTest> parts) {
  NibbleTest test = all(std::move(parts));
  test.kind_ = Kind::any;
  return test;
}

NibbleTest NibbleTest::no(NibbleTest part) {
  NibbleTest test(Kind::no);
  test.parts_.push_back(std::move(part));
  return test;
}

bool NibbleTest::holds(const NibbleValues& values) const {
  auto part_holds = [&](const NibbleTest& part) { return part.holds(values); };
  switch (kind_) {
    case Kind::equal:
      return values_of(a_, values) == values_of(b_, values);
    case Kind::greater:
      return values_of(a_, values) > values_of(b_, values);
    case Kind::bit:
      return (value_of(a_[0], values) >> low_ & 1) != 0;
    case Kind::in_range:
      return value_of(a_[0], values) >= low_ && value_of(a_[0], values) <= high_;
    case Kind::flag:
      return value_of(a_[0], values) != 0;
    case Kind::all:
      return std::ranges::all_of(parts_, part_holds);
    case Kind::any:
      return std::ranges::any_of(parts_, part_holds);
    case Kind::no:
      return !parts_[0].holds(values);
  }
  return false;
}

void NibbleTest::emit_equal(StackAssembler& script) const {
  for (std::size_t i = 0; i < a_.size(); ++i) {
    load(script, a_[i]);
    if (b_[i].name.empty() && b_[i].constant == 0) {
      script.op(OP_NOT);
    } else {
      load(script, b_[i]).op(OP_NUMEQUAL);
    }
    if (i > 0) script.op(OP_BOOLAND);
  }
}

void NibbleTest::emit_bit(StackAssembler& script) const {
  load(script, a_[0]);
  for (std::int64_t bit = 3; bit > low_; --bit) {
    std::int64_t weight = std::int64_t{1} << bit;
    script.op(OP_DUP).number(weight - 1).op(OP_GREATERTHAN).if_().add(-weight).endif();
  }
  if (low_ > 0) script.number((std::int64_t{1} << low_) - 1).op(OP_GREATERTHAN);
}

StackAssembler& NibbleTest::emit(StackAssembler& script) const {
  switch (kind_) {
    case Kind::equal:
      emit_equal(script);
      break;
    case Kind::greater:
      // From the least significant nibble up: when the nibbles before gave g (0 or 1), a + g > b decides.
      for (std::size_t i = a_.size(); i > 0; --i) {
        load(script, a_[i - 1]);
        if (i < a_.size()) script.op(OP_ADD);
        load(script, b_[i - 1]).op(OP_GREATERTHAN);
      }
      break;
    case Kind::bit:
      emit_bit(script);
      break;
    case Kind::in_range:
      load(script, a_[0]).number(low_).number(high_ + 1).op(OP_WITHIN);
      break;
    case Kind::flag:
      load(script, a_[0]);
      break;
    case Kind::all:
    case Kind::any:
      for (std::size_t i = 0; i < parts_.size(); ++i) {
        parts_[i].emit(script);
        if (i > 0) script.op(kind_ == Kind::all ? OP_BOOLAND : OP_BOOLOR);
      }
      break;
    case Kind::no:
      parts_[0].emit(script).op(OP_NOT);
      break;
  }
  return script;
}

std::int64_t NibbleNumber::value(const NibbleValues& values) const {
  std::int64_t out = 0;
  for (std::uint8_t nibble : values_of(run, values)) out = out * 16 + nibble;
  return out;
}

StackAssembler& NibbleNumber::emit(StackAssembler& script) const {
  require_run(run);
  require(run.size() <= 7, "more than 7 nibbles do not fit a number");
  load(script, run[0]);
  for (std::size_t i = 1; i < run.size(); ++i) load(script.doubled(4), run[i]).op(OP_ADD);
  return script;
}

std::vector<std::uint8_t> NibbleSum::value(const NibbleValues& values) const {
  std::vector<std::uint8_t> out(a.size());
  int carry = 0;
  for (std::size_t i = a.size(); i > 0; --i) {
    int other = value_of(b[i - 1], values);
    int sum = value_of(a[i - 1], values) + (kind == Kind::add ? other : -other) + carry;
    out[i - 1] = static_cast<std::uint8_t>(sum & 15);
    carry = sum >> 4;
  }
  return out;
}

StackAssembler& NibbleSum::emit(StackAssembler& script, std::string_view name) const {
  require_runs(a, b);
  const bool adds = kind == Kind::add;
  for (std::size_t i = a.size(); i > 0; --i) {
    // The carry or borrow of the nibble before is on top, 0 or 1.
    load(script, a[i - 1]);
    if (i < a.size()) {
      if (!adds) script.op(OP_SWAP);
      script.op(adds ? OP_ADD : OP_SUB);
    }
    load(script, b[i - 1]).op(adds ? OP_ADD : OP_SUB).op(OP_DUP);
    script.number(adds ? 15 : 0).op(adds ? OP_GREATERTHAN : OP_LESSTHAN);
    if (i > 1) script.op(OP_TUCK);
    script.if_().add(adds ? -16 : 16).endif().name(nibble_name(name, i - 1));
    if (i > 1) script.op(OP_SWAP);
  }
  return script;
}

NibbleValues NibbleSwap::value(NibbleValues values) const {
  if (value_of({flag, 0}, values) != 0) {
    for (std::size_t i = 0; i < a.size(); ++i) std::swap(values[a[i].name], values[b[i].name]);
  }
  return values;
}

StackAssembler& NibbleSwap::emit(StackAssembler& script) const {
  require_runs(a, b);
  NibbleRun both = a;
  both.insert(both.end(), b.begin(), b.end());
  const std::size_t count = both.size();
  script.roll(flag);
  bool in_place = true;
  for (std::size_t i = 0; i < count; ++i) {
    require(!both[i].name.empty(), "constants cannot change places");
    in_place = in_place && script.depth(both[i].name) == count - i;
  }
  if (!in_place) {
    script.to_alt();
    for (const Nibble& nibble : both) script.roll(nibble.name);
    script.from_alt();
  }
  script.if_();
  for (const Nibble& nibble : a) script.roll(nibble.name);
  script.endif();
  for (std::size_t i = 0; i < count; ++i) script.name(both[i].name, count - 1 - i);
  return script;
}

}  // namespace pegkit::gadgets
