#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/record.hpp"
#include "store/event_store.hpp"

namespace pegkit::services {

/// The `data` of events, one struct for each kind. These alone read and write it: `from` reads an event of
/// the struct's kind, `to_json` is what EventStore keeps, with the fields of doc/documents.md (event) and
/// `txid`. `from` throws Error `store.corrupt` (exit 3) with event and field for data that to_json did not
/// write.

/// A watched coin; `label` is its watch's.
struct CoinData {
  bitcoin::OutPoint outpoint;
  Sat amount;
  std::string label;
};

struct DepositData {
  static constexpr auto kind = store::EventKind::deposit;
  bitcoin::Txid txid;
  CoinData coin;

  static DepositData from(const store::Event& event);
  Json to_json() const;
};

/// What a payout's record says: output k pays the withdrawal ids[k].
struct Payments {
  std::vector<std::uint32_t> ids;
  std::vector<bitcoin::TxOut> outputs;
};

struct PayoutData {
  static constexpr auto kind = store::EventKind::payout;
  bitcoin::Txid txid;
  Payments payments;

  static PayoutData from(const store::Event& event);
  Json to_json() const;
};

struct CommitmentData {
  static constexpr auto kind = store::EventKind::commitment;
  bitcoin::Txid txid;
  bridge::CommitmentRecord record;
  std::optional<ByteArray<32>> withdrawals_root;

  static CommitmentData from(const store::Event& event);
  Json to_json() const;
};

struct GraphData {
  static constexpr auto kind = store::EventKind::graph;
  bitcoin::Txid txid;
  std::vector<bitcoin::OutPoint> spends;
  Bytes tx;  ///< the whole transaction, for what its witnesses reveal

  static GraphData from(const store::Event& event);
  Json to_json() const;
};

struct SpendData {
  static constexpr auto kind = store::EventKind::spend;
  bitcoin::Txid txid;
  std::vector<CoinData> coins;

  static SpendData from(const store::Event& event);
  Json to_json() const;
};

struct RecordData {
  static constexpr auto kind = store::EventKind::record;
  bitcoin::Txid txid;
  std::uint32_t vout = 0;
  Bytes record;                      ///< the bytes after the magic
  std::optional<Payments> payments;  ///< of a transaction with a payout's shape

  static RecordData from(const store::Event& event);
  Json to_json() const;
};

struct EquivocationData {
  static constexpr auto kind = store::EventKind::equivocation;
  bitcoin::Txid txid;
  std::uint32_t epoch = 0;
  std::array<ByteArray<32>, 2> roots{};  ///< the one that `other_txid` shows, then the one that `txid` shows
  std::array<Bytes, 2> signatures;       ///< bridge::write_root_signature of each
  bitcoin::Txid other_txid;

  static EquivocationData from(const store::Event& event);
  Json to_json() const;
};

struct DifferenceData {
  static constexpr auto kind = store::EventKind::difference;
  CommitmentData commitment;
  std::string reason;

  static DifferenceData from(const store::Event& event);
  Json to_json() const;
};

/// The transaction of an event of any kind; throws as `from` does.
bitcoin::Txid event_txid(const store::Event& event);

/// `pegkit/event`. An event that undoes another has the kind `undo` and says in its data what it takes back.
Json event_document(const store::Event& event);

}  // namespace pegkit::services
