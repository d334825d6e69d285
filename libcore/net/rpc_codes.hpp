#pragma once

namespace pegkit::net {

/// Error codes of bitcoind's JSON-RPC, by Bitcoin Core's names (src/rpc/protocol.h).
enum RpcCode : int {
  rpc_invalid_request = -32600,
  rpc_method_not_found = -32601,
  rpc_internal_error = -32603,
  rpc_parse_error = -32700,
  rpc_misc_error = -1,
  rpc_type_error = -3,
  rpc_invalid_address_or_key = -5,
  rpc_invalid_parameter = -8,
  rpc_database_error = -20,
  rpc_deserialization_error = -22,
  rpc_verify_error = -25,
  rpc_verify_rejected = -26,
  rpc_already_in_utxo_set = -27,
};

}  // namespace pegkit::net
