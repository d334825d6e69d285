#pragma once

#include <vector>

#include "bridge/payout.hpp"
#include "store/database.hpp"

namespace pegkit::services {

/// The confirmed unspent coins of a custody: those of its own script and those of deposits to it.
std::vector<bridge::CustodyCoin> custody_coins(store::Database& database, const bridge::Custody& custody);

}  // namespace pegkit::services
