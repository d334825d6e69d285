#pragma once

#include <cstdint>
#include <string>

#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "services/ports.hpp"
#include "store/watch_store.hpp"

namespace pegkit::services {

/// The watch of a custody, deposit, sequencer-stake or public-key document; of a public key it watches the
/// BIP86 output, a sequencer's thread. An empty `label` becomes the address. Throws Error `document.type`
/// (exit 3) for others.
store::Watch watch_of(const Json& document, const std::string& label, bitcoin::Chain chain);
/// Adds a watch and searches for it from block `since` up; true when its script is new, else changes nothing.
bool add_watch(store::Database& database, const store::Watch& watch, std::uint32_t since);

/// Watches a script as a commitment thread's; `since` is the first block that may pay to it. True when the
/// script was not watched.
bool watch_thread_script(Ports& ports, const bitcoin::Script& script, std::uint32_t since);

/// The custody in `file`, which is watched from now on; where `file` is empty the only custody that is
/// watched. All derived fields are computed. Throws Error `custody.missing`, `custody.many` (exit 2).
bridge::Custody load_custody(Ports& ports, const bridge::Params& params, const std::string& file);

}  // namespace pegkit::services
