#pragma once

#include <string>

#include "app/command.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"

namespace pegkit::app::peg_in {

bridge::Params read_params(Ports& ports, const std::string& path);

/// Prints a signed transaction, or sends it and prints what became of it.
Exit finish(Ports& ports, const bridge::Params& params, const bridge::TransactionDocument& document,
            Json more, bool broadcast);

}  // namespace pegkit::app::peg_in
