#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/claim_chain.hpp"
#include "app/command.hpp"
#include "bridge/claim_verdict.hpp"

namespace pegkit::app {

/// The graphs that a challenger watches: --graph, --graphs, --sequencer-keys, --params, and what is done
/// about claims that cannot be checked.
class WatchedGraphs {
 public:
  /// `keys`: whether the sequencer's keys must be given, also where no graph is.
  void declare(Options& options, Need keys = Need::required);
  bool given() const { return !graphs_.empty() || !directory_.empty(); }
  bridge::Params params(Ports& ports) const;
  const std::string& sequencer_keys() const { return sequencer_keys_; }
  struct Loaded {
    std::vector<LoadedGraph> graphs;
    std::optional<Error> failure;  ///< the first, of a file that is left out
  };
  /// In the order given, those of a directory by name; a graph that is named twice counts once. A file that
  /// holds no graph, or one without all its signatures, is said and left out, so that the others are watched.
  /// Throws a usage error when no file is named or the sequencer's keys are missing, and the failure when no
  /// graph is left.
  Loaded load(Ports& ports) const;
  std::uint32_t unknown_within() const { return static_cast<std::uint32_t>(unknown_within_); }

 private:
  std::vector<std::string> files() const;

  std::vector<std::string> graphs_;
  std::string directory_, sequencer_keys_, params_;
  std::int64_t unknown_within_ = 0;
};

/// One graph as a run finds it. Nothing in it is remembered from an earlier run.
struct ChallengeFinding {
  GraphStatus status;
  bridge::RevealedClaim revealed;
  std::optional<bridge::ClaimSaid> said;  ///< by the kickoff
  bridge::ClaimTruth truth = bridge::ClaimTruth::unknown;
  std::string truth_reason;
  std::optional<Error> failure;  ///< why the truth is unknown
  bridge::ChallengeVerdict verdict;
};

/// What the graph's witnesses reveal, in the mempool or in a block; what belongs to another graph, or is no
/// witness of ours, reveals nothing.
bridge::RevealedClaim reveal_claim(const LoadedGraph& loaded, const GraphStatus& status);
/// Of a graph that is watched; the view must be synced. Executes the claim anew from layer 2 and chain while
/// it is live. When these do not answer, the truth is unknown and `failure` says why.
ChallengeFinding examine_graph(Ports& ports, SpendView& view, const LoadedGraph& loaded,
                               std::uint32_t unknown_within);
/// `pegkit/challenge`.
Json challenge_document(const LoadedGraph& loaded, const ChallengeFinding& finding);

}  // namespace pegkit::app
