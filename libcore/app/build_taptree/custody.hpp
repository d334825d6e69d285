#pragma once

#include <optional>
#include <string>

#include "app/command.hpp"

namespace pegkit::app {

/// `build-taptree custody`: a custody document with what follows from it, or all its leaves as a stream.
class BuildCustody : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string custody_ = "-", chain_;
  bool leaves_ = false;
};

/// `build-taptree deposit`: a custody's address for one depositor and one recipient.
class BuildDepositTree : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string custody_ = "-", chain_, recipient_, refund_key_, params_;
  std::optional<std::int64_t> refund_blocks_;
};

/// `build-taptree tree`: any tree.
class BuildTree : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string tree_ = "-", chain_;
};

/// `build-taptree leaf`: one leaf of a custody with its control block.
class BuildLeaf : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string custody_ = "-", signers_;
  std::optional<std::int64_t> index_;
  bool recovery_ = false;
};

}  // namespace pegkit::app
