#include "app/peg_in/deposit_coin.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "net/bitcoin_node.hpp"

namespace pegkit::app::peg_in {

net::Coin find_deposit_coin(net::BitcoinNode& node, const bridge::Deposit& deposit,
                            const std::string& outpoint) {
  std::optional<bitcoin::OutPoint> wanted;
  if (deposit.funding) wanted = deposit.funding->outpoint;
  if (!outpoint.empty()) wanted = bitcoin::OutPoint::parse(outpoint);
  std::vector<net::Coin> coins = node.scan_scripts({deposit.script_pubkey()});
  if (wanted) {
    auto found = std::ranges::find(coins, *wanted, &net::Coin::outpoint);
    if (found == coins.end())
      throw not_ready("deposit.unfunded",
                      fmt::format("{} is not a confirmed unspent coin of this deposit", wanted->text()));
    return *found;
  }
  if (coins.empty())
    throw not_ready("deposit.unfunded", "no confirmed unspent coin at the deposit's address");
  if (coins.size() > 1)
    throw Error(Exit::usage, "deposit.many", fmt::format("{} coins at the deposit's address", coins.size()))
        .hint(fmt::format("name one with --outpoint, such as {}", coins[0].outpoint.text()));
  return coins[0];
}

}  // namespace pegkit::app::peg_in
