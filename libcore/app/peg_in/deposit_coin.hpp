#pragma once

#include <string>

#include "bridge/deposit.hpp"
#include "net/bitcoin_node.hpp"

namespace pegkit::app::peg_in {

/// The confirmed, unspent coin at a deposit's address: the one at `outpoint` ("txid:vout"), or else the one
/// that the document names, or else the only one. Throws Error `deposit.unfunded` (exit 4) when there is
/// none, `deposit.many` (exit 2) when there are several and none is named.
net::Coin find_deposit_coin(net::BitcoinNode& node, const bridge::Deposit& deposit,
                            const std::string& outpoint);

}  // namespace pegkit::app::peg_in
