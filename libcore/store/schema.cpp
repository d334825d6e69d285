#include "store/schema.hpp"

namespace pegkit::store {
namespace {

constexpr const char* first_version = R"(
CREATE TABLE headers (
  hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
  height INTEGER NOT NULL,
  work BLOB NOT NULL CHECK (length(work) = 32),
  header BLOB NOT NULL CHECK (length(header) = 80)
) WITHOUT ROWID;
CREATE INDEX headers_by_work ON headers (work);
CREATE TABLE best_chain (
  height INTEGER PRIMARY KEY,
  hash BLOB NOT NULL REFERENCES headers (hash)
);

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  block BLOB NOT NULL CHECK (length(block) = 32),
  height INTEGER NOT NULL,
  data TEXT NOT NULL,
  undoes INTEGER UNIQUE REFERENCES events (seq)
);
CREATE INDEX events_by_height ON events (height);
CREATE INDEX events_by_kind ON events (kind);

CREATE TABLE watches (
  script BLOB PRIMARY KEY,
  kind TEXT NOT NULL,
  label TEXT NOT NULL,
  data TEXT NOT NULL,
  behind INTEGER
) WITHOUT ROWID;
CREATE TABLE outpoints (
  txid BLOB NOT NULL CHECK (length(txid) = 32),
  vout INTEGER NOT NULL,
  value INTEGER NOT NULL,
  script BLOB NOT NULL,
  height INTEGER NOT NULL,
  spent_by BLOB CHECK (length(spent_by) = 32),
  spent_height INTEGER,
  PRIMARY KEY (txid, vout)
) WITHOUT ROWID;
CREATE INDEX outpoints_by_script ON outpoints (script);
CREATE INDEX outpoints_by_height ON outpoints (height);
CREATE INDEX outpoints_by_spent_height ON outpoints (spent_height);
CREATE TABLE scan_position (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  height INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32)
);

CREATE TABLE intents (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  txid BLOB NOT NULL CHECK (length(txid) = 32),
  raw BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'confirmed', 'replaced', 'abandoned')),
  created INTEGER NOT NULL,
  details TEXT NOT NULL,
  replaced_by TEXT REFERENCES intents (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX intents_by_state ON intents (state);
CREATE TABLE intent_keys (
  key TEXT NOT NULL,
  intent TEXT NOT NULL REFERENCES intents (id),
  PRIMARY KEY (key, intent)
) WITHOUT ROWID;

CREATE TABLE nonce_counter (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  epoch BLOB NOT NULL CHECK (length(epoch) = 16),
  counter INTEGER NOT NULL
);
CREATE TABLE nonce_sessions (
  id TEXT PRIMARY KEY,
  signer BLOB NOT NULL CHECK (length(signer) = 33),
  messages BLOB NOT NULL CHECK (length(messages) = 32),
  sealed BLOB,
  inputs BLOB CHECK (length(inputs) = 32),
  result BLOB
);

CREATE TABLE signed_payouts (
  contract TEXT NOT NULL,
  withdrawal INTEGER NOT NULL,
  txid BLOB NOT NULL CHECK (length(txid) = 32),
  PRIMARY KEY (contract, withdrawal, txid)
) WITHOUT ROWID;
CREATE TABLE signed_payout_inputs (
  contract TEXT NOT NULL,
  withdrawal INTEGER NOT NULL,
  txid BLOB NOT NULL,
  input_txid BLOB NOT NULL CHECK (length(input_txid) = 32),
  input_vout INTEGER NOT NULL,
  PRIMARY KEY (contract, withdrawal, txid, input_txid, input_vout),
  FOREIGN KEY (contract, withdrawal, txid) REFERENCES signed_payouts (contract, withdrawal, txid)
) WITHOUT ROWID;
)";

constexpr const char* claims = R"(
CREATE TABLE claims (
  kickoff BLOB PRIMARY KEY CHECK (length(kickoff) = 32),
  epoch INTEGER NOT NULL,
  withdrawal INTEGER NOT NULL,
  payout BLOB NOT NULL CHECK (length(payout) = 32),
  trace TEXT NOT NULL,
  root_signature BLOB NOT NULL,
  asserting INTEGER NOT NULL
) WITHOUT ROWID;
)";

constexpr const char* graphs = R"(
CREATE TABLE signed_graphs (
  stake_txid BLOB NOT NULL CHECK (length(stake_txid) = 32),
  stake_vout INTEGER NOT NULL,
  deposit_txid BLOB NOT NULL CHECK (length(deposit_txid) = 32),
  deposit_vout INTEGER NOT NULL,
  lock BLOB NOT NULL CHECK (length(lock) = 32),
  messages BLOB NOT NULL CHECK (length(messages) = 32),
  PRIMARY KEY (stake_txid, stake_vout)
) WITHOUT ROWID;
CREATE INDEX signed_graphs_by_deposit ON signed_graphs (deposit_txid, deposit_vout);
)";

constexpr const char* roots = R"(
CREATE TABLE root_keys (
  first_hash BLOB PRIMARY KEY CHECK (length(first_hash) = 20),
  epoch INTEGER NOT NULL UNIQUE,
  key BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE root_signatures (
  seen INTEGER PRIMARY KEY AUTOINCREMENT,
  epoch INTEGER NOT NULL,
  root BLOB NOT NULL CHECK (length(root) = 32),
  txid BLOB NOT NULL CHECK (length(txid) = 32),
  signature BLOB NOT NULL,
  UNIQUE (epoch, root)
);
CREATE TABLE roots_checked (
  seq INTEGER PRIMARY KEY REFERENCES events (seq)
);
)";

constexpr const char* one_time_keys = R"(
CREATE TABLE ots_signed (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
  message BLOB NOT NULL,
  label TEXT NOT NULL
);
)";

constexpr const char* all[] = {first_version, claims, graphs, roots, one_time_keys};

}  // namespace

std::span<const char* const> migrations() {
  return all;
}

}  // namespace pegkit::store
