#pragma once

#include <optional>
#include <string>

#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/psbt.hpp"
#include "bridge/params.hpp"

namespace pegkit::app::inspect {

/// How things are shown: addresses of one chain, records of one bridge.
struct View {
  std::optional<bitcoin::Chain> chain;
  std::optional<bridge::Magic> magic;
  /// From the words of --chain and --magic; empty ones are left open.
  static View of(const std::string& chain, const std::string& magic);
};

Json show_script(ByteView script, const View& view);
Json show_output(const bitcoin::TxOut& output, const View& view);
Json show_transaction(const bitcoin::Transaction& tx, const View& view);
/// What a witness is by its shape alone: key path, script path with its leaf and control block; empty
/// object when it could be anything.
Json show_taproot_witness(const bitcoin::Witness& witness);
Json show_psbt(const bitcoin::Psbt& psbt, const View& view);

}  // namespace pegkit::app::inspect
