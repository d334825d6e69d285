#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "evm/address.hpp"
#include "evm/word.hpp"

namespace pegkit::evm {

/// The first 4 bytes of keccak256 of a function's signature, such as "isMinted(bytes32,uint32)".
ByteArray<4> function_selector(std::string_view signature);
/// Topic 0 of an event: keccak256 of its signature.
Word event_topic(std::string_view signature);

/// Encodes arguments by Solidity's contract ABI, in the order in which the functions below are called.
class AbiWriter {
 public:
  AbiWriter& u64(std::uint64_t value) { return word(word_from(value)); }
  AbiWriter& boolean(bool value) { return u64(value); }
  AbiWriter& address(const Address& value);
  /// Adds a uint256, int256 or bytes32.
  AbiWriter& word(const Word& value);
  /// Adds a bytes or string.
  AbiWriter& bytes(ByteView value);
  /// Adds a bytes32[] or uint256[].
  AbiWriter& words(const std::vector<Word>& values);

  /// The encoded arguments alone, as a constructor takes them.
  Bytes arguments() const;
  /// The selector of `signature` and the encoded arguments.
  Bytes call(std::string_view signature) const;

 private:
  struct Slot {
    Word head{};
    bool dynamic = false;
    Bytes tail;
  };
  std::vector<Slot> slots_;
};

/// Reads values from return data or an event's data, in the order in which its functions are called. It
/// checks every offset, length and padding and throws Error `abi.truncated` or `abi.invalid` (exit 3). It
/// keeps a view of the data.
class AbiReader {
 public:
  explicit AbiReader(ByteView data) : data_(data) {}
  std::uint64_t u64();
  std::uint32_t u32();
  bool boolean();
  Address address();
  Word word();
  Bytes bytes(std::size_t max_length = 1u << 20);
  std::vector<Word> words(std::size_t max_count = 1u << 16);

 private:
  Word word_at(std::uint64_t position) const;
  std::uint64_t dynamic(std::uint64_t& length);
  ByteView data_;
  std::uint64_t next_ = 0;
};

/// Reads an event's indexed address argument. Throws Error `abi.invalid` (exit 3) above 160 bits.
Address address_from_topic(const Word& topic);

/// The reason in a revert's return data: the text of Error(string), Solidity's meaning of Panic(uint256), the
/// hex of other data, or "no reason given" for none. Control characters are replaced.
std::string revert_reason(ByteView data);

}  // namespace pegkit::evm
