#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"

namespace pegkit {

/// Writes values in Bitcoin's wire encoding: little-endian integers, CompactSize lengths.
class Writer {
 public:
  Writer& u8(std::uint8_t v) { return integer(v, 1); }
  Writer& u16(std::uint16_t v) { return integer(v, 2); }
  Writer& u32(std::uint32_t v) { return integer(v, 4); }
  Writer& u64(std::uint64_t v) { return integer(v, 8); }
  Writer& compact_size(std::uint64_t v);
  Writer& bytes(ByteView data) {
    append(out_, data);
    return *this;
  }
  Writer& var_bytes(ByteView data) { return compact_size(data.size()).bytes(data); }
  Bytes take() { return std::move(out_); }
  const Bytes& view() const { return out_; }

 private:
  Writer& integer(std::uint64_t v, int bytes);
  Bytes out_;
};

/// Reads Bitcoin's wire encoding from a view, without copying. A read beyond the end throws Error
/// `<what>.truncated` (exit 3), where `what` names the thing that is read ("tx", "psbt"). `compact_size`
/// throws `<what>.invalid` for a non-minimal form and, with `range_check`, for a value above 32 MiB
/// (33,554,432), as Bitcoin Core's ReadCompactSize.
class Reader {
 public:
  Reader(ByteView data, const char* what) : data_(data), what_(what) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(integer(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(integer(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
  std::uint64_t u64() { return integer(8); }
  std::uint64_t compact_size(bool range_check = true);
  ByteView bytes(std::size_t count);
  ByteView var_bytes() { return bytes(compact_size()); }
  std::size_t left() const { return data_.size() - at_; }
  std::size_t position() const { return at_; }
  bool done() const { return left() == 0; }
  /// Throws `<what>.trailing` unless everything was read.
  void finish() const;
  [[noreturn]] void fail(const char* kind, const std::string& message) const;

 private:
  std::uint64_t integer(int bytes);
  ByteView data_;
  std::size_t at_ = 0;
  const char* what_;
};

inline std::uint64_t Reader::integer(int bytes) {
  if (left() < static_cast<std::size_t>(bytes)) fail("truncated", "ends inside an integer");
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i) value |= std::uint64_t{data_[at_ + i]} << (8 * i);
  at_ += bytes;
  return value;
}

inline ByteView Reader::bytes(std::size_t count) {
  if (count > left()) fail("truncated", "ends before the bytes it announces");
  ByteView out = data_.subspan(at_, count);
  at_ += count;
  return out;
}

/// Length of the CompactSize encoding of `v`: 1, 3, 5 or 9 bytes.
constexpr std::size_t compact_size_length(std::uint64_t v) {
  return v < 0xfd ? 1 : v <= 0xffff ? 3 : v <= 0xffffffff ? 5 : 9;
}

}  // namespace pegkit
