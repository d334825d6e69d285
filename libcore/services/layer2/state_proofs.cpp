#include "services/layer2/state_proofs.hpp"

#include <fmt/core.h>

#include "base/files.hpp"
#include "bridge/state_proof.hpp"
#include "services/ports.hpp"

namespace pegkit::services {
namespace {

std::string read_bounded(Ports& ports, const std::string& path, std::size_t max_bytes) {
  std::string text = ports.read(path);
  if (text.size() > max_bytes)
    throw input_error("file.size", fmt::format("{}: longer than {} bytes", path, max_bytes));
  return text;
}

proofs::ZirenProof parse_proof(std::string_view text) {
  return proofs::ZirenProof::parse(parse_json(text));
}

}  // namespace

proofs::ZirenKey read_proof_key(Ports& ports, const bridge::Params& params, const std::string& path) {
  const bridge::Params::Proofs& rules = params.require_proofs();
  std::string file = read_bounded(ports, path, max_key_file);
  // Compared before parsing, so that no other file is ever parsed.
  crypto::Hash256 hash = crypto::sha256(as_bytes(file));
  if (hash != rules.verifying_key)
    throw refused("vk.differs", fmt::format("{} has the hash {}, the parameters name the verifying key {}",
                                            path, to_hex(hash), to_hex(rules.verifying_key)));
  return {rules.system, as_bytes(file)};
}

proofs::ZirenProof read_state_proof(Ports& ports, const std::string& path) {
  return parse_proof(read_bounded(ports, path, max_proof_file));
}

const char* proof_standing_name(ProofStanding standing) {
  switch (standing) {
    case ProofStanding::none:
      return "none";
    case ProofStanding::unpublished:
      return "unpublished";
    case ProofStanding::valid:
      return "valid";
    case ProofStanding::invalid:
      return "invalid";
  }
  return "";
}

Json commitment_check_document(const bridge::Commitment& commitment, const ProofFinding& finding) {
  Json out = new_document("commitment-check");
  out["epoch"] = commitment.record.epoch;
  out["txid"] = commitment.txid.display();
  out["height"] = commitment.height;
  out["proof_hash"] = to_hex(commitment.record.proof_hash);
  out["proof"] = proof_standing_name(finding.standing);
  if (!finding.reason.empty()) out["reason"] = finding.reason;
  return out;
}

StateProofs::StateProofs(const bridge::Params::Proofs& rules, proofs::ZirenKey key,
                         std::filesystem::path folder)
    : rules_(rules), key_(std::move(key)), folder_(std::move(folder)) {}

ProofFinding StateProofs::examine(const bridge::Commitment* before,
                                  const bridge::Commitment& commitment) const {
  if (commitment.record.proof_hash == ByteArray<32>{}) return {ProofStanding::none, {}};
  std::filesystem::path path = folder_ / fmt::format("{}.json", commitment.record.epoch);
  try {
    auto text = read_published_file(path, max_proof_file);
    if (!text) return {ProofStanding::unpublished, {}};
    proofs::ZirenProof proof = parse_proof(as_text(*text));
    Verdict verdict = before ? bridge::check_commitment_proof(rules_, key_, proof, *before, commitment)
                             : bridge::check_first_commitment_proof(rules_, key_, proof, commitment);
    if (verdict) return {ProofStanding::valid, {}};
    return {ProofStanding::invalid, verdict.reason};
  } catch (const Error& e) {
    if (e.exit() != Exit::input) throw;
    std::string where = e.field().empty() ? "" : e.field() + ": ";
    return {ProofStanding::invalid, "what is published is no proof: " + where + e.message()};
  }
}

}  // namespace pegkit::services
