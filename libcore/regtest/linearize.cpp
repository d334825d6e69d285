#include "regtest/linearize.hpp"

#include <algorithm>
#include <optional>

namespace pegkit::regtest {
namespace {

__extension__ using Wide = __int128;

/// Marks `node` and those of its ancestors that are not done.
void collect_ancestors(const std::vector<GraphNode>& nodes, std::size_t node, const std::vector<bool>& done,
                       std::vector<bool>& in) {
  std::vector<std::size_t> open{node};
  while (!open.empty()) {
    std::size_t at = open.back();
    open.pop_back();
    if (done[at] || in[at]) continue;
    in[at] = true;
    open.insert(open.end(), nodes[at].parents.begin(), nodes[at].parents.end());
  }
}

FeeSize total_of(const std::vector<GraphNode>& nodes, const std::vector<bool>& in) {
  FeeSize total;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    if (in[i]) total = total + nodes[i].fee_size;
  return total;
}

/// Appends the marked nodes, parents first.
void append_sorted(const std::vector<GraphNode>& nodes, const std::vector<bool>& in, std::vector<bool>& done,
                   std::vector<std::size_t>& order) {
  bool progress = true;
  while (progress) {
    progress = false;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (!in[i] || done[i]) continue;
      if (!std::ranges::all_of(nodes[i].parents, [&](std::size_t parent) { return done[parent]; })) continue;
      done[i] = progress = true;
      order.push_back(i);
    }
  }
}

using Curve = std::vector<FeeSize>;

Curve curve_of(const std::vector<Chunk>& chunks) {
  Curve points{{0, 0}};
  for (const Chunk& chunk : chunks) points.push_back(points.back() + chunk.total);
  return points;
}

/// The sign of the point's fee less the curve's fee at the point's size.
int against(const FeeSize& point, const Curve& curve) {
  auto sign = [](Wide value) { return value > 0 ? 1 : value < 0 ? -1 : 0; };
  if (point.size >= curve.back().size) return sign(Wide(point.fee) - curve.back().fee);
  auto after = std::ranges::upper_bound(curve, point.size, {}, &FeeSize::size);
  const FeeSize& b = *after;
  const FeeSize& a = *(after - 1);
  return sign(Wide(point.fee - a.fee) * (b.size - a.size) - Wide(b.fee - a.fee) * (point.size - a.size));
}

}  // namespace

std::strong_ordering compare_rates(const FeeSize& a, const FeeSize& b) {
  Wide left = Wide(a.fee) * b.size, right = Wide(b.fee) * a.size;
  return left < right   ? std::strong_ordering::less
         : left > right ? std::strong_ordering::greater
                        : std::strong_ordering::equal;
}

std::vector<std::size_t> linearize(const std::vector<GraphNode>& nodes) {
  std::vector<std::size_t> order;
  std::vector<bool> done(nodes.size());
  while (order.size() < nodes.size()) {
    std::optional<FeeSize> best;
    std::vector<bool> best_set;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      if (done[i]) continue;
      std::vector<bool> set(nodes.size());
      collect_ancestors(nodes, i, done, set);
      FeeSize total = total_of(nodes, set);
      auto comparison = best ? compare_rates(total, *best) : std::strong_ordering::greater;
      if (comparison > 0 || (comparison == 0 && total.size < best->size)) {
        best = total;
        best_set = std::move(set);
      }
    }
    append_sorted(nodes, best_set, done, order);
  }
  return order;
}

std::vector<Chunk> chunks_of(const std::vector<GraphNode>& nodes, const std::vector<std::size_t>& order) {
  std::vector<Chunk> chunks;
  for (std::size_t node : order) {
    Chunk chunk{nodes[node].fee_size, {node}};
    while (!chunks.empty() && compare_rates(chunk.total, chunks.back().total) > 0) {
      Chunk& last = chunks.back();
      last.total = last.total + chunk.total;
      last.nodes.insert(last.nodes.end(), chunk.nodes.begin(), chunk.nodes.end());
      chunk = std::move(last);
      chunks.pop_back();
    }
    chunks.push_back(std::move(chunk));
  }
  return chunks;
}

bool better_diagram(const std::vector<Chunk>& a, const std::vector<Chunk>& b) {
  Curve ours = curve_of(a), theirs = curve_of(b);
  bool above = false;
  for (const FeeSize& point : ours) {
    int sign = against(point, theirs);
    if (sign < 0) return false;
    above |= sign > 0;
  }
  for (const FeeSize& point : theirs) {
    int sign = against(point, ours);
    if (sign > 0) return false;
    above |= sign < 0;
  }
  return above;
}

}  // namespace pegkit::regtest
