#pragma once

#include <string>

#include "app/command.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"

namespace pegkit::app::peg_in {

/// Reads the bridge's parameters. Throws Error `chain.mismatch` (exit 7) when they are for another network
/// than --chain.
bridge::Params read_params(Ports& ports, const std::string& path);

/// Prints a signed transaction, or with `broadcast` sends it and prints the result; adds the fields of
/// `more`.
Exit finish(Ports& ports, const bridge::Params& params, const bridge::TransactionDocument& document,
            Json more, bool broadcast);

}  // namespace pegkit::app::peg_in
