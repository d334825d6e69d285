#include "base/serialize.hpp"

namespace pegkit {
namespace {

constexpr std::uint64_t max_compact_size = 0x02000000;

}  // namespace

Writer& Writer::integer(std::uint64_t v, int bytes) {
  ByteArray<8> le;
  for (int i = 0; i < 8; ++i) le[i] = static_cast<std::uint8_t>(v >> (8 * i));
  out_.insert(out_.end(), le.begin(), le.begin() + bytes);
  return *this;
}

Writer& Writer::compact_size(std::uint64_t v) {
  if (v < 0xfd) return u8(static_cast<std::uint8_t>(v));
  if (v <= 0xffff) return u8(0xfd).u16(static_cast<std::uint16_t>(v));
  if (v <= 0xffffffff) return u8(0xfe).u32(static_cast<std::uint32_t>(v));
  return u8(0xff).u64(v);
}

std::uint64_t Reader::compact_size(bool range_check) {
  std::uint8_t first = u8();
  if (first < 0xfd) return first;
  std::uint64_t value = first == 0xfd ? u16() : first == 0xfe ? u32() : u64();
  std::uint64_t smallest = first == 0xfd ? 0xfd : first == 0xfe ? 0x10000 : 0x100000000;
  if (value < smallest) fail("invalid", "has a length in more bytes than it needs");
  if (range_check && value > max_compact_size) fail("invalid", "has a length above 32 MiB");
  return value;
}

void Reader::finish() const {
  if (!done()) fail("trailing", "is followed by " + std::to_string(left()) + " more bytes");
}

void Reader::fail(const char* kind, const std::string& message) const {
  std::string what = what_;
  throw input_error(what + "." + kind, "the " + what + " " + message);
}

}  // namespace pegkit
