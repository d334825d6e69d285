#pragma once

#include <cstdint>
#include <string>

#include "app/command.hpp"
#include "app/spend_path_options.hpp"

namespace pegkit::app {

/// `peg-out announce`: tells the layer-2 contract of the next custody. Without a signature it says what the
/// present custody has to sign.
class AnnounceCustody : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, to_, custody_, signature_;
  SpendPathOptions path_;
  std::int64_t wait_ = 60;
};

}  // namespace pegkit::app
