#include "evm/abi.hpp"

#include <fmt/format.h>
#include <limits>

#include "base/error.hpp"
#include "crypto/keccak.hpp"

namespace pegkit::evm {
namespace {

constexpr std::size_t word_size = 32;

bool all_zero(ByteView data) {
  return std::ranges::all_of(data, [](std::uint8_t b) { return b == 0; });
}

std::string printable(ByteView text) {
  std::string out(as_text(text.first(std::min<std::size_t>(text.size(), 500))));
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7f) c = '?';
  }
  return out;
}

std::string panic_meaning(std::uint64_t code) {
  switch (code) {
    case 0x01:
      return "assertion failed";
    case 0x11:
      return "arithmetic overflow";
    case 0x12:
      return "division by zero";
    case 0x21:
      return "value outside its enum";
    case 0x22:
      return "storage array is damaged";
    case 0x31:
      return "pop of an empty array";
    case 0x32:
      return "array index out of bounds";
    case 0x41:
      return "out of memory";
    case 0x51:
      return "call of an empty function";
    default:
      return "unknown code";
  }
}

}  // namespace

ByteArray<4> function_selector(std::string_view signature) {
  Word hash = crypto::keccak256(as_bytes(signature));
  return {hash[0], hash[1], hash[2], hash[3]};
}

Word event_topic(std::string_view signature) {
  return crypto::keccak256(as_bytes(signature));
}

AbiWriter& AbiWriter::address(const Address& value) {
  Word out{};
  std::ranges::copy(value.bytes, out.begin() + 12);
  return word(out);
}

AbiWriter& AbiWriter::word(const Word& value) {
  slots_.push_back({value, false, {}});
  return *this;
}

AbiWriter& AbiWriter::bytes(ByteView value) {
  Bytes tail = to_bytes(word_from(value.size()));
  append(tail, value);
  tail.resize((tail.size() + word_size - 1) / word_size * word_size);
  slots_.push_back({{}, true, std::move(tail)});
  return *this;
}

AbiWriter& AbiWriter::words(const std::vector<Word>& values) {
  Bytes tail = to_bytes(word_from(values.size()));
  for (const Word& value : values) append(tail, value);
  slots_.push_back({{}, true, std::move(tail)});
  return *this;
}

Bytes AbiWriter::arguments() const {
  Bytes out, tails;
  for (const Slot& slot : slots_) {
    append(out, slot.dynamic ? word_from(slots_.size() * word_size + tails.size()) : slot.head);
    append(tails, slot.tail);
  }
  append(out, tails);
  return out;
}

Bytes AbiWriter::call(std::string_view signature) const {
  Bytes out = to_bytes(function_selector(signature));
  append(out, arguments());
  return out;
}

Word AbiReader::word_at(std::uint64_t position) const {
  if (position > data_.size() || data_.size() - position < word_size) {
    throw input_error("abi.truncated", "ABI data ends too early");
  }
  Word out;
  std::ranges::copy(data_.subspan(position, word_size), out.begin());
  return out;
}

Word AbiReader::word() {
  Word out = word_at(next_);
  next_ += word_size;
  return out;
}

std::uint64_t AbiReader::u64() {
  Word value = word();
  if (!all_zero(ByteView(value).first(24)))
    throw input_error("abi.invalid", "an ABI number is above 64 bits");
  return u64_from(value);
}

std::uint32_t AbiReader::u32() {
  std::uint64_t value = u64();
  if (value > std::numeric_limits<std::uint32_t>::max()) {
    throw input_error("abi.invalid", "an ABI number is above 32 bits");
  }
  return static_cast<std::uint32_t>(value);
}

bool AbiReader::boolean() {
  std::uint64_t value = u64();
  if (value > 1) throw input_error("abi.invalid", "an ABI boolean is neither 0 nor 1");
  return value == 1;
}

Address AbiReader::address() {
  return address_from_topic(word());
}

/// Reads the length of the next value, which is dynamic, and gives the position behind its length word.
std::uint64_t AbiReader::dynamic(std::uint64_t& length) {
  std::uint64_t offset = u64();
  Word size = word_at(offset);
  if (!all_zero(ByteView(size).first(24))) throw input_error("abi.truncated", "ABI data ends too early");
  length = u64_from(size);
  return offset + word_size;
}

Bytes AbiReader::bytes(std::size_t max_length) {
  std::uint64_t length = 0;
  std::uint64_t start = dynamic(length);
  std::uint64_t left = data_.size() - start;
  if (length > left) throw input_error("abi.truncated", "ABI data ends too early");
  if (length > max_length) throw input_error("abi.invalid", "an ABI byte string is too long");
  std::uint64_t padded = std::min((length + word_size - 1) / word_size * word_size, left);
  if (!all_zero(data_.subspan(start + length, padded - length))) {
    throw input_error("abi.invalid", "an ABI byte string's padding is not zero");
  }
  return to_bytes(data_.subspan(start, length));
}

std::vector<Word> AbiReader::words(std::size_t max_count) {
  std::uint64_t count = 0;
  std::uint64_t start = dynamic(count);
  if (count > (data_.size() - start) / word_size)
    throw input_error("abi.truncated", "ABI data ends too early");
  if (count > max_count) throw input_error("abi.invalid", "an ABI array is too long");
  std::vector<Word> out;
  for (std::uint64_t i = 0; i < count; ++i) out.push_back(word_at(start + i * word_size));
  return out;
}

Address address_from_topic(const Word& topic) {
  if (!all_zero(ByteView(topic).first(12)))
    throw input_error("abi.invalid", "an ABI address is above 160 bits");
  return Address::from(ByteView(topic).subspan(12));
}

std::string revert_reason(ByteView data) {
  static const ByteArray<4> error = function_selector("Error(string)");
  static const ByteArray<4> panic = function_selector("Panic(uint256)");
  if (data.empty()) return "no reason given";
  try {
    if (data.size() >= 4 && equal(data.first(4), error)) return printable(AbiReader(data.subspan(4)).bytes());
    if (data.size() == 4 + word_size && equal(data.first(4), panic)) {
      std::uint64_t code = AbiReader(data.subspan(4)).u64();
      return fmt::format("panic 0x{:02x}: {}", code, panic_meaning(code));
    }
  } catch (const Error&) {
    // The data does not have the form that its selector promises; show it as hex.
  }
  return "0x" + to_hex(data.first(std::min<std::size_t>(data.size(), 256)));
}

}  // namespace pegkit::evm
