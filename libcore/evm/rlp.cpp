#include "evm/rlp.hpp"

#include "base/error.hpp"

namespace pegkit::evm {
namespace {

constexpr std::size_t short_limit = 55;  // the prefix byte itself holds lengths up to this
constexpr int max_depth = 64;

Bytes minimal(std::uint64_t value) {
  Bytes out;
  for (int shift = 56; shift >= 0; shift -= 8) {
    auto byte = static_cast<std::uint8_t>(value >> shift);
    if (byte != 0 || !out.empty()) out.push_back(byte);
  }
  return out;
}

void append_header(Bytes& out, std::uint8_t offset, std::size_t length) {
  if (length <= short_limit) {
    out.push_back(static_cast<std::uint8_t>(offset + length));
    return;
  }
  Bytes digits = minimal(length);
  out.push_back(static_cast<std::uint8_t>(offset + short_limit + digits.size()));
  append(out, digits);
}

void append_value(Bytes& out, const Rlp& value) {
  if (value.is_list) {
    Bytes inside;
    for (const Rlp& item : value.items) append_value(inside, item);
    append_header(out, 0xc0, inside.size());
    append(out, inside);
  } else {
    bool is_own_prefix = value.data.size() == 1 && value.data[0] < 0x80;
    if (!is_own_prefix) append_header(out, 0x80, value.data.size());
    append(out, value.data);
  }
}

ByteView take(ByteView& data, std::uint64_t length) {
  if (length > data.size()) throw input_error("rlp.truncated", "an RLP value ends too early");
  ByteView out = data.first(length);
  data = data.subspan(length);
  return out;
}

std::uint64_t take_length(ByteView& data, std::size_t prefix_length) {
  if (prefix_length <= short_limit) return prefix_length;
  ByteView digits = take(data, prefix_length - short_limit);
  std::uint64_t length = 0;
  for (std::uint8_t digit : digits) length = length << 8 | digit;
  if (digits[0] == 0 || length <= short_limit) {
    throw input_error("rlp.invalid", "an RLP length is not in its shortest form");
  }
  return length;
}

Rlp take_value(ByteView& data, int depth) {
  std::uint8_t prefix = take(data, 1)[0];
  if (prefix < 0x80) return Rlp::string(ByteView(&prefix, 1));
  if (prefix < 0xc0) {
    ByteView text = take(data, take_length(data, prefix - 0x80u));
    if (text.size() == 1 && text[0] < 0x80) {
      throw input_error("rlp.invalid", "an RLP byte is not in its shortest form");
    }
    return Rlp::string(text);
  }
  if (depth == max_depth) throw input_error("rlp.depth", "RLP lists are nested too deep");
  ByteView inside = take(data, take_length(data, prefix - 0xc0u));
  Rlp out = Rlp::list({});
  while (!inside.empty()) out.items.push_back(take_value(inside, depth + 1));
  return out;
}

}  // namespace

Rlp Rlp::number(std::uint64_t value) {
  return string(minimal(value));
}

Rlp Rlp::number(ByteView big_endian) {
  while (!big_endian.empty() && big_endian[0] == 0) big_endian = big_endian.subspan(1);
  return string(big_endian);
}

Bytes Rlp::encode() const {
  Bytes out;
  append_value(out, *this);
  return out;
}

Rlp Rlp::decode(ByteView data) {
  Rlp out = take_value(data, 0);
  if (!data.empty()) throw input_error("rlp.trailing", "bytes follow the RLP value");
  return out;
}

std::uint64_t Rlp::as_u64() const {
  if (is_list || data.size() > 8 || (!data.empty() && data[0] == 0)) {
    throw input_error("rlp.invalid", "an RLP value is not a number of at most 64 bits");
  }
  std::uint64_t out = 0;
  for (std::uint8_t byte : data) out = out << 8 | byte;
  return out;
}

}  // namespace pegkit::evm
