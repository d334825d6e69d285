#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "evm/address.hpp"
#include "evm/word.hpp"

namespace pegkit::evm {

/// The first 4 bytes of keccak256 of a function's signature, "mint(bytes32,uint32,address,uint64,bytes)".
ByteArray<4> function_selector(std::string_view signature);
/// keccak256 of an event's signature: its topic 0.
Word event_topic(std::string_view signature);

/// Encodes arguments by Solidity's contract ABI, in the order of the calls.
class AbiWriter {
 public:
  AbiWriter& u64(std::uint64_t value) { return word(word_from(value)); }
  AbiWriter& boolean(bool value) { return u64(value); }
  AbiWriter& address(const Address& value);
  /// uint256, int256 or bytes32.
  AbiWriter& word(const Word& value);
  /// bytes or string.
  AbiWriter& bytes(ByteView value);
  /// bytes32[] or uint256[].
  AbiWriter& words(const std::vector<Word>& values);

  /// The arguments alone, as for a constructor.
  Bytes arguments() const;
  /// Selector of `signature` and the arguments.
  Bytes call(std::string_view signature) const;

 private:
  struct Slot {
    Word head{};
    bool dynamic = false;
    Bytes tail;
  };
  std::vector<Slot> slots_;
};

/// Reads values in the order of the calls from return data or an event's data. Every offset, length and
/// padding is checked; throws Error `abi.truncated` or `abi.invalid` (exit 3). Keeps a view.
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

/// An indexed address argument of an event.
Address address_from_topic(const Word& topic);

/// What a revert's return data says: the text of Error(string), Solidity's meaning of Panic(uint256), or the
/// hex of anything else; "no reason given" for no data. Control characters are replaced.
std::string revert_reason(ByteView data);

}  // namespace pegkit::evm
