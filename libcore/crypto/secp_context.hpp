#pragma once

struct secp256k1_context_struct;

namespace pegkit::crypto {

/// The libsecp256k1 context for operations with secrets. Its first use makes it and blinds it with fresh
/// randomness; afterwards all threads read it. Public operations use the library's static context instead,
/// which costs nothing at start. With this context a violated precondition makes a call return 0, not abort.
const secp256k1_context_struct* secret_context();

}  // namespace pegkit::crypto
