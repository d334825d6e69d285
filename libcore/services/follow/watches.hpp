#pragma once

#include <cstdint>
#include <string>

#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "services/ports.hpp"
#include "store/watch_store.hpp"

namespace pegkit::services {

/// A custody, deposit, stake or public-key document (its BIP86 output: the thread of a sequencer) as a watch.
/// The label is its address when `label` is empty. Throws `document.type` for others.
store::Watch watch_of(const Json& document, const std::string& label, bitcoin::Chain chain);
/// Adds a watch; a new one is searched for from `since` up. True when it is new.
bool add_watch(store::Database& database, const store::Watch& watch, std::uint32_t since);

/// The outputs of a script are kept from now on as those of a commitment thread; `since` is the first block
/// that may hold one. True when the script was not watched.
bool watch_thread_script(Ports& ports, const bitcoin::Script& script, std::uint32_t since);

/// The custody of `file`, watched from now on if it was not; where `file` is empty the only one that is
/// watched. All derived fields are computed. Throws `custody.missing`, `custody.many` (exit 2).
bridge::Custody load_custody(Ports& ports, const bridge::Params& params, const std::string& file);

}  // namespace pegkit::services
