#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::musig_round {

// The subcommands of `musig-round`: each makes an object that declares its options and runs once. The code of
// a subcommand stands in the file of its name beside this one.

/// `musig-round keyagg`: prints the aggregate of a key set as a `pegkit/keyagg` document.
std::unique_ptr<Command> keyagg_command();

/// `musig-round nonce`: round one, prints this signer's nonces. Stores the session's randomness, encrypted,
/// for `sign`.
std::unique_ptr<Command> nonce_command();

/// `musig-round sign`: round two, prints this signer's partial signatures. Deletes the randomness durably
/// before it signs. A repeat with the same nonces of all signers prints the recorded answer; with other
/// nonces it throws `nonce.used` (exit 7). A multi_a leaf needs no round one: the answer is this signer's own
/// signatures.
std::unique_ptr<Command> sign_command();

/// `musig-round session`: both rounds in one process, which keeps the secret nonces in memory only. stdin:
/// the request on one line, then the others' nonce documents as they arrive; stdout: this signer's nonces,
/// then its partial signatures.
std::unique_ptr<Command> session_command();

/// `musig-round combine`: checks all partial signatures, names the signer of a bad one, and adds them up.
std::unique_ptr<Command> combine_command();

/// `musig-round verify`: checks one signer's partial signatures, or a finished signature document.
std::unique_ptr<Command> verify_command();

}  // namespace pegkit::app::musig_round
