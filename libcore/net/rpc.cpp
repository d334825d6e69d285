#include "net/rpc.hpp"

namespace pegkit::net {

std::vector<Json> Rpc::batch(const std::vector<RpcCall>& calls) {
  std::vector<Json> out;
  out.reserve(calls.size());
  for (const RpcCall& one : calls) out.push_back(call(one.method, one.params));
  return out;
}

}  // namespace pegkit::net
