#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/command.hpp"
#include "bridge/spend.hpp"

namespace pegkit::app {

/// Parses the value of --signers: "0,2,4" gives 0, 2, 4 in the order of the text. Throws a usage error (exit
/// 2).
std::vector<std::uint32_t> parse_signers(std::string_view text);

/// --path key|leaf|recovery and --signers 0,2,4: how coins of a custody are spent.
class SpendPathOptions {
 public:
  void declare(Options& options);
  /// --signers without --path means `leaf`. Returns `stated` when neither was given. Throws a usage error
  /// (exit 2) when there is no `stated` either, or when the two options do not go together.
  bridge::SpendPath read(const std::optional<bridge::SpendPath>& stated = std::nullopt) const;

 private:
  std::string path_, signers_;
};

}  // namespace pegkit::app
