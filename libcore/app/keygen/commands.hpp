#pragma once

#include <memory>

#include "app/command.hpp"

namespace pegkit::app::keygen {

// The subcommands of `keygen`: each makes an object that declares its options and runs once. The code of a
// subcommand stands in the file of its name beside this one.

/// `keygen new`: makes a secret key and writes it to a file that must not exist; prints the public key.
std::unique_ptr<Command> new_command();

/// `keygen import`: writes a secret key from stdin (64 hex digits or WIF) to a file that must not exist;
/// prints the public key.
std::unique_ptr<Command> import_command();

/// `keygen pub`: prints the public key of a key file. Asks for no passphrase: the file holds the public key
/// in the clear.
std::unique_ptr<Command> pub_command();

/// `keygen passwd`: encrypts a key file under a new passphrase, or decrypts it with --decrypt. The old file
/// stays until the new one is on the disk.
std::unique_ptr<Command> passwd_command();

/// `keygen ots`: derives one-time keys from a key file and prints their public parts as `pegkit/ots-keys`:
/// a sequencer's for consecutive epochs, or an operator's for the values of one graph's claim.
std::unique_ptr<Command> ots_command();

}  // namespace pegkit::app::keygen
