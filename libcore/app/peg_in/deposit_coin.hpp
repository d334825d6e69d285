#pragma once

#include <string>

#include "app/command.hpp"
#include "bridge/deposit.hpp"

namespace pegkit::app {

/// The confirmed, unspent coin at a deposit's address: the one at `outpoint` ("txid:vout"), else the one that
/// the document names, else the only one there is. Throws Error `deposit.unfunded` (exit 4) when there is
/// none, `deposit.many` (exit 2) when one must be named.
net::Coin find_deposit_coin(net::BitcoinNode& node, const bridge::Deposit& deposit,
                            const std::string& outpoint);

}  // namespace pegkit::app
