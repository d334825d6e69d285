#include "app/spend_path_options.hpp"

#include <algorithm>
#include <charconv>

namespace pegkit::app {

std::vector<std::uint32_t> parse_signers(std::string_view text) {
  std::vector<std::uint32_t> out;
  while (true) {
    std::size_t end = std::min(text.find(','), text.size());
    std::uint32_t index = 0;
    auto [stop, error] = std::from_chars(text.data(), text.data() + end, index);
    if (error != std::errc() || stop != text.data() + end)
      throw usage_error("--signers takes the indexes of keys, separated by commas").hint("--signers 0,2,4");
    out.push_back(index);
    if (end == text.size()) return out;
    text.remove_prefix(end + 1);
  }
}

using bridge::SpendPath;

void SpendPathOptions::declare(Options& options) {
  options.choice(path_, "--path", {"key", "leaf", "recovery"}, "how the custody's coins are spent");
  options.text(signers_, "--signers", "LIST", "indexes of the keys that sign, such as 0,2,4");
}

SpendPath SpendPathOptions::read(const std::optional<SpendPath>& stated) const {
  if (path_.empty() && signers_.empty()) {
    if (stated) return *stated;
    throw usage_error("--path key or --signers is needed").hint("--signers 0,2,4 for a subset's leaf");
  }
  if (path_ == "key") {
    if (!signers_.empty()) throw usage_error("--signers does not go with --path key: there all keys sign");
    return SpendPath::key();
  }
  if (signers_.empty()) throw usage_error("--signers is needed with --path " + path_);
  auto signers = parse_signers(signers_);
  std::ranges::sort(signers);
  return path_ == "recovery" ? SpendPath::recovery(std::move(signers)) : SpendPath::leaf(std::move(signers));
}

}  // namespace pegkit::app
