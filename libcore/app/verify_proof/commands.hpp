#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::verify_proof {

// The subcommands of `verify-proof`: each makes an object that declares its options and runs once. The code
// of a subcommand stands in the file of its name beside this one.

/// `verify-proof spv`: a transaction stands in a block, and the block in a chain of headers when one is
/// given.
std::unique_ptr<Command> spv_command();

/// `verify-proof headers`: headers that follow each other, with all rules that can be checked from them.
std::unique_ptr<Command> headers_command();

/// `verify-proof groth16`: one proof of snarkjs or gnark, or many of snarkjs under one key.
std::unique_ptr<Command> groth16_command();

/// `verify-proof plonk`: a PLONK proof of snarkjs or gnark.
std::unique_ptr<Command> plonk_command();

/// `verify-proof fflonk`: an fflonk proof of snarkjs.
std::unique_ptr<Command> fflonk_command();

/// `verify-proof ziren`: a proof as Ziren publishes it; whether it proves what the parameters ask for, and
/// whether a commitment of the thread carries it.
std::unique_ptr<Command> ziren_command();

}  // namespace pegkit::app::verify_proof
