#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "bitcoin/chain.hpp"

namespace pegkit::app::build_taptree {

/// Declares --chain, for the address.
void address_option(Options& options, std::string& chain);

/// The chain of --chain; nullopt when the option is empty.
std::optional<bitcoin::Chain> address_chain(const std::string& name);

}  // namespace pegkit::app::build_taptree
