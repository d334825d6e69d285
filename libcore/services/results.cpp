#include "services/results.hpp"

namespace pegkit::services {

Json verdict_document(const Verdict& verdict) {
  Json out = new_document("verdict");
  out["valid"] = verdict.valid;
  if (!verdict.valid) out["reason"] = verdict.reason;
  return out;
}

Json nothing_to_do(const std::string& reason) {
  Json out = new_document("result");
  out["already"] = true;
  out["reason"] = reason;
  return out;
}

}  // namespace pegkit::services
