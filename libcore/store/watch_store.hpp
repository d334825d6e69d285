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

/// An output that the chain holds or held for us, with its end.
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

/// What is watched, what was seen of it, and up to which block.
class WatchStore {
 public:
  explicit WatchStore(Database& database) : database_(database) {}

  /// True when it is new; a script that is watched already keeps its place and takes the new kind, label and
  /// data.
  bool add(const Watch& watch);
  bool remove(const bitcoin::Script& script);
  std::optional<Watch> find(const bitcoin::Script& script);
  std::vector<Watch> all();
  /// The same without their data, which may be long.
  std::vector<Watch> list();

  /// Says that blocks from `height` up to the scan position must be searched for a script again.
  void rescan_from(const bitcoin::Script& script, std::uint32_t height);
  /// A script that was added behind the scan position, with the next height to search for it.
  struct Behind {
    bitcoin::Script script;
    std::uint32_t height;
  };
  std::vector<Behind> behind();
  /// Blocks up to `height` have been searched for every script that is behind.
  void rescanned(std::uint32_t height);
  /// Every script follows the scan position.
  void caught_up();

  /// Keeps an output; one that is there keeps its spend and takes the new height.
  void add_coin(const bitcoin::OutPoint& outpoint, const bitcoin::TxOut& output, std::uint32_t height);
  /// True when the outpoint is one that is watched.
  bool spend_coin(const bitcoin::OutPoint& outpoint, const bitcoin::Txid& by, std::uint32_t height);
  std::optional<WatchedCoin> coin(const bitcoin::OutPoint& outpoint);
  /// In the order of (height, outpoint); of one script, or of all when it is empty.
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
