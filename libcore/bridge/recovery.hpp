#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/script.hpp"
#include "bridge/policies/signers.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bridge {

/// The emergency council of a custody, of whatever policy: `threshold` of `keys` can spend a coin that is
/// `blocks` old.
struct Recovery {
  std::vector<crypto::PublicKey> keys;
  std::uint32_t threshold = 0;
  std::uint32_t blocks = 0;  ///< 1 to 65535

  /// The field `recovery` of a custody document.
  static Recovery parse(const JsonField& field);
  Json to_json() const;
  /// Throws Error `custody.keys`, `custody.threshold`, `custody.recovery` (exit 3).
  void check() const;

  /// Miniscript and_v(v:multi_a(k,…),older(n)).
  bitcoin::Script script() const;
  std::string text() const;  ///< of that miniscript, in a descriptor
  Signers signers() const;
  friend bool operator==(const Recovery&, const Recovery&) = default;
};

}  // namespace pegkit::bridge
