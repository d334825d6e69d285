#pragma once

#include <cstdint>
#include <string>

#include "base/amount.hpp"
#include "base/bytes.hpp"

namespace pegkit::evm {

/// A 256-bit word of the EVM: 32 bytes, most significant first when it is a number.
using Word = ByteArray<32>;

/// 1 satoshi is 10^10 wei; the wei is the layer 2's smallest unit (doc/l2.md).
inline constexpr std::uint64_t wei_per_sat = 10'000'000'000;

Word word_from(std::uint64_t value);
/// Throws Error `evm.range` (exit 3) when the word is above 64 bits.
std::uint64_t u64_from(const Word& word);

/// Throws Error `evm.range` (exit 3) for a negative amount.
Word wei_from_sat(Sat amount);
/// Converts without rounding. Throws Error (exit 3): `evm.wei` when the amount is not a whole number of
/// satoshis, `evm.range` when it is more than 21 million bitcoin.
Sat sat_from_wei(const Word& wei);

/// A number as Ethereum's JSON-RPC writes it: "0x0", "0x1f4", without leading zeros.
std::string quantity(const Word& word);
std::string quantity(std::uint64_t value);

}  // namespace pegkit::evm
