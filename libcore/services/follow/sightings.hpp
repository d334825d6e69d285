#pragma once

#include <string>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "bridge/params.hpp"
#include "store/event_store.hpp"
#include "store/watch_store.hpp"

namespace pegkit::services {

/// A transaction that spends or makes watched coins, or carries a record of the bridge.
struct Touched {
  struct Coin {
    bitcoin::OutPoint outpoint;
    bitcoin::TxOut output;
    store::WatchKind kind = store::WatchKind::custody;  ///< of its watch, as is the label
    std::string label;
  };
  /// A withdrawals root that the sequencer signed for an epoch. `other` is the first root seen for that
  /// epoch, when it is a different one.
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
/// The events of a transaction, in the order: equivocations, payout, commitment, graph, spend, deposits,
/// record (doc/documents.md, event). It does not ask whether the layer 2 requested the withdrawals that a
/// payout pays.
std::vector<Sighting> sightings(const Touched& touched, const bridge::Magic& magic);

}  // namespace pegkit::services
