#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <vector>

#include "base/bytes.hpp"

namespace pegkit::bitcoin {

static_assert(std::endian::native == std::endian::little,
              "stack elements hold numbers as the chain writes them");

/// One value on the stack: 16 bytes that are cheap to copy. A short value made by an opcode is stored inside.
/// Any other is a view of the script, the witness or the HashArena, which works because values never change.
class StackElement {
 public:
  StackElement() = default;
  /// An element that views bytes which outlive the stack.
  static StackElement view(ByteView data) { return {data, Where::outside}; }
  static StackElement in_arena(ByteView data) { return {data, Where::arena}; }
  static StackElement boolean(bool value) {
    StackElement e;
    e.bits_ = value ? 1 : 0;
    e.size_ = value ? 1 : 0;
    return e;
  }
  /// A number in Script's minimal encoding: little-endian magnitude, sign in the top bit. |value| is
  /// below 2^55.
  static StackElement number(std::int64_t value) {
    StackElement e;
    if (value == 0) return e;
    std::uint64_t magnitude = static_cast<std::uint64_t>(value < 0 ? -value : value);
    e.size_ = static_cast<std::uint32_t>(std::bit_width(magnitude) / 8 + 1);
    e.bits_ = magnitude | (value < 0 ? std::uint64_t{1} << (8 * e.size_ - 1) : 0);
    return e;
  }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// The value's bytes. The view of a short value points into the element itself.
  ByteView bytes() const {
    if (where_ == Where::inside) return {reinterpret_cast<const std::uint8_t*>(&bits_), size_};
    return {data(), size_};
  }
  bool is_in_arena() const { return where_ == Where::arena; }

  /// The value as a condition: false when it is empty, all zeros, or all zeros but for the sign bit.
  bool truth() const {
    if (where_ == Where::inside) return size_ != 0 && bits_ << (65 - 8 * size_) != 0;
    ByteView all = bytes();
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i] != 0) return i + 1 != all.size() || all[i] != 0x80;
    }
    return false;
  }

  /// Reads a number of at most `max_size` (up to 7) bytes. Returns false when the value is longer, or when
  /// `minimal` is set and its encoding is not.
  bool read_number(std::int64_t& value, bool minimal, std::size_t max_size = 4) const {
    if (size_ > max_size) return false;
    if (size_ == 0) {
      value = 0;
      return true;
    }
    std::uint64_t raw = word();
    unsigned shift = 64 - 8 * size_;
    // A last byte without magnitude is superfluous unless the byte before it has its top bit set.
    if (minimal && (raw << shift << 1 >> 57) == 0 && (size_ == 1 || (raw << shift >> 55 & 1) == 0))
      return false;
    auto magnitude = static_cast<std::int64_t>(raw << shift << 1 >> 1 >> shift);
    value = (raw << shift >> 63) != 0 ? -magnitude : magnitude;
    return true;
  }

  friend bool operator==(const StackElement& a, const StackElement& b) {
    if (a.size_ != b.size_) return false;
    if (a.where_ == Where::inside && b.where_ == Where::inside) return a.bits_ == b.bits_;
    return a.size_ == 0 || std::memcmp(a.bytes().data(), b.bytes().data(), a.size_) == 0;
  }

 private:
  enum class Where : std::uint32_t { inside, outside, arena };

  StackElement(ByteView data, Where where)
      : bits_(reinterpret_cast<std::uintptr_t>(data.data())),
        size_(static_cast<std::uint32_t>(data.size())),
        where_(where) {}

  const std::uint8_t* data() const {
    return reinterpret_cast<const std::uint8_t*>(static_cast<std::uintptr_t>(bits_));
  }
  /// The bytes of a value of 1 to 8 bytes as a little-endian integer.
  std::uint64_t word() const {
    if (where_ == Where::inside) return bits_;
    std::uint64_t raw = 0;
    for (std::size_t i = size_; i > 0; --i) raw = raw << 8 | data()[i - 1];
    return raw;
  }

  std::uint64_t bits_ = 0;  ///< the value's bytes, zeros above them; or the address of the bytes
  std::uint32_t size_ = 0;
  Where where_ = Where::inside;
};

/// A stack whose elements lie in slots. `order_[0..size)` lists the slots in use from the bottom up,
/// `order_[size..)` the free ones. OP_ROLL and its kind move 4-byte slot numbers, never elements.
class ScriptStack {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Element `depth` below the top; depth < size().
  const StackElement& top(std::size_t depth = 0) const { return slots_[order_[size_ - 1 - depth]]; }
  StackElement& top(std::size_t depth = 0) { return slots_[order_[size_ - 1 - depth]]; }

  void push(const StackElement& element) {
    StackElement copy = element;  // `element` may lie in a slot of this stack, which grow() frees
    if (size_ == capacity_) grow();
    slots_[order_[size_++]] = copy;
  }
  /// Drops the top `count` elements; count <= size().
  void pop(std::size_t count = 1) { size_ -= count; }
  void clear() { size_ = 0; }

  void swap(std::size_t depth_a, std::size_t depth_b) {
    std::swap(order_[size_ - 1 - depth_a], order_[size_ - 1 - depth_b]);
  }
  /// Moves the element `depth` below the top to the top.
  void roll(std::size_t depth) {
    Slot* from = &order_[size_ - 1 - depth];
    Slot slot = *from;
    std::memmove(from, from + 1, depth * sizeof(Slot));
    from[depth] = slot;
  }
  /// Moves the top element below the `depth` elements under it.
  void bury(std::size_t depth) {
    Slot* to = &order_[size_ - 1 - depth];
    Slot slot = to[depth];
    std::memmove(to + 1, to, depth * sizeof(Slot));
    *to = slot;
  }

 private:
  using Slot = std::uint32_t;

  void grow() {
    std::size_t capacity = capacity_ == 0 ? 64 : 2 * capacity_;
    auto slots = std::make_unique_for_overwrite<StackElement[]>(capacity);
    auto order = std::make_unique_for_overwrite<Slot[]>(capacity);
    std::copy_n(slots_.get(), capacity_, slots.get());
    std::copy_n(order_.get(), capacity_, order.get());
    for (std::size_t i = capacity_; i < capacity; ++i) order[i] = static_cast<Slot>(i);
    slots_ = std::move(slots);
    order_ = std::move(order);
    capacity_ = capacity;
  }

  std::unique_ptr<StackElement[]> slots_;
  std::unique_ptr<Slot[]> order_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// The memory of hash results. When it is full, it moves those that a stack still holds to a new buffer. A
/// long script therefore cannot fill memory: the arena stays within a few times of what two stacks can hold.
class HashArena {
 public:
  /// Copies `data` (at most 32 bytes) into the arena. `stacks` are all stacks that may hold elements of it.
  StackElement store(ByteView data, std::initializer_list<ScriptStack*> stacks) {
    if (capacity_ - used_ < data.size()) compact(stacks);
    std::uint8_t* to = buffer_.get() + used_;
    std::memcpy(to, data.data(), data.size());
    used_ += data.size();
    return StackElement::in_arena({to, data.size()});
  }

 private:
  void compact(std::initializer_list<ScriptStack*> stacks) {
    std::size_t live = 0;
    for (ScriptStack* stack : stacks) {
      for (std::size_t i = 0; i < stack->size(); ++i) {
        if (stack->top(i).is_in_arena()) live += stack->top(i).size();
      }
    }
    std::size_t capacity = std::max<std::size_t>(4096, 2 * live);
    auto buffer = std::make_unique_for_overwrite<std::uint8_t[]>(capacity);
    std::size_t used = 0;
    for (ScriptStack* stack : stacks) {
      for (std::size_t i = 0; i < stack->size(); ++i) {
        StackElement& element = stack->top(i);
        if (!element.is_in_arena()) continue;
        std::memcpy(buffer.get() + used, element.bytes().data(), element.size());
        element = StackElement::in_arena({buffer.get() + used, element.size()});
        used += element.size();
      }
    }
    buffer_ = std::move(buffer);
    capacity_ = capacity;
    used_ = used;
  }

  std::unique_ptr<std::uint8_t[]> buffer_;
  std::size_t capacity_ = 0, used_ = 0;
};

}  // namespace pegkit::bitcoin
