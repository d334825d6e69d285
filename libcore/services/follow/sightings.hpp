#pragma once

#include <string>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "bridge/params.hpp"
#include "store/event_store.hpp"
#include "store/watch_store.hpp"

namespace pegkit::services {

/// Kind of the events by which a commitment was found to differ from the layer 2.
inline constexpr const char* event_difference = "difference";

/// A transaction that concerns us, with the watched coins that it spends and makes.
struct Touched {
  struct Coin {
    bitcoin::OutPoint outpoint;
    bitcoin::TxOut output;
    std::string kind, label;  ///< of its watch
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
  std::string kind;
  Json data;  ///< as documents.md's `event` has it, and `txid`
};
/// What a transaction means, in the order: equivocations, payout, commitment, graph, spend, deposits, record
/// (doc/protocol.md). A `graph` event keeps the whole transaction in `tx`, for what it reveals.
/// Whether the layer 2 asked for what a payout pays is not judged here.
std::vector<Sighting> sightings(const Touched& touched, const bridge::Magic& magic);

/// `pegkit/event`. An event that undoes another has the kind `undo` and says in its data what it takes back.
Json event_document(const store::Event& event);

/// The outputs of a live payout event as a transaction's, for bridge::check_payout; output k pays ids[k].
struct PayoutSeen {
  bitcoin::Txid txid;
  std::uint32_t height = 0;
  std::vector<std::uint32_t> ids;
  std::vector<bitcoin::TxOut> outputs;
};
PayoutSeen payout_from(const store::Event& event);

}  // namespace pegkit::services
