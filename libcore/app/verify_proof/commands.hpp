#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "bridge/spv.hpp"

namespace pegkit::app {

/// `verify-proof spv`: a transaction stands in a block, and the block in a chain of headers when one is
/// given.
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

/// `verify-proof headers`: headers that follow each other, with all rules that can be checked from them.
class VerifyHeaders : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_ = "-";
  std::int64_t first_height_ = 0;
};

}  // namespace pegkit::app
