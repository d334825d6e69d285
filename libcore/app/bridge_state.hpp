#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "bridge/custody.hpp"
#include "bridge/deposit.hpp"
#include "bridge/params.hpp"
#include "bridge/payout.hpp"
#include "store/watch_store.hpp"

namespace pegkit::app {

/// The bridge's parameters from `file`, or, where that is empty, those that this data directory was used with
/// before (`params.json` in it). The first file is kept; a later one must have the same hash. Throws Error
/// `params.missing` (exit 2), `params.differ` (exit 7), `chain.mismatch` (exit 7).
bridge::Params load_params(Ports& ports, const std::string& file);

/// A custody, deposit, stake or public-key document (its BIP86 output: the thread of a sequencer) as a watch.
/// The label is its address when `label` is empty. Throws `document.type` for others.
store::Watch watch_of(const Json& document, const std::string& label, bitcoin::Chain chain);
/// Adds a watch; a new one is searched for from `since` up. True when it is new.
bool add_watch(store::Database& database, const store::Watch& watch, std::uint32_t since);
/// One document (over any number of lines), or one on every line.
std::vector<std::string> split_documents(const std::string& text);
/// The JSON documents of a file or "-".
std::vector<Json> read_documents(Ports& ports, const std::string& path);

/// The custody of `file`, watched from now on if it was not; where `file` is empty the only one that is
/// watched. All derived fields are computed. Throws `custody.missing`, `custody.many` (exit 2).
bridge::Custody load_custody(Ports& ports, const bridge::Params& params, const std::string& file);

/// Confirmed unspent coins of a custody: its own script's and those of deposits to it.
std::vector<bridge::CustodyCoin> custody_coins(store::Database& database, const bridge::Custody& custody);

}  // namespace pegkit::app
