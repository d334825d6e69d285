#include "app/verdict_document.hpp"

namespace pegkit::app {

Json verdict_document(const Verdict& verdict) {
  Json out = new_document("verdict");
  out["valid"] = verdict.valid;
  if (!verdict.valid) out["reason"] = verdict.reason;
  return out;
}

}  // namespace pegkit::app
