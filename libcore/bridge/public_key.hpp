#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bridge {

/// `pegkit/public-key`; with `address` (BIP86) when a chain is given.
Json public_key_document(const crypto::PublicKey& key, std::optional<bitcoin::Chain> chain);
/// Reads `pegkit/public-key`. Its derived fields must follow from the key (`document.derived`); an address
/// may be of any chain.
crypto::PublicKey parse_public_key_document(const Json& document);

/// A depositor's key, from hex of either form of a public key: 33 bytes or x-only.
crypto::XOnlyKey parse_refund_key(const std::string& hex);

/// A list of 33-byte keys in a document, and the list of a document. At most CustodyPolicy::max_keys are
/// read.
std::vector<crypto::PublicKey> read_key_list(const JsonField& field);
Json key_list(const std::vector<crypto::PublicKey>& keys);

}  // namespace pegkit::bridge
