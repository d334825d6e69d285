#pragma once

#include <filesystem>
#include <memory>

#include "regtest/chain.hpp"

namespace pegkit::regtest {

/// Blocks and mempool in a SQLite file, made when it is not there. Throws Error `store.…`
/// (store/database.hpp).
std::unique_ptr<RegtestStore> open_regtest_store(const std::filesystem::path& path);

}  // namespace pegkit::regtest
