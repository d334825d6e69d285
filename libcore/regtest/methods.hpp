#pragma once

#include <optional>
#include <vector>

#include "base/files.hpp"
#include "regtest/accept.hpp"
#include "regtest/arguments.hpp"
#include "regtest/json.hpp"

namespace pegkit::regtest {

/// The state on which the RPC methods work.
struct RegtestState {
  RegtestState(std::unique_ptr<RegtestStore> kept, Clock real_time, RelayPolicy relay);

  std::int64_t now() const { return mock_time ? *mock_time : clock(); }

  std::unique_ptr<RegtestStore> store;  ///< may be null
  Clock clock;
  std::optional<std::int64_t> mock_time;
  RelayPolicy policy;
  RegtestChain chain;
  RegtestMempool mempool;
  MempoolAcceptor acceptor;
  std::int64_t started;
  bool synced = false;  ///< true once bitcoind would have left its "initial block download"
  bool stopped = false;
};

struct RpcMethod {
  const char* name;
  std::vector<RpcParameter> parameters;
  Json (*run)(RegtestState& state, const RpcArguments& arguments);
};

/// The methods by theme. Each list is in its own file.
const std::vector<RpcMethod>& chain_methods();
const std::vector<RpcMethod>& transaction_methods();
const std::vector<RpcMethod>& mempool_methods();
const std::vector<RpcMethod>& mining_methods();
const std::vector<RpcMethod>& node_methods();

/// Decodes a transaction from hex as bitcoind does; nullopt when the text is none.
std::optional<bitcoin::Transaction> decode_transaction(const std::string& hex);
/// The script of raw(HEX), addr(ADDRESS) or rawtr(KEY), with or without a checksum. Throws RpcError -5.
bitcoin::Script descriptor_script(const std::string& descriptor);
/// The script of an address; nullopt when it is not an address of regtest.
std::optional<bitcoin::Script> address_script(const std::string& address);
/// The block of a hash. Throws RpcError -5 "Block not found".
const RegtestBlock& block_of(const RegtestState& state, const bitcoin::BlockHash& hash);

}  // namespace pegkit::regtest
