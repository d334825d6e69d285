#pragma once

struct secp256k1_context_struct;

namespace pegkit::crypto {

/// The context for operations with secrets: made and blinded with fresh randomness at its first use, then
/// shared by all threads for reading. Public operations use libsecp256k1's static context instead, which
/// costs nothing at start. A violated precondition makes the library's call return 0 instead of aborting.
const secp256k1_context_struct* secret_context();

}  // namespace pegkit::crypto
