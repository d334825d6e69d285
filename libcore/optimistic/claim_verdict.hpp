#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bridge/params.hpp"
#include "optimistic/claim_leaves.hpp"

/// How a challenger judges a claim, from the values that it reveals and the facts of layer 2 and chain. Pure:
/// the same facts give the same answer at every run, whatever was found or sent before.
namespace pegkit::optimistic {

/// The program and the keys with which a claim's witnesses are read.
struct ClaimReader {
  const ClaimProgram& program;
  const ClaimLayout& layout;
  const ClaimKeys& keys;
  std::span<const crypto::OtsPublicKey> sequencer;  ///< its keys of the epochs from first_epoch on
  std::uint32_t first_epoch = 0;
};

/// The values that the known witnesses reveal. The operator signed every one of them.
struct RevealedClaim {
  ClaimSignatures signatures;
  ClaimTrace trace;                       ///< empty where a value is not known
  std::optional<std::size_t> false_step;  ///< the first one that the known values show
};
/// `kickoff` is the whole witness of the kickoff's input, `parts[i]` that of the input that spends
/// kickoff:2+i, by number of the part; empty witnesses are not looked at. A witness that the leaf would not
/// have accepted reveals nothing, and leaves the rest as it is.
RevealedClaim read_claim(const ClaimReader& reader, const bitcoin::Witness& kickoff,
                         const std::vector<bitcoin::Witness>& parts);

/// The claim that a kickoff makes; nullopt unless all three values are known.
struct ClaimSaid {
  std::uint32_t epoch = 0, id = 0;
  bitcoin::Txid payout;
  friend bool operator==(const ClaimSaid&, const ClaimSaid&) = default;
};
std::optional<ClaimSaid> claim_said(const ClaimProgram& program, const ClaimTrace& trace);

/// Whether layer 2 and best chain confirm a claim.
enum class ClaimTruth {
  yes,
  no,
  open,    ///< not now, but time may make it true: its payout, headers on top or epoch are still to come
  unknown  ///< node or layer 2 did not answer
};
const char* claim_truth_name(ClaimTruth truth);

/// Where a transaction stands.
struct Standing {
  bool seen = false;                    ///< in the mempool or in a block
  std::optional<std::uint32_t> height;  ///< of its block in the best chain

  static Standing absent() { return {}; }
  static Standing pending() { return {true, std::nullopt}; }
  static Standing at(std::uint32_t height) { return {true, height}; }
};

/// Everything that decides what to do about one graph.
struct ClaimSituation {
  std::uint32_t tip = 0;
  Standing kickoff, challenge;
  Standing end;                    ///< the transaction that spends the bond
  bool end_pays_operator = false;  ///< `end` is a take or the reclaim
  bool deposit_gone = false;       ///< somebody else has it for good, so no take can happen
  std::vector<Standing> asserts;   ///< by part: the transaction that spends its output and not the bond
  ClaimTruth truth = ClaimTruth::unknown;
  std::string truth_reason;
  std::optional<std::size_t> false_step;
};

enum class ChallengeMove { none, wait, open, disprove, timeout };
const char* challenge_move_name(ChallengeMove move);

struct ChallengeVerdict {
  ChallengeMove move = ChallengeMove::none;
  std::size_t number = 0;  ///< of the step or part
  std::string reason;      ///< one lower-case sentence
  /// False while a claim is live that is not true, or that nobody could check.
  bool well = true;
  bool alarm = false;  ///< people must look at it
  /// The last block that may hold the move; after it the operator can take.
  std::optional<std::uint32_t> deadline;
  /// The first block in which the move could be made; with the deadline it tells how urgent the move is.
  std::uint32_t since = 0;
};

/// Applies the rules of doc/challenge.md, State of one graph. A claim that could not be checked is challenged
/// when at most `unknown_within` blocks are left to do it; 0: never.
ChallengeVerdict judge_claim(const bridge::Params::Challenge& rules, const ClaimSituation& situation,
                             std::uint32_t unknown_within = 0);

/// The fee rate of a move that must be in a block between `since` and `deadline`: `base` in the first half of
/// that time, then growing by equal steps a block up to `cap` at the deadline and after it.
FeeRate urgent_rate(FeeRate base, FeeRate cap, std::uint32_t since, std::uint32_t deadline,
                    std::uint32_t tip);

}  // namespace pegkit::optimistic
