#include "proofs/snarkjs_batch.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/json.hpp"
#include "base/text.hpp"
#include "crypto/secret.hpp"
#include "proofs/snarkjs_groth16.hpp"

namespace pegkit::proofs {
namespace {

using proofs::Groth16Verifier;

constexpr std::size_t max_group = 256, max_group_inputs = 1u << 20;

/// A line as read: a claim, or the reason why it is false before any equation is checked.
struct Line {
  Groth16Verifier::Claim claim;
  Verdict verdict;
};

Line read_line(const std::string& text, std::size_t index, std::size_t inputs) {
  std::string path = fmt::format("[{}]", index);
  Json document;
  try {
    document = parse_json(text);
  } catch (const Error& e) {
    throw Error(e.exit(), e.code(), e.message()).field(e.field().empty() ? path : path + "." + e.field());
  }
  JsonObject object(document, path);
  auto proof = proofs::read_snarkjs_groth16_proof(object.required("proof"));
  auto values = proofs::read_snarkjs_inputs(object.required("public"));
  object.done();
  Verdict verdict = proof.verdict ? values.verdict : proof.verdict;
  if (verdict && values.inputs.size() != inputs)
    verdict = Verdict::no(
        fmt::format("{}.public: {} public inputs, the key has {}", path, values.inputs.size(), inputs));
  return {{std::move(proof.proof), std::move(values.inputs)}, std::move(verdict)};
}

class Batch {
 public:
  explicit Batch(const Groth16Verifier& verifier)
      : verifier_(verifier),
        group_size_(std::clamp<std::size_t>(max_group_inputs / (verifier.inputs() + 1), 1, max_group)) {}

  void add(const std::string& text) {
    std::size_t index = result_.proofs++;
    Line line = read_line(text, index, verifier_.inputs());
    if (!line.verdict) return reject(index, line.verdict.reason);
    indexes_.push_back(index);
    claims_.push_back(std::move(line.claim));
    if (claims_.size() == group_size_) flush();
  }

  Groth16BatchResult finish() {
    flush();
    std::ranges::sort(result_.invalid);
    return std::move(result_);
  }

 private:
  void reject(std::size_t index, const std::string& reason) {
    if (result_.invalid.empty() || index < std::ranges::min(result_.invalid)) result_.first_reason = reason;
    result_.invalid.push_back(index);
  }

  void flush() {
    if (!verifier_.verify_batch(claims_, crypto::random_array<32>())) {
      for (std::size_t i = 0; i < claims_.size(); ++i)
        if (Verdict verdict = verifier_.verify(claims_[i].proof, claims_[i].inputs); !verdict)
          reject(indexes_[i], fmt::format("[{}]: {}", indexes_[i], verdict.reason));
    }
    claims_.clear();
    indexes_.clear();
  }

  const Groth16Verifier& verifier_;
  std::size_t group_size_;
  std::vector<Groth16Verifier::Claim> claims_;
  std::vector<std::size_t> indexes_;  ///< for each of claims_, the number of its line among the proofs
  Groth16BatchResult result_;
};

}  // namespace

Verdict Groth16BatchResult::verdict() const {
  if (invalid.empty()) return {};
  return Verdict::no(
      fmt::format("{} of {} proofs are false, the first: {}", invalid.size(), proofs, first_reason));
}

Groth16BatchResult verify_groth16_batch(const Groth16Verifier& verifier,
                                        const std::function<std::optional<std::string>()>& next_line) {
  Batch batch(verifier);
  bool any = false;
  while (auto line = next_line()) {
    if (is_blank(*line)) continue;
    any = true;
    batch.add(*line);
  }
  if (!any) throw input_error("input.empty", "empty input");
  return batch.finish();
}

}  // namespace pegkit::proofs
