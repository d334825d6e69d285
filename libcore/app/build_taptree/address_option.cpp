#include "app/build_taptree/address_option.hpp"

#include "bitcoin/chain.hpp"

namespace pegkit::app::build_taptree {

void address_option(Options& options, std::string& chain) {
  options.choice(chain, "--chain", {"main", "test", "testnet4", "signet", "regtest"},
                 "also print the address on this chain");
}

std::optional<bitcoin::Chain> address_chain(const std::string& name) {
  if (name.empty()) return std::nullopt;
  return bitcoin::parse_chain(name);
}

}  // namespace pegkit::app::build_taptree
