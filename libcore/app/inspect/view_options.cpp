#include "app/inspect/view_options.hpp"

namespace pegkit::app::inspect {

Json inspection(const char* kind, Json fields) {
  Json out = new_document("inspection");
  out["kind"] = kind;
  out.update(fields);
  return out;
}

void view_options(Options& options, std::string& chain, std::string& magic) {
  options.choice(chain, "--chain", {"main", "test", "testnet4", "signet", "regtest"},
                 "show addresses of this chain");
  options.text(magic, "--magic", "HEX", "decode OP_RETURN records of the bridge with this magic");
}

}  // namespace pegkit::app::inspect
