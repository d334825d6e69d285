#pragma once

#include <filesystem>
#include <memory>

#include "regtest/chain.hpp"

namespace pegkit::regtest {

/// Opens the SQLite file of blocks and mempool, and creates it when it is missing. Throws Error
/// `store.…` (store/database.hpp).
std::unique_ptr<RegtestStore> open_regtest_store(const std::filesystem::path& path);

}  // namespace pegkit::regtest
