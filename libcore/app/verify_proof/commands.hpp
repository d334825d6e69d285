#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::verify_proof {

// The subcommands of `verify-proof`: each makes an object that declares its options and runs once. The code
// of a subcommand stands in the file of its name beside this one.

/// `verify-proof spv`: checks that a block contains a transaction, and, with --headers, that a header chain
/// contains the block.
std::unique_ptr<Command> spv_command();

/// `verify-proof headers`: checks consecutive headers by every consensus rule that needs headers alone.
std::unique_ptr<Command> headers_command();

/// `verify-proof groth16`: checks one Groth16 proof of snarkjs or gnark, or many of snarkjs under one key.
std::unique_ptr<Command> groth16_command();

/// `verify-proof plonk`: checks a PLONK proof of snarkjs or gnark.
std::unique_ptr<Command> plonk_command();

/// `verify-proof fflonk`: checks an fflonk proof of snarkjs.
std::unique_ptr<Command> fflonk_command();

/// `verify-proof ziren`: checks a proof that Ziren published; with --params, that it proves a transition of
/// the bridge's program; with --commitments, that a commitment of the thread carries it.
std::unique_ptr<Command> ziren_command();

}  // namespace pegkit::app::verify_proof
