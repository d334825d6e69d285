#pragma once

#include "cli/program.hpp"

namespace pegkit::cli {

/// JSON-RPC over HTTP for Program::network. Only a program that uses this is linked with libcurl.
std::shared_ptr<net::Rpc> http_rpc(const RpcSettings& settings);

}  // namespace pegkit::cli
