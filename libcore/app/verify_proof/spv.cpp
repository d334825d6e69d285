#include "bridge/spv.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <optional>
#include <string>
#include <vector>

#include "app/verify_proof/commands.hpp"
#include "app/verify_proof/header_bytes.hpp"
#include "base/verdict.hpp"
#include "bitcoin/block.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/header_chain.hpp"
#include "services/input.hpp"
#include "services/results.hpp"

namespace pegkit::app::verify_proof {
namespace {

/// `verify-proof spv`: checks that a block contains a transaction, and, with --headers, that a header chain
/// contains the block.
class VerifySpv : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  Verdict find_block(const bridge::SpvProof& proof, const std::vector<bitcoin::Header>& headers,
                     std::optional<std::int64_t>& confirmations) const;
  std::string input_ = "-", headers_;
  std::int64_t first_height_ = 0, confirmations_ = 1;
};

}  // namespace

/// Checks that the verified headers contain the proof's block, at the height it states, with enough blocks on
/// top.
Verdict VerifySpv::find_block(const bridge::SpvProof& proof, const std::vector<bitcoin::Header>& headers,
                              std::optional<std::int64_t>& confirmations) const {
  auto found = std::ranges::find(headers, proof.header);
  if (found == headers.end()) return Verdict::no("the block is not among the headers");
  std::int64_t height = first_height_ + (found - headers.begin());
  if (height != proof.height)
    return Verdict::no(fmt::format("the block is at height {}, not {}", height, proof.height));
  confirmations = headers.end() - found;
  if (*confirmations < confirmations_)
    return Verdict::no(fmt::format("{} confirmations of {}", *confirmations, confirmations_));
  return {};
}

void VerifySpv::options(Options& options) {
  options.file(input_, "--proof", "the proof document (default: stdin)");
  options.file(headers_, "--headers", "the headers that must contain the block, hex or raw");
  options.integer(first_height_, "--first-height", "HEIGHT", "height of the first header in --headers", 0,
                  INT32_MAX);
  options.integer(confirmations_, "--confirmations", "N",
                  "with --headers: required confirmations of the block (default: 1)", 1, INT32_MAX);
  options.chain();
}

Exit VerifySpv::run(Ports& ports) {
  bridge::SpvProof proof = bridge::SpvProof::parse(services::read_json(ports, input_));
  if (proof.chain != ports.chain())
    throw refused("chain.mismatch",
                  fmt::format("the proof is for {}, not {}", bitcoin::chain_name(proof.chain),
                              bitcoin::chain_name(ports.chain())));
  Verdict verdict = proof.verify();
  std::optional<std::int64_t> confirmations;
  if (verdict && !headers_.empty()) {
    auto headers = bitcoin::parse_headers(header_bytes(ports.read(headers_)));
    verdict = bitcoin::verify_headers(headers, static_cast<std::uint32_t>(first_height_),
                                      bitcoin::chain_params(proof.chain), ports.now())
                  .verdict;
    if (verdict) verdict = find_block(proof, headers, confirmations);
  }
  Json out = services::verdict_document(verdict);
  out["txid"] = proof.tx.txid().display();
  out["block"] = proof.header.hash().display();
  if (confirmations) out["confirmations"] = *confirmations;
  ports.print(out);
  return verdict ? Exit::ok : Exit::no;
}

std::unique_ptr<Command> spv_command() {
  return std::make_unique<VerifySpv>();
}

}  // namespace pegkit::app::verify_proof
