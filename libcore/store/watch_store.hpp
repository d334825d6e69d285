#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "bitcoin/transaction.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// What the outputs of a watched script are. The names stand in the database and in `pegkit/watch`.
enum class WatchKind {
  custody,
  deposit,
  thread,  ///< the coin that the next commitment of a thread spends
  stake,   ///< a sequencer's bond
  graph,   ///< an output of an optimistic graph (doc/challenge.md)
};
const char* watch_kind_name(WatchKind kind);

/// A script whose outputs the chain is searched for.
struct Watch {
  bitcoin::Script script;
  WatchKind kind = WatchKind::custody;
  std::string label;  ///< for people
  Json data = Json::object();
};

/// An output of a watched script in the best chain, and the transaction that spent it.
struct WatchedCoin {
  bitcoin::OutPoint outpoint;
  bitcoin::TxOut output;
  std::uint32_t height = 0;
  struct Spent {
    bitcoin::Txid by;
    std::uint32_t height;
  };
  std::optional<Spent> spent;
};

struct ScanPosition {
  std::uint32_t height;
  bitcoin::BlockHash hash;
};

/// The watched scripts, their outputs in the best chain, and the last block that was searched for them.
class WatchStore {
 public:
  explicit WatchStore(Database& database) : database_(database) {}

  /// True when the script is new. One that is watched already takes the new kind, label and data, and stays
  /// searched as far as it was.
  bool add(const Watch& watch);
  bool remove(const bitcoin::Script& script);
  std::optional<Watch> find(const bitcoin::Script& script);
  std::vector<Watch> all();
  /// All watches without their data, which may be long.
  std::vector<Watch> list();

  /// Marks a script as behind: blocks from `height` up to the scan position must be searched for it.
  void rescan_from(const bitcoin::Script& script, std::uint32_t height);
  /// A script that is behind the scan position, with the next height to search for it.
  struct Behind {
    bitcoin::Script script;
    std::uint32_t height;
  };
  std::vector<Behind> behind();
  /// Blocks up to `height` have been searched for every script that is behind.
  void rescanned(std::uint32_t height);
  /// No script is behind any more.
  void caught_up();

  /// Adds an output; one that is stored keeps its spend and takes the new height.
  void add_coin(const bitcoin::OutPoint& outpoint, const bitcoin::TxOut& output, std::uint32_t height);
  /// Records a spend; false when the outpoint is not stored.
  bool spend_coin(const bitcoin::OutPoint& outpoint, const bitcoin::Txid& by, std::uint32_t height);
  std::optional<WatchedCoin> coin(const bitcoin::OutPoint& outpoint);
  /// Outputs of one script, or of all when it is empty, ordered by height and outpoint.
  std::vector<WatchedCoin> unspent(const bitcoin::Script& script = {});
  std::vector<WatchedCoin> coins();

  /// Forgets outputs and spends of blocks above `height`, and moves the scan position down to that block.
  void undo_above(std::uint32_t height, const bitcoin::BlockHash& hash);

  std::optional<ScanPosition> position();
  void set_position(const ScanPosition& position);

 private:
  Database& database_;
};

}  // namespace pegkit::store
