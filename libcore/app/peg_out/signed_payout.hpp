#pragma once

#include <string>
#include <vector>

#include "app/command.hpp"
#include "bridge/psbt_document.hpp"

namespace pegkit::app::peg_out {

/// The transaction of a fully signed PSBT; the interpreter runs each input. Throws Error `tx.nonstandard`
/// (exit 3) when nodes would not relay it, and as Psbt::finalize.
bridge::TransactionDocument finalized(bridge::PsbtDocument document);

/// Reads a file ("-" is stdin) and splits it into documents. Throws Error `json.empty` (exit 3) when it has
/// none.
std::vector<std::string> read_all(Ports& ports, const std::string& path);

}  // namespace pegkit::app::peg_out
