#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/amount.hpp"
#include "base/bytes.hpp"
#include "crypto/hash.hpp"

namespace pegkit {
class Reader;
}

namespace pegkit::bitcoin {

/// A double SHA-256 that is displayed as byte-reversed hex: a txid or a block hash.
template <class Tag>
struct DisplayHash : FixedBytes<32, Tag> {
  std::string display() const { return to_hex(reversed(this->bytes)); }
  /// Reads hex in display order. Throws Error `hex.length` or `hex.invalid` (exit 3).
  static Tag from_display(std::string_view hex) {
    Tag out{};
    out.bytes = reversed(from_hex_array<32>(hex));
    return out;
  }
  bool is_null() const { return this->bytes == ByteArray<32>{}; }
};
struct Txid : DisplayHash<Txid> {};
struct Wtxid : DisplayHash<Wtxid> {};
struct BlockHash : DisplayHash<BlockHash> {};

/// The raw bytes of a scriptPubKey, scriptSig, witness script or tapscript.
using Script = Bytes;
using Witness = std::vector<Bytes>;

struct OutPoint {
  Txid txid;
  std::uint32_t vout = 0;
  friend auto operator<=>(const OutPoint&, const OutPoint&) = default;
  /// The text "txid:vout" with the txid in display order.
  std::string text() const;
  static OutPoint parse(std::string_view text);  ///< reads it; throws `outpoint.invalid` (exit 3)
};

struct TxIn {
  OutPoint prevout;
  Script script_sig;
  std::uint32_t sequence = 0xffffffff;
  Witness witness;
  friend bool operator==(const TxIn&, const TxIn&) = default;
};

struct TxOut {
  Sat value;
  Script script_pubkey;
  friend bool operator==(const TxOut&, const TxOut&) = default;
};

/// A transaction. `version` is unsigned, as in Bitcoin Core 28 and later.
struct Transaction {
  std::uint32_t version = 2;
  std::vector<TxIn> inputs;
  std::vector<TxOut> outputs;
  std::uint32_t lock_time = 0;

  bool has_witness() const;
  bool is_coinbase() const;
  /// The bytes on the wire, with the witness when there is one (BIP144).
  Bytes serialize() const;
  /// The bytes without witness, which the txid commits to.
  Bytes serialize_stripped() const;
  Txid txid() const;
  Wtxid wtxid() const;
  std::int64_t weight() const;
  std::int64_t vsize() const { return (weight() + 3) / 4; }

  /// Reads exactly one transaction. Throws Error `tx.truncated`, `tx.trailing` or `tx.invalid` (exit 3).
  static Transaction parse(ByteView data);
  /// Reads the form without BIP144's marker, which may have zero inputs (BIP174's unsigned transaction).
  static Transaction parse_stripped(ByteView data);
  static Transaction from_hex(std::string_view hex) { return parse(pegkit::from_hex(hex)); }
  friend bool operator==(const Transaction&, const Transaction&) = default;
};

/// Views of one raw transaction: the whole, and the parts that its txid commits to.
struct RawTransaction {
  ByteView whole, version, inputs_outputs, lock_time;
  /// Double SHA-256 over the three parts, without copying them.
  Txid txid() const;
};
/// Reads one transaction and leaves the reader after it. `into` is overwritten; its memory is reused. Throws
/// as Reader does.
RawTransaction read_transaction(Reader& in, Transaction& into);

Bytes serialize(const TxOut& output);
TxOut parse_output(ByteView data);

}  // namespace pegkit::bitcoin
