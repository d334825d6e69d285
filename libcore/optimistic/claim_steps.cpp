#include "optimistic/claim_steps.hpp"

#include <fmt/core.h>
#include <utility>

#include "bitcoin/script.hpp"

namespace pegkit::optimistic {
namespace {

using Where = ClaimValue::Where;
using Check = ClaimCheck;
using Piece = ClaimPiece;

/// SHA-256's padding that fills the last block of a message of `bytes` bytes.
Piece padding(std::size_t bytes) {
  Bytes out(64 - bytes % 64 - 8);
  out[0] = 0x80;
  append(out, big_endian(8 * bytes, 8));
  return Piece::fixed(std::move(out));
}

class Drafter {
 public:
  explicit Drafter(const ClaimConstants& constants) : constants_(constants) {}

  ClaimDraft draft() {
    kickoff_values();
    withdrawal_leaf();
    withdrawal_path();
    transaction();
    payment();
    merkle_path();
    for (std::uint32_t j = 0; j <= constants_.headers; ++j) header(j);
    block_checks();
    return std::move(out_);
  }

 private:
  std::size_t value(std::string name, std::size_t bytes = 32, Where where = Where::assert) {
    out_.values.push_back({std::move(name), bytes, where});
    return out_.values.size() - 1;
  }
  const std::string& name(std::size_t value) const { return out_.values[value].name; }
  Piece whole(std::size_t value) const { return Piece::part(value, 0, out_.values[value].bytes); }

  void step(std::string name, ClaimRelation relation, std::string words) {
    ClaimUse use = claim_use(relation);
    out_.steps.push_back({std::move(name), std::move(relation), std::move(words), std::move(use)});
  }
  std::string words(const ClaimBlock& block) const;
  /// Adds a compression as a step named for its result.
  void compress(std::optional<std::size_t> state, ClaimBlock block, std::size_t result) {
    std::string text = fmt::format("{} is SHA-256's compression of {} with {}", name(result), words(block),
                                   state ? name(*state) : "the first chaining value");
    step(name(result), ClaimCompress{state, std::move(block), result}, std::move(text));
  }
  /// Adds the step whose result is the SHA-256 of a value of 32 bytes.
  void hash_again(std::size_t from, std::size_t result) {
    compress(std::nullopt, {whole(from), padding(32)}, result);
  }
  void hash_pair(std::size_t left, std::size_t right, std::size_t choice, int bit, std::size_t result) {
    step(name(result), ClaimHashPair{left, right, choice, bit, result},
         fmt::format("{} is the SHA-256 of {} and {}, in the other order if bit {} of {} is 1", name(result),
                     name(left), name(right), bit, name(choice)));
  }

  void kickoff_values();
  void withdrawal_leaf();
  void withdrawal_path();
  void transaction();
  void payment();
  void record_step();
  void script_step();
  void merkle_path();
  void block_checks();
  void pair_step(std::size_t level);
  void header(std::uint32_t j);

  const ClaimConstants& constants_;
  ClaimDraft out_;
  std::size_t epoch_ = 0, id_ = 0, payout_txid_ = 0, root_epoch_ = 0, root_ = 0;
  std::size_t amount_ = 0, script_block_ = 0, script_hash_ = 0, node_ = 0;
  std::size_t tx_block_[ClaimProgram::tx_blocks] = {};
  std::size_t position_ = 0, depth_ = 0;
  std::vector<std::size_t> merkle_node_, merkle_sibling_;
  std::size_t block_root_ = 0, block_hash_ = 0;
};

std::string Drafter::words(const ClaimBlock& block) const {
  std::string out;
  for (const Piece& piece : block.pieces) {
    if (!out.empty()) out += " ‖ ";
    if (!piece.value)
      out += to_hex(piece.constant);
    else if (piece.length == out_.values[*piece.value].bytes)
      out += name(*piece.value);
    else
      out += fmt::format("{}[{}..{}]", name(*piece.value), piece.offset, piece.offset + piece.length - 1);
  }
  return out;
}

void Drafter::kickoff_values() {
  epoch_ = value("epoch", 4, Where::kickoff);
  id_ = value("id", 4, Where::kickoff);
  payout_txid_ = value("payout_txid", 32, Where::kickoff);
  root_epoch_ = value("root_epoch", 4, Where::epoch);
  root_ = value("root", 32, Where::epoch);
  step("epoch", Check::equal({whole(epoch_)}, {whole(root_epoch_)}),
       "the epoch of the kickoff is the one whose root was asserted");
}

void Drafter::withdrawal_leaf() {
  amount_ = value("amount", 8);
  script_block_ = value("script_block", 64);
  script_hash_ = value("script_hash");
  compress(std::nullopt, {whole(script_block_)}, script_hash_);

  std::size_t leaf_state = value("leaf_state");
  const bitcoin::OutPoint& deposit = constants_.deposit;
  compress(std::nullopt,
           {whole(id_), whole(amount_), Piece::fixed(to_bytes(deposit.txid)),
            Piece::fixed(big_endian(deposit.vout, 4)), Piece::part(script_hash_, 0, 16)},
           leaf_state);
  node_ = value("node_0");
  compress(leaf_state, {Piece::part(script_hash_, 16, 16), padding(80)}, node_);
}

void Drafter::withdrawal_path() {
  for (std::size_t level = 0; level < ClaimProgram::tree_depth; ++level) {
    std::size_t sibling = value(fmt::format("sibling_{}", level));
    bool last = level + 1 == ClaimProgram::tree_depth;
    std::size_t above = last ? root_ : value(fmt::format("node_{}", level + 1));
    hash_pair(node_, sibling, id_, static_cast<int>(level), above);
    node_ = above;
  }
}

void Drafter::transaction() {
  std::optional<std::size_t> state;
  for (std::size_t i = 0; i < ClaimProgram::tx_blocks; ++i) {
    tx_block_[i] = value(fmt::format("tx_block_{}", i), 64);
    bool last = i + 1 == ClaimProgram::tx_blocks;
    std::size_t after = value(last ? std::string("tx_hash") : fmt::format("tx_state_{}", i + 1));
    compress(state, {whole(tx_block_[i])}, after);
    state = after;
  }
  hash_again(*state, payout_txid_);
}

void Drafter::payment() {
  record_step();
  script_step();
}

void Drafter::record_step() {
  std::size_t first = tx_block_[0], second = tx_block_[1];
  Bytes before_id(8);  // output 0: no value, a script of 27 bytes
  append(before_id, Bytes{0x1b, bitcoin::OP_RETURN, 0x19});
  append(before_id, constants_.magic);
  before_id.push_back(0x03);
  ClaimBlock shown{Piece::part(first, 4, 1), Piece::part(first, 41, 1), Piece::part(first, 46, 18),
                   Piece::part(second, 0, 27)};
  ClaimBlock wanted{Piece::fixed({0x01}), Piece::fixed({0x00}),
                    Piece::fixed({0x03}), Piece::fixed(std::move(before_id)),
                    whole(id_),           Piece::fixed(to_bytes(constants_.operator_tag))};
  for (const Piece& piece : ClaimBlock{whole(amount_)}.reversed().pieces) wanted.pieces.push_back(piece);
  step("record", Check::equal(std::move(shown), std::move(wanted)),
       "the payout has one input without scriptSig and three outputs; the first is the record of id and "
       "operator, the second's amount is amount");
}

/// Adds the step that compares the scripts of payout and withdrawal: their lengths in T and in the padding
/// agree and are at most max_script, and byte i of both is the same for each i below the length.
void Drafter::script_step() {
  constexpr std::size_t length_at = 91, script_at = 92;
  auto tx_byte = [&](std::size_t i) { return ClaimBlock{Piece::part(tx_block_[i / 64], i % 64, 1)}; };
  ClaimBlock bits{Piece::part(script_block_, 56, 8)}, low_bits{Piece::part(script_block_, 62, 2)};
  std::vector<Check> lengths, all;
  for (std::size_t i = 0; i <= ClaimProgram::max_script; ++i)
    lengths.push_back(Check::all({Check::equal(tx_byte(length_at), {Piece::fixed(big_endian(i, 1))}),
                                  Check::equal(bits, {Piece::fixed(big_endian(8 * i, 8))})}));
  all.push_back(Check::any(std::move(lengths)));
  for (std::size_t i = 0; i < ClaimProgram::max_script; ++i)
    all.push_back(Check::any({Check::at_most(low_bits, big_endian(8 * i, 2)),
                              Check::equal(tx_byte(script_at + i), {Piece::part(script_block_, i, 1)})}));
  step("script", Check::all(std::move(all)),
       fmt::format("the payout's second output has the script of script_block, at most {} bytes",
                   ClaimProgram::max_script));
}

void Drafter::merkle_path() {
  position_ = value("position", 2);
  depth_ = value("depth", 1);
  merkle_node_ = {payout_txid_};
  ClaimBlock depth{whole(depth_)};
  step("depth",
       Check::all({Check::at_most(depth, big_endian(ClaimProgram::max_depth, 1)),
                   Check::no(Check::at_most(depth, {0}))}),
       fmt::format("depth is 1 to {}", ClaimProgram::max_depth));
  for (std::size_t level = 0; level < ClaimProgram::max_depth; ++level) {
    merkle_sibling_.push_back(value(fmt::format("merkle_sibling_{}", level)));
    std::size_t inner = value(fmt::format("merkle_inner_{}", level));
    hash_pair(merkle_node_[level], merkle_sibling_[level], position_, static_cast<int>(level), inner);
    merkle_node_.push_back(value(fmt::format("merkle_node_{}", level + 1)));
    hash_again(inner, merkle_node_.back());
    pair_step(level);
  }
}

/// Adds the step that no inner node is a transaction. A serialised transaction of 64 bytes has its input
/// count at offset 4, the previous output's index at 37, the lengths of two scripts, 4 in sum, and between
/// these the output count and an amount.
void Drafter::pair_step(std::size_t level) {
  constexpr std::uint64_t top_index = 0x1ffff, top_amount = 0x7'ffff'ffff'ffff;
  auto like_transaction = [&](std::size_t left, std::size_t right) {
    auto at = [&](std::size_t offset, std::size_t length) {
      return ClaimBlock{Piece::part(right, offset - 32, length)};
    };
    std::vector<Check> scripts;
    for (std::uint8_t input = 0; input <= 4; ++input) {
      std::uint8_t output = static_cast<std::uint8_t>(4 - input);
      scripts.push_back(
          Check::all({Check::equal(at(41, 1), {Piece::fixed({input})}),
                      Check::equal(at(46u + input, 1), {Piece::fixed({0x01})}),
                      Check::equal(at(55u + input, 1), {Piece::fixed({output})}),
                      Check::at_most(at(47u + input, 8).reversed(), big_endian(top_amount, 8))}));
    }
    return Check::all({Check::equal({Piece::part(left, 4, 1)}, {Piece::fixed({0x01})}),
                       Check::at_most(at(37, 4).reversed(), big_endian(top_index, 4)),
                       Check::any(std::move(scripts))});
  };
  std::size_t node = merkle_node_[level], sibling = merkle_sibling_[level];
  Check swapped = Check::bit({whole(position_)}, static_cast<int>(level));
  step(fmt::format("pair_{}", level),
       Check::no(Check::any({Check::all({Check::no(swapped), like_transaction(node, sibling)}),
                             Check::all({swapped, like_transaction(sibling, node)})})),
       fmt::format("the pair under merkle_node_{} cannot be a transaction of 64 bytes", level + 1));
}

void Drafter::header(std::uint32_t j) {
  std::size_t fields = value(fmt::format("header_fields_{}", j), 16);
  std::size_t root = value(fmt::format("header_root_{}", j));
  std::size_t previous = j == 0 ? value("header_prev_0") : block_hash_;
  if (j == 0) block_root_ = root;

  std::size_t state = value(fmt::format("header_state_{}", j));
  compress(std::nullopt, {Piece::part(fields, 0, 4), whole(previous), Piece::part(root, 0, 28)}, state);
  std::size_t hash = value(fmt::format("header_hash_{}", j));
  compress(state, {Piece::part(root, 28, 4), Piece::part(fields, 4, 12), padding(80)}, hash);
  block_hash_ = value(fmt::format("block_hash_{}", j));
  hash_again(hash, block_hash_);
  step(fmt::format("target_{}", j),
       Check::at_most(ClaimBlock{whole(block_hash_)}.reversed(), to_bytes(constants_.target)),
       fmt::format("block_hash_{} as a little-endian number is at most {}", j, to_hex(constants_.target)));
}

void Drafter::block_checks() {
  for (std::size_t depth = 1; depth <= ClaimProgram::max_depth; ++depth)
    step(fmt::format("block_{}", depth - 1),
         Check::any({Check::no(Check::equal({whole(depth_)}, {Piece::fixed(big_endian(depth, 1))})),
                     Check::equal({whole(merkle_node_[depth])}, {whole(block_root_)})}),
         fmt::format("if depth is {}, merkle_node_{} is header_root_0", depth, depth));
}

}  // namespace

ClaimDraft draft_claim(const ClaimConstants& constants) {
  return Drafter(constants).draft();
}

}  // namespace pegkit::optimistic
