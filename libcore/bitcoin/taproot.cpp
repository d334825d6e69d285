#include "bitcoin/taproot.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/error.hpp"
#include "base/serialize.hpp"
#include "crypto/sha256_multi.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::size_t max_depth = 128;
constexpr std::size_t node_size = 32;
constexpr std::size_t control_base_size = 33;

const crypto::Sha256& branch_midstate() {
  static const crypto::Sha256 midstate = crypto::tagged("TapBranch");
  return midstate;
}

const crypto::Sha256& leaf_midstate() {
  static const crypto::Sha256 midstate = crypto::tagged("TapLeaf");
  return midstate;
}

std::uint64_t read_be64(const std::uint8_t* data) {
  std::uint64_t out = 0;
  for (int i = 0; i < 8; ++i) out = out << 8 | data[i];
  return out;
}

/// Exchanges two nodes when the first is greater. It has no branch, because the processor could only
/// guess it.
void sort_pair(TapNode* pair) {
  std::array<std::uint64_t, 4> a, b;
  std::memcpy(a.data(), pair[0].data(), node_size);
  std::memcpy(b.data(), pair[1].data(), node_size);
  const std::uint64_t first = read_be64(pair[0].data()), second = read_be64(pair[1].data());
  const bool greater = first != second ? first > second : pair[0] > pair[1];
  const std::uint64_t exchange = greater ? ~0ull : 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::uint64_t difference = (a[i] ^ b[i]) & exchange;
    a[i] ^= difference;
    b[i] ^= difference;
  }
  std::memcpy(pair[0].data(), a.data(), node_size);
  std::memcpy(pair[1].data(), b.data(), node_size);
}

/// Writes the parents of `pairs` neighbouring pairs over the first nodes. Big trees spend nearly all
/// time here.
void hash_branches(TapNode* nodes, std::size_t pairs) {
  static const crypto::TagMidstate tag("TapBranch");
  constexpr std::size_t batch = 256;  // stays in the first cache
  for (std::size_t done = 0; done < pairs; done += batch) {
    const std::size_t now = std::min(batch, pairs - done);
    for (std::size_t i = 0; i < now; ++i) sort_pair(nodes + 2 * (done + i));
    crypto::tagged_hash_many(tag, {nodes[2 * done].data(), 2 * node_size * now}, 2 * node_size,
                             {nodes[done].data(), node_size * now}, now);
  }
}

[[noreturn]] void bad_shape() {
  throw input_error("taptree.shape",
                    "the leaves' depths do not make a full binary tree of depth 128 or less");
}

/// A finished subtree while leaves are walked in depth-first order. `chosen`: the leaf whose path is wanted
/// is in it.
struct Subtree {
  std::size_t depth;
  TapNode hash;
  bool chosen = false;
};

/// Merges finished siblings upwards; the siblings of the chosen leaf's ancestors go to `path`.
TapNode fold_tree(const std::vector<TapLeaf>& leaves, std::size_t chosen, std::vector<TapNode>* path) {
  std::vector<Subtree> open;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (leaves[i].depth > max_depth) bad_shape();
    open.push_back({leaves[i].depth, tapleaf_hash(leaves[i].script, leaves[i].version), i == chosen});
    while (open.size() > 1 && open[open.size() - 2].depth == open.back().depth) {
      Subtree right = open.back();
      open.pop_back();
      Subtree& left = open.back();
      if (left.depth == 0) bad_shape();
      if (path && (left.chosen || right.chosen)) path->push_back(left.chosen ? right.hash : left.hash);
      left = {left.depth - 1, tapbranch_hash(left.hash, right.hash), left.chosen || right.chosen};
    }
    // The deeper subtree before this one still lacks its sibling, which can no longer come.
    if (open.size() > 1 && open[open.size() - 2].depth > open.back().depth) bad_shape();
  }
  if (open.size() != 1 || open[0].depth != 0) bad_shape();
  return open[0].hash;
}

}  // namespace

crypto::XOnlyKey nums_point() {
  return {from_hex_array<32>("50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0")};
}

TapNode tapleaf_hash(ByteView script, std::uint8_t leaf_version) {
  crypto::Sha256 hash = leaf_midstate();
  if (script.size() >= 0xfd) {
    Writer head;
    head.u8(leaf_version).compact_size(script.size());
    return hash.write(head.view()).write(script).finish();
  }
  const ByteArray<2> head = {leaf_version, static_cast<std::uint8_t>(script.size())};
  return hash.write(head).write(script).finish();
}

std::vector<TapNode> tapleaf_hashes(ByteView scripts, std::size_t length, std::uint8_t leaf_version) {
  if (length == 0 || scripts.size() % length != 0)
    throw input_error("taptree.scripts", "the scripts are not of one length");
  std::vector<TapNode> out(scripts.size() / length);
  const std::size_t message = 2 + length;  // a length below 253 takes one byte
  if (message > crypto::sha256_short_max) {
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = tapleaf_hash(scripts.subspan(i * length, length), leaf_version);
    return out;
  }
  static const crypto::TagMidstate tag("TapLeaf");
  constexpr std::size_t batch = 64;
  std::array<std::uint8_t, batch * crypto::sha256_short_max> messages;
  for (std::size_t done = 0; done < out.size(); done += batch) {
    const std::size_t now = std::min(batch, out.size() - done);
    for (std::size_t i = 0; i < now; ++i) {
      std::uint8_t* to = messages.data() + i * message;
      to[0] = leaf_version;
      to[1] = static_cast<std::uint8_t>(length);
      std::memcpy(to + 2, scripts.data() + (done + i) * length, length);
    }
    crypto::tagged_hash_many(tag, messages, message, {out[done].data(), node_size * now}, now);
  }
  return out;
}

TapNode tapbranch_hash(const TapNode& a, const TapNode& b) {
  crypto::Sha256 hash = branch_midstate();
  const TapNode& low = a < b ? a : b;
  const TapNode& high = a < b ? b : a;
  ByteArray<2 * node_size> both;
  std::ranges::copy(low, both.begin());
  std::ranges::copy(high, both.begin() + node_size);
  return hash.write(both).finish();
}

ByteArray<32> taptweak_hash(const crypto::XOnlyKey& internal, ByteView merkle_root) {
  static const crypto::Sha256 midstate = crypto::tagged("TapTweak");
  if (!merkle_root.empty() && merkle_root.size() != node_size) {
    throw input_error("taptree.root",
                      "a merkle root has 32 bytes, not " + std::to_string(merkle_root.size()));
  }
  crypto::Sha256 hash = midstate;
  return hash.write(internal).write(merkle_root).finish();
}

TaprootOutput taproot_output(const crypto::XOnlyKey& internal, ByteView merkle_root) {
  auto tweaked = crypto::xonly_tweak_add(internal, taptweak_hash(internal, merkle_root));
  if (!tweaked) throw input_error("taproot.key", "the internal key cannot be tweaked with this tree");
  return {tweaked->key, tweaked->odd};
}

Bytes control_block(const crypto::XOnlyKey& internal, bool odd, const std::vector<TapNode>& path,
                    std::uint8_t leaf_version) {
  if (path.size() > max_depth) bad_shape();
  Bytes out;
  out.reserve(control_base_size + node_size * path.size());
  out.push_back(static_cast<std::uint8_t>((leaf_version & 0xfe) | (odd ? 1 : 0)));
  append(out, internal);
  for (const TapNode& node : path) append(out, node);
  return out;
}

TapNode TapTree::root() const {
  return fold_tree(leaves, leaves.size(), nullptr);
}

std::vector<TapNode> TapTree::path(std::size_t leaf) const {
  if (leaf >= leaves.size())
    throw input_error("taptree.index", "there is no leaf with that number in the tree");
  std::vector<TapNode> out;
  fold_tree(leaves, leaf, &out);
  return out;
}

void TapTreeStream::place(TapNode node, std::size_t level) {
  count_ += std::uint64_t{1} << level;
  if (levels_.size() <= level) levels_.resize(level + 1);
  for (; level < levels_.size() && levels_[level]; ++level) {
    node = tapbranch_hash(*levels_[level], node);
    levels_[level].reset();
  }
  if (level == levels_.size()) levels_.emplace_back();
  levels_[level] = node;
}

void TapTreeStream::add(const TapNode& leaf_hash) {
  place(leaf_hash, 0);
}

void TapTreeStream::add_many(std::span<TapNode> leaf_hashes) {
  while (!leaf_hashes.empty()) {
    // Takes the largest full subtree that can start at the present leaf count.
    std::size_t size = std::bit_floor(leaf_hashes.size());
    if (count_ != 0) size = std::min<std::uint64_t>(size, count_ & (~count_ + 1));
    for (std::size_t width = size; width > 1; width /= 2) hash_branches(leaf_hashes.data(), width / 2);
    place(leaf_hashes[0], static_cast<std::size_t>(std::countr_zero(size)));
    leaf_hashes = leaf_hashes.subspan(size);
  }
}

TapNode TapTreeStream::root() const {
  std::optional<TapNode> node;
  for (const auto& waiting : levels_) {
    if (waiting) node = node ? tapbranch_hash(*waiting, *node) : *waiting;
  }
  if (!node) throw input_error("taptree.empty", "a tree needs at least one leaf");
  return *node;
}

TapNode balanced_root(std::vector<TapNode>& hashes) {
  if (hashes.empty()) throw input_error("taptree.empty", "a tree needs at least one leaf");
  for (std::size_t count = hashes.size(); count > 1; count = (count + 1) / 2) {
    hash_branches(hashes.data(), count / 2);
    if (count % 2 == 1) hashes[count / 2] = hashes[count - 1];
  }
  return hashes[0];
}

std::vector<TapNode> balanced_path(std::uint64_t count, std::uint64_t index,
                                   const std::function<TapNode(std::uint64_t)>& leaf) {
  if (index >= count) throw input_error("taptree.index", "there is no leaf with that number in the tree");
  std::vector<TapNode> path;
  for (int level = 0; level < 64 && (count - 1) >> level != 0; ++level) {
    std::uint64_t sibling = index >> level ^ 1;
    std::uint64_t first = sibling << level;
    if (first >= count) continue;  // promoted
    TapTreeStream subtree;
    std::uint64_t end = std::min(count - first, std::uint64_t{1} << level) + first;
    for (std::uint64_t i = first; i < end; ++i) subtree.add(leaf(i));
    path.push_back(subtree.root());
  }
  return path;
}

std::optional<ControlBlock> ControlBlock::parse(ByteView data) {
  if (data.size() < control_base_size || (data.size() - control_base_size) % node_size != 0)
    return std::nullopt;
  std::size_t depth = (data.size() - control_base_size) / node_size;
  if (depth > max_depth) return std::nullopt;
  ControlBlock out{static_cast<std::uint8_t>(data[0] & 0xfe), (data[0] & 1) != 0,
                   crypto::XOnlyKey::from(data.subspan(1, node_size)), std::vector<TapNode>(depth)};
  for (std::size_t i = 0; i < depth; ++i) {
    std::ranges::copy(data.subspan(control_base_size + node_size * i, node_size), out.path[i].begin());
  }
  return out;
}

bool verify_taproot_commitment(const ControlBlock& control, ByteView output_key32, const TapNode& leaf_hash) {
  TapNode node = leaf_hash;
  for (const TapNode& sibling : control.path) node = tapbranch_hash(node, sibling);
  return crypto::xonly_tweak_check(output_key32, control.odd, control.internal,
                                   taptweak_hash(control.internal, node));
}

}  // namespace pegkit::bitcoin
