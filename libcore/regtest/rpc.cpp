#include "regtest/rpc.hpp"

#include <algorithm>

#include "regtest/methods.hpp"
#include "regtest/store.hpp"

namespace pegkit::regtest {
namespace {

std::vector<const RpcMethod*> all_methods() {
  std::vector<const RpcMethod*> all;
  for (const auto* list :
       {&chain_methods(), &transaction_methods(), &mempool_methods(), &mining_methods(), &node_methods()})
    for (const RpcMethod& method : *list) all.push_back(&method);
  std::ranges::sort(all, {}, [](const RpcMethod* method) { return std::string_view(method->name); });
  return all;
}

const RpcMethod* find_method(std::string_view name) {
  static const std::vector<const RpcMethod*> all = all_methods();
  auto found =
      std::ranges::find(all, name, [](const RpcMethod* method) { return std::string_view(method->name); });
  return found == all.end() ? nullptr : *found;
}

Json help(const Json& params) {
  static const std::vector<RpcParameter> parameters{{"command", RpcParameter::Type::text}};
  RpcArguments arguments("help", parameters, params);
  if (arguments.has(0)) {
    const RpcMethod* method = find_method(arguments.text(0));
    return method ? usage_line(method->name, method->parameters) + "\n"
                  : "help: unknown command: " + arguments.text(0) + "\n";
  }
  std::string text = usage_line("help", parameters);
  for (const RpcMethod* method : all_methods()) text += "\n" + usage_line(method->name, method->parameters);
  return text;
}

/// Joins all writes of one call into one transaction of the store.
class StoreBatch {
 public:
  explicit StoreBatch(RegtestStore* store) : store_(store) {
    if (store_) store_->begin();
  }
  ~StoreBatch() {
    try {
      if (store_) store_->end();
    } catch (const Error&) {
      // The call's own end() has reported the error.
    }
  }
  void end() {
    if (store_) store_->end();
  }

 private:
  RegtestStore* store_;
};

void load_mempool(RegtestState& state) {
  if (!state.store) return;
  for (const Bytes& raw : state.store->mempool()) {
    try {
      state.acceptor.put_back(bitcoin::Transaction::parse(raw), state.now());
    } catch (const Error&) {
      continue;  // a transaction that the mempool refuses now is dropped, as by a bitcoind that restarts
    }
  }
}

}  // namespace

RegtestState::RegtestState(std::unique_ptr<RegtestStore> kept, Clock real_time, RelayPolicy relay)
    : store(std::move(kept)),
      clock(std::move(real_time)),
      policy(relay),
      chain(store.get()),
      acceptor(chain, mempool, policy),
      started(clock()) {
  chain.observe([this](const ChainChange& change) { follow_chain(change, chain, mempool, acceptor, now()); });
}

RegtestRpc::RegtestRpc(RegtestSettings settings) {
  std::unique_ptr<RegtestStore> store;
  if (!settings.directory.empty()) store = open_regtest_store(settings.directory / "chain.sqlite");
  state_ = std::make_unique<RegtestState>(std::move(store), std::move(settings.clock), settings.policy);
  load_mempool(*state_);
}

RegtestRpc::~RegtestRpc() {
  try {
    save();
  } catch (const Error&) {
    // A destructor cannot report the error. Only the mempool is lost: the blocks are on the disk.
  }
}

void RegtestRpc::save() {
  std::scoped_lock lock(mutex_);
  if (!state_->store) return;
  std::vector<Bytes> raw;
  for (const RegtestMempool::MiningChunk& chunk : state_->mempool.mining_order())
    for (const MempoolEntry* entry : chunk.entries) raw.push_back(entry->tx.serialize());
  state_->store->save_mempool(raw);
}

Json RegtestRpc::call(const std::string& method, Json params) {
  return with_text_numbers(call_exact(method, params));
}

Json RegtestRpc::call_exact(const std::string& name, const Json& params) {
  std::scoped_lock lock(mutex_);
  Json given = params.is_null() ? Json::array() : params;
  if (!given.is_structured()) throw net::RpcError(rpc_invalid_request, "Params must be an array or object");
  if (name == "help") return help(given);
  const RpcMethod* method = find_method(name);
  if (!method) throw net::RpcError(rpc_method_not_found, "Method not found");
  RpcArguments arguments(method->name, method->parameters, given);
  try {
    StoreBatch batch(state_->store.get());
    Json result = method->run(*state_, arguments);
    batch.end();
    stopped_ = state_->stopped;
    return result;
  } catch (const net::RpcError&) {
    throw;
  } catch (const Error& error) {
    throw net::RpcError(rpc_misc_error, error.message());
  }
}

}  // namespace pegkit::regtest
