#pragma once

#include <string>

#include "app/command.hpp"

namespace pegkit::app {

/// `inspect graph`: the transactions of a graph, their coins, timelocks and signers, as fields or as a
/// drawing.
class InspectGraph : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string graph_ = "-", params_, sequencer_keys_, status_, format_ = "json";
};

}  // namespace pegkit::app
