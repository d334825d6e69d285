#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/challenge/finding.hpp"
#include "app/challenge/watched_graphs.hpp"
#include "app/command.hpp"
#include "app/fee_rate_option.hpp"
#include "app/one_graph_options.hpp"
#include "app/proven_thread_options.hpp"
#include "services/graph/loaded_graph.hpp"

namespace pegkit::app {

/// `challenge check`: what every graph's claim is worth and what `run` would do, and what the published
/// proofs of a thread's commitments are worth; sends nothing. Exit 1 unless all is well; exit 6 or 4 when a
/// claim could not be checked.
class CheckChallenges : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  /// Each true when all is well; the first error is thrown when everything was looked at.
  bool check_graphs(Ports& ports) const;
  bool check_commitments(Ports& ports) const;

  WatchedGraphs graphs_;
  ProvenThreadOptions thread_;
};

/// `challenge run --once`: one pass that does all that is needed now. What goes wrong with one graph does not
/// keep the others waiting; the first error is thrown at the end.
class RunChallenges : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  WatchedGraphs graphs_;
  FeeRateOption fee_rate_;
  std::string to_;
  bool once_ = false;
};

/// `challenge status`: the same as check, and what was sent for each graph and where it stands.
class ChallengeStatus : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  WatchedGraphs graphs_;
};

/// `challenge open`: challenges the claim of one graph.
class OpenChallenge : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  FeeRateOption fee_rate_;
  bool anyway_ = false;
};

/// `challenge timeout`: takes the bond of an operator who did not assert a part in time.
class TimeOutAssert : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  OneGraphOptions graph_;
  FeeRateOption fee_rate_;
  std::string to_;
  std::optional<std::int64_t> part_;
  bool anyway_ = false;
};

/// `challenge disprove`: shows the first step that does not hold, from the chain, or from raw transactions
/// without a node.
class DisproveClaim : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  Exit run_offline(Ports& ports, const services::LoadedGraph& loaded);

  OneGraphOptions graph_;
  FeeRateOption fee_rate_;
  std::string to_, kickoff_;
  std::vector<std::string> asserts_;
};

}  // namespace pegkit::app
