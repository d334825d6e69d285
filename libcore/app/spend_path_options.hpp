#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/command.hpp"
#include "bridge/spend.hpp"

namespace pegkit::app {

/// "0,2,4": the indexes of --signers, as they stand. Throws a usage error.
std::vector<std::uint32_t> parse_signers(std::string_view text);

/// --path key|leaf|recovery and --signers 0,2,4, as musig-round has them.
class SpendPathOptions {
 public:
  void declare(Options& options);
  /// Signers without a path mean `leaf`. `stated` is used when neither is given; without it throws a usage
  /// error.
  bridge::SpendPath read(const std::optional<bridge::SpendPath>& stated = std::nullopt) const;

 private:
  std::string path_, signers_;
};

}  // namespace pegkit::app
