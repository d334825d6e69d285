#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/commit_state/proof.hpp"
#include "app/fee_rate_option.hpp"
#include "app/ots_options.hpp"

namespace pegkit::app {

/// `commit-state build`: the next commitment of a thread, or the first of a new one.
class BuildCommitment : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_, thread_, coin_, state_root_, proof_hash_, withdrawals_root_;
  std::string sequencer_keys_;
  OfferedProof proof_;
  OtsSeedOption seed_;
  std::vector<std::string> fee_coins_;
  std::optional<std::int64_t> epoch_;
  FeeRateOption fee_rate_;
  bool unchecked_ = false, bump_ = false;
};

/// `commit-state send`: checks, records and broadcasts.
class SendCommitment : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, input_ = "-";
};

/// `commit-state address`: the output that the commitment of an epoch spends, in optimistic mode. Who pays to
/// the first epoch's opens a thread.
class ThreadAddress : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, sequencer_keys_;
  std::optional<std::int64_t> epoch_;
};

/// `commit-state list`: the commitments of a thread as JSON Lines.
class ListCommitments : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, thread_, sequencer_keys_;
};

/// `commit-state verify`: every commitment of a thread against the layer 2.
class VerifyCommitments : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, thread_, sequencer_keys_;
};

}  // namespace pegkit::app
