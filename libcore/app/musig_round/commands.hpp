#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::musig_round {

// The subcommands of `musig-round`: each makes an object that declares its options and runs once. The code of
// a subcommand stands in the file of its name beside this one.

/// `musig-round keyagg`: the aggregate of a key set, as a `pegkit/keyagg` document.
std::unique_ptr<Command> keyagg_command();

/// `musig-round nonce`: round one. Keeps the session's randomness, encrypted, for `sign`.
std::unique_ptr<Command> nonce_command();

/// `musig-round sign`: round two. The randomness is deleted durably before anything is signed; a repeat with
/// the same nonces of all prints the recorded answer, with any other throws `nonce.used` (exit 7). Over
/// multi_a leaves there is no round one, and the answer is this signer's own signatures.
std::unique_ptr<Command> sign_command();

/// `musig-round session`: both rounds in one process, which alone knows the secret nonces. stdin: the request
/// on one line, then the others' nonce documents as they come; stdout: this signer's nonces, then its part.
std::unique_ptr<Command> session_command();

/// `musig-round combine`: checks all parts, names the signer of a bad one, and adds them.
std::unique_ptr<Command> combine_command();

/// `musig-round verify`: one signer's part of a session, or a finished signature document.
std::unique_ptr<Command> verify_command();

}  // namespace pegkit::app::musig_round
