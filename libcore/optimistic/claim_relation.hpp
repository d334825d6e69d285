#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/bytes.hpp"

namespace pegkit::optimistic {

/// The values of a claim by number (ClaimProgram::values). An empty entry is a value that is not known.
using ClaimTrace = std::vector<Bytes>;

/// `value` in exactly `bytes` bytes, the most significant first.
Bytes big_endian(std::uint64_t value, std::size_t bytes);

/// Some bytes of a value, or bytes that are the same in every claim of a program.
struct ClaimPiece {
  std::optional<std::size_t> value;  ///< nullopt: `constant`
  std::size_t offset = 0, length = 0;
  Bytes constant;

  static ClaimPiece part(std::size_t value, std::size_t offset, std::size_t length) {
    return {value, offset, length, {}};
  }
  static ClaimPiece fixed(Bytes bytes) { return {std::nullopt, 0, bytes.size(), std::move(bytes)}; }
  friend bool operator==(const ClaimPiece&, const ClaimPiece&) = default;
};

/// Pieces one after the other.
struct ClaimBlock {
  std::vector<ClaimPiece> pieces;

  ClaimBlock() = default;
  ClaimBlock(std::initializer_list<ClaimPiece> list) : pieces(list) {}
  std::size_t size() const;  ///< bytes
  /// The same bytes, the last first.
  ClaimBlock reversed() const;
  /// nullopt when the trace lacks a value.
  std::optional<Bytes> bytes(const ClaimTrace& trace) const;
  friend bool operator==(const ClaimBlock&, const ClaimBlock&) = default;
};

/// `result` is SHA-256's compression of `block` (64 bytes) with the chaining value `state`, or with SHA-256's
/// initial one when `state` is nullopt.
struct ClaimCompress {
  std::optional<std::size_t> state;
  ClaimBlock block;
  std::size_t result = 0;
};

/// `result` is SHA256(left ‖ right) of two values of 32 bytes, or SHA256(right ‖ left) when bit `bit` of
/// `choice`, a big-endian number, is 1.
struct ClaimHashPair {
  std::size_t left = 0, right = 0, choice = 0;
  int bit = 0;
  std::size_t result = 0;
};

/// A statement about bytes that is true or false.
struct ClaimCheck {
  enum class Kind {
    equal,    ///< a and b are the same bytes
    at_most,  ///< a ≤ b as big-endian numbers; b is constant
    bit,      ///< bit `index` of a as a big-endian number is 1
    all,      ///< every one of parts is true
    any,      ///< one of parts is true
    no        ///< the one part is false
  };
  Kind kind = Kind::all;
  ClaimBlock a, b;
  int index = 0;
  std::vector<ClaimCheck> parts;

  static ClaimCheck equal(ClaimBlock a, ClaimBlock b) {
    return {Kind::equal, std::move(a), std::move(b), 0, {}};
  }
  static ClaimCheck at_most(ClaimBlock a, Bytes b) {
    return {Kind::at_most, std::move(a), {ClaimPiece::fixed(std::move(b))}, 0, {}};
  }
  static ClaimCheck bit(ClaimBlock a, int index) { return {Kind::bit, std::move(a), {}, index, {}}; }
  static ClaimCheck all(std::vector<ClaimCheck> parts) { return {Kind::all, {}, {}, 0, std::move(parts)}; }
  static ClaimCheck any(std::vector<ClaimCheck> parts) { return {Kind::any, {}, {}, 0, std::move(parts)}; }
  static ClaimCheck no(ClaimCheck part) { return {Kind::no, {}, {}, 0, {std::move(part)}}; }
};

using ClaimRelation = std::variant<ClaimCompress, ClaimHashPair, ClaimCheck>;

/// The values that a relation is about, each once: those it computes from in the order of their first use,
/// then its result.
struct ClaimUse {
  std::vector<std::size_t> reads;
  std::optional<std::size_t> writes;
};
ClaimUse claim_use(const ClaimRelation& relation);

/// The result that the relation demands; nullopt for a check, or when the trace lacks a value that it reads.
std::optional<Bytes> claim_result(const ClaimRelation& relation, const ClaimTrace& trace);
/// Whether the relation holds; nullopt when the trace lacks one of its values.
std::optional<bool> claim_holds(const ClaimRelation& relation, const ClaimTrace& trace);

}  // namespace pegkit::optimistic
