#pragma once

#include <string>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "bridge/params.hpp"
#include "store/event_store.hpp"
#include "store/watch_store.hpp"

namespace pegkit::services {

/// A transaction that concerns us, with the watched coins that it spends and makes.
struct Touched {
  struct Coin {
    bitcoin::OutPoint outpoint;
    bitcoin::TxOut output;
    store::WatchKind kind = store::WatchKind::custody;  ///< of its watch, as is the label
    std::string label;
  };
  /// A withdrawals root that the sequencer signed for an epoch, with the first other one that was seen.
  struct Root {
    struct Other {
      ByteArray<32> root;
      Bytes signature;
      bitcoin::Txid txid;
    };
    std::uint32_t epoch = 0;
    ByteArray<32> root{};
    Bytes signature;  ///< bridge::write_root_signature
    std::optional<Other> other;
  };
  const bitcoin::Transaction& tx;
  bitcoin::Txid txid;
  std::vector<Coin> spent, made;
  std::vector<Root> roots;
};

struct Sighting {
  store::EventKind kind;
  Json data;  ///< of the kind's struct in event_data.hpp
};
/// What a transaction means, in the order: equivocations, payout, commitment, graph, spend, deposits, record
/// (doc/protocol.md). A `graph` event keeps the whole transaction in `tx`, for what it reveals.
/// Whether the layer 2 asked for what a payout pays is not judged here.
std::vector<Sighting> sightings(const Touched& touched, const bridge::Magic& magic);

}  // namespace pegkit::services
