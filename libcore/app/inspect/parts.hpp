#pragma once

#include <optional>
#include <string>

#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/psbt.hpp"
#include "bridge/params.hpp"

namespace pegkit::app::inspect {

/// The chain whose addresses, and the bridge whose records, the output shows.
struct View {
  std::optional<bitcoin::Chain> chain;
  std::optional<bridge::Magic> magic;
  /// Reads the values of --chain and --magic; an empty text leaves that member empty.
  static View of(const std::string& chain, const std::string& magic);
};

Json show_script(ByteView script, const View& view);
Json show_output(const bitcoin::TxOut& output, const View& view);
Json show_transaction(const bitcoin::Transaction& tx, const View& view);
/// Describes a witness by its shape alone: key path, or script path with leaf and control block. Returns an
/// empty object when the shape fits neither.
Json show_taproot_witness(const bitcoin::Witness& witness);
Json show_psbt(const bitcoin::Psbt& psbt, const View& view);

}  // namespace pegkit::app::inspect
