#include "optimistic/claim_relation.hpp"

#include <algorithm>

#include "crypto/hash.hpp"
#include "crypto/sha256_compress.hpp"

namespace pegkit::optimistic {
namespace {

/// A value of the trace; nullptr when it is not known.
const Bytes* known(const ClaimTrace& trace, std::size_t value) {
  return trace.at(value).empty() ? nullptr : &trace[value];
}

void add_once(std::vector<std::size_t>& to, std::size_t value) {
  if (std::ranges::find(to, value) == to.end()) to.push_back(value);
}

void add_block(std::vector<std::size_t>& to, const ClaimBlock& block) {
  for (const ClaimPiece& piece : block.pieces)
    if (piece.value) add_once(to, *piece.value);
}

void add_check(std::vector<std::size_t>& to, const ClaimCheck& check) {
  add_block(to, check.a);
  add_block(to, check.b);
  for (const ClaimCheck& part : check.parts) add_check(to, part);
}

bool bit_of(ByteView number, int index) {
  auto at = static_cast<std::size_t>(index);
  return (number[number.size() - 1 - at / 8] >> (at % 8) & 1) != 0;
}

std::optional<Bytes> result_of(const ClaimCompress& relation, const ClaimTrace& trace) {
  std::optional<Bytes> block = relation.block.bytes(trace);
  if (!block) return std::nullopt;
  ByteArray<32> state = crypto::sha256_first_state();
  if (relation.state) {
    const Bytes* given = known(trace, *relation.state);
    if (!given) return std::nullopt;
    std::ranges::copy(*given, state.begin());
  }
  return to_bytes(crypto::sha256_compress(state, *block));
}

std::optional<Bytes> result_of(const ClaimHashPair& relation, const ClaimTrace& trace) {
  const Bytes *left = known(trace, relation.left), *right = known(trace, relation.right),
              *choice = known(trace, relation.choice);
  if (!left || !right || !choice) return std::nullopt;
  if (bit_of(*choice, relation.bit)) std::swap(left, right);
  return to_bytes(crypto::Sha256().write(*left).write(*right).finish());
}

/// True when the check holds. All its values must be known.
bool is_true(const ClaimCheck& check, const ClaimTrace& trace) {
  auto part_is_true = [&](const ClaimCheck& part) { return is_true(part, trace); };
  switch (check.kind) {
    case ClaimCheck::Kind::equal:
      return check.a.bytes(trace) == check.b.bytes(trace);
    case ClaimCheck::Kind::at_most:
      return check.a.bytes(trace) <= check.b.bytes(trace);
    case ClaimCheck::Kind::bit:
      return bit_of(*check.a.bytes(trace), check.index);
    case ClaimCheck::Kind::all:
      return std::ranges::all_of(check.parts, part_is_true);
    case ClaimCheck::Kind::any:
      return std::ranges::any_of(check.parts, part_is_true);
    case ClaimCheck::Kind::no:
      return !is_true(check.parts.at(0), trace);
  }
  return false;
}

}  // namespace

Bytes big_endian(std::uint64_t value, std::size_t bytes) {
  Bytes out(bytes);
  for (std::size_t i = bytes; i-- > 0; value >>= 8) out[i] = static_cast<std::uint8_t>(value);
  return out;
}

std::size_t ClaimBlock::size() const {
  std::size_t out = 0;
  for (const ClaimPiece& piece : pieces) out += piece.length;
  return out;
}

ClaimBlock ClaimBlock::reversed() const {
  ClaimBlock out;
  for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece)
    for (std::size_t i = piece->length; i-- > 0;) {
      if (piece->value)
        out.pieces.push_back(ClaimPiece::part(*piece->value, piece->offset + i, 1));
      else
        out.pieces.push_back(ClaimPiece::fixed({piece->constant[i]}));
    }
  return out;
}

std::optional<Bytes> ClaimBlock::bytes(const ClaimTrace& trace) const {
  Bytes out;
  for (const ClaimPiece& piece : pieces) {
    const Bytes* from = piece.value ? known(trace, *piece.value) : &piece.constant;
    if (!from) return std::nullopt;
    append(out, ByteView(*from).subspan(piece.offset, piece.length));
  }
  return out;
}

ClaimUse claim_use(const ClaimRelation& relation) {
  ClaimUse out;
  if (const auto* compress = std::get_if<ClaimCompress>(&relation)) {
    if (compress->state) add_once(out.reads, *compress->state);
    add_block(out.reads, compress->block);
    out.writes = compress->result;
  } else if (const auto* pair = std::get_if<ClaimHashPair>(&relation)) {
    for (std::size_t value : {pair->left, pair->right, pair->choice}) add_once(out.reads, value);
    out.writes = pair->result;
  } else {
    add_check(out.reads, std::get<ClaimCheck>(relation));
  }
  return out;
}

std::optional<Bytes> claim_result(const ClaimRelation& relation, const ClaimTrace& trace) {
  if (const auto* compress = std::get_if<ClaimCompress>(&relation)) return result_of(*compress, trace);
  if (const auto* pair = std::get_if<ClaimHashPair>(&relation)) return result_of(*pair, trace);
  return std::nullopt;
}

std::optional<bool> claim_holds(const ClaimRelation& relation, const ClaimTrace& trace) {
  ClaimUse use = claim_use(relation);
  for (std::size_t value : use.reads)
    if (!known(trace, value)) return std::nullopt;
  if (!use.writes) return is_true(std::get<ClaimCheck>(relation), trace);
  if (!known(trace, *use.writes)) return std::nullopt;
  return claim_result(relation, trace) == trace[*use.writes];
}

}  // namespace pegkit::optimistic
