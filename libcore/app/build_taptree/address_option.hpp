#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"
#include "bitcoin/chain.hpp"

namespace pegkit::app::build_taptree {

void address_option(Options& options, std::string& chain);

std::optional<bitcoin::Chain> address_chain(const std::string& name);

}  // namespace pegkit::app::build_taptree
