#include "services/follow/header_sync.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "bitcoin/pow.hpp"
#include "net/rpc_codes.hpp"

namespace pegkit::services {
namespace {

using store::StoredHeader;

constexpr std::uint32_t batch = 500;
constexpr std::uint32_t median_span = 11;
constexpr std::size_t recent_headers = 2100;  ///< a period, which the test networks' rule looks back over

/// The node's chain changed between two requests.
struct Moved {};

Error garbage(const std::string& message) {
  return unreachable("node.garbage", message);
}

}  // namespace

std::uint32_t HeaderSync::anchor_height(std::uint32_t start_height, const bitcoin::ChainParams& params) {
  if (params.no_retargeting || start_height == 0) return 0;
  return (start_height - 1) / params.period() * params.period();
}

void HeaderSync::begin(std::uint32_t start_height, bool from_genesis) {
  if (headers_.best_tip()) return;
  std::uint32_t anchor = from_genesis ? 0 : anchor_height(start_height, params_);
  store::Transaction transaction(database_);
  StoredHeader at;
  if (anchor == 0) {
    at.header = bitcoin::Header::parse(from_hex(params_.genesis_header_hex));
    at.hash = at.header.hash();
    at.work = bitcoin::work_of(at.header.bits);
    headers_.append(at);
  } else {
    std::uint32_t first = anchor - std::min(median_span, anchor);
    std::uint32_t node_height = node_.block_count();
    if (node_height < anchor) {
      throw not_ready("node.behind", fmt::format("the node is at height {}, the chain is to begin at {}",
                                                 node_height, anchor));
    }
    auto headers = node_.headers(node_.block_hashes(first, anchor - first + 1));
    for (std::size_t i = 0; i < headers.size(); ++i) {
      bool linked = i == 0 || headers[i].previous == at.hash;
      if (!linked || !bitcoin::meets_target(headers[i], params_))
        throw garbage(fmt::format("the node's header at height {} is not one of a chain", first + i));
      bitcoin::U256 work = bitcoin::work_of(headers[i].bits);
      at = {headers[i], headers[i].hash(), first + static_cast<std::uint32_t>(i),
            i == 0 ? work : bitcoin::add(at.work, work)};
      headers_.append(at);
    }
  }
  headers_.set_best(at.hash);
  transaction.commit();
}

HeaderSync::Outcome HeaderSync::run(const std::function<void(std::uint32_t, std::uint32_t)>& progress,
                                    const std::function<bool()>& interrupted) {
  for (int attempt = 0; attempt < 5; ++attempt) {
    bitcoin::BlockHash node_tip = node_.best_block();
    std::uint32_t node_height = node_.block_count();
    if (!headers_.find(node_tip)) {
      auto common = last_common(node_height);
      try {
        if (common) read_branch(*common, node_height, progress, interrupted);
      } catch (const Moved&) {
        continue;
      }
    }
    adopt_most_work();
    auto known = headers_.find(node_tip);
    bool behind = !known || known->work < headers_.best_tip()->work;
    return {node_height, behind};
  }
  throw garbage("the node's headers do not follow each other");
}

std::optional<std::uint32_t> HeaderSync::last_common(std::uint32_t node_height) {
  std::uint32_t height = std::min(headers_.best_tip()->height, node_height);
  for (std::uint32_t step = 1;; step *= 2) {
    auto ours = headers_.best_at(height);
    if (!ours) return std::nullopt;  // the node's chain ends below our first header
    if (node_.block_hash(height) == ours->hash) return height;
    if (!headers_.best_at(height - 1)) throw garbage("the node follows another chain from its beginning");
    std::uint32_t next = height - std::min(step, height);
    while (!headers_.best_at(next)) ++next;
    height = next;
  }
}

void HeaderSync::read_branch(std::uint32_t common, std::uint32_t node_height,
                             const std::function<void(std::uint32_t, std::uint32_t)>& progress,
                             const std::function<bool()>& interrupted) {
  StoredHeader tip = *headers_.best_at(common);
  recent_.clear();
  while (tip.height < node_height && !interrupted()) {
    std::uint32_t count = std::min(batch, node_height - tip.height);
    std::vector<bitcoin::Header> headers;
    try {
      headers = node_.headers(node_.block_hashes(tip.height + 1, count));
    } catch (const net::RpcError& e) {
      if (e.rpc_code() == net::rpc_invalid_parameter || e.rpc_code() == net::rpc_invalid_address_or_key)
        throw Moved{};
      throw;
    }
    store::Transaction transaction(database_);
    for (const bitcoin::Header& header : headers) {
      if (header.previous != tip.hash) throw Moved{};
      tip = check(header, tip);
      headers_.append(tip);
    }
    adopt_most_work();
    transaction.commit();
    if (progress) progress(tip.height, node_height);
  }
}

StoredHeader HeaderSync::check(const bitcoin::Header& header, const StoredHeader& parent) {
  recent_[parent.height] = parent.header;
  if (recent_.size() > recent_headers) recent_.erase(recent_.begin());
  bitcoin::HeaderContext context{parent.height + 1,
                                 [&](std::uint32_t height) { return ancestor(parent, height); }};
  std::string reason = bitcoin::check_header(header, context, params_, now_);
  if (!reason.empty()) {
    throw garbage(fmt::format("the node's header {} at height {} is invalid: {}", header.hash().display(),
                              context.height, reason))
        .hint(reason == "time-too-new" ? "look at this machine's clock" : "ask another node");
  }
  return {header, header.hash(), context.height, bitcoin::add(parent.work, bitcoin::work_of(header.bits))};
}

bitcoin::Header HeaderSync::ancestor(const StoredHeader& of, std::uint32_t height) {
  if (auto found = recent_.find(height); found != recent_.end()) return found->second;
  return recent_[height] = headers_.ancestor(of, height).header;
}

void HeaderSync::adopt_most_work() {
  auto most = headers_.most_work();
  if (most && most->work > headers_.best_tip()->work) headers_.set_best(most->hash);
}

}  // namespace pegkit::services
