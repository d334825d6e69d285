#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/taproot.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bridge {

/// `pegkit/tree`: any taproot tree, with its derived fields.
struct TreeDocument {
  static constexpr std::size_t max_nesting = 128 + 8;  ///< JSON levels of a tree 128 deep

  crypto::XOnlyKey internal_key;  ///< BIP341's H where the document names none
  Json tree;                      ///< as it stands in the document
  bitcoin::TapTree leaves;

  /// Throws Error (exit 3): `taptree.shape` deeper than 128, `taptree.version` for a leaf version that BIP341
  /// does not allow, `taptree.duplicate` for two equal leaves, `document.derived`.
  static TreeDocument parse(const Json& document);
  /// The same from JSON text, which may be nested as deep as a tree.
  static TreeDocument parse_text(std::string_view text);
  Json to_json(std::optional<bitcoin::Chain> chain = std::nullopt) const;
};

}  // namespace pegkit::bridge
