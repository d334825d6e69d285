#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "bitcoin/psbt.hpp"
#include "bridge/custody.hpp"
#include "bridge/spend.hpp"
#include "bridge/transaction_kind.hpp"

namespace pegkit::bridge {

/// The notes that the maker of a PSBT or transaction adds to it.
struct TransactionNotes {
  TransactionKind kind = TransactionKind::unnamed;
  std::optional<Sat> fee;
  std::optional<std::int64_t> vsize;
  std::vector<std::uint32_t> withdrawals;  ///< ids
  /// Those withdrawals, ascending, whose epoch is settled by a state proof and not by the window.
  std::vector<std::uint32_t> proven = {};
};

/// `pegkit/psbt`.
struct PsbtDocument {
  bitcoin::Psbt psbt;
  TransactionNotes notes;
  std::optional<SpendPath> spend;
  std::optional<Custody> custody;

  static PsbtDocument parse(const Json& document, Derive derive = Derive::full);
  /// The document, or base64 alone (surrounding white space ignored).
  static PsbtDocument parse_text(std::string_view text, Derive derive = Derive::full);
  Json to_json() const;
};

/// `pegkit/transaction`.
struct TransactionDocument {
  bitcoin::Transaction tx;
  TransactionNotes notes;

  static TransactionDocument parse(const Json& document);
  Json to_json() const;
};

}  // namespace pegkit::bridge
