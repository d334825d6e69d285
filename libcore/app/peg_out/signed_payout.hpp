#pragma once

#include <string>
#include <vector>

#include "app/command.hpp"
#include "bridge/psbt_document.hpp"

namespace pegkit::app::peg_out {

/// The transaction of a PSBT whose signatures are all there; each input is run through the interpreter.
bridge::TransactionDocument finalized(bridge::PsbtDocument document);

std::vector<std::string> read_all(Ports& ports, const std::string& path);

}  // namespace pegkit::app::peg_out
