#include "optimistic/claim_verdict.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace pegkit::optimistic {
namespace {

std::uint32_t read_u32(ByteView bytes) {
  std::uint32_t out = 0;
  for (std::uint8_t byte : bytes) out = out << 8 | byte;
  return out;
}

std::string blocks(std::uint32_t count) {
  return fmt::format("{} block{}", count, count == 1 ? "" : "s");
}

/// Decides step by step; the first rule that applies is the answer.
class Judge {
 public:
  Judge(const bridge::Params::Challenge& rules, const ClaimSituation& facts, std::uint32_t unknown_within)
      : rules_(rules), facts_(facts), unknown_within_(unknown_within) {}

  ChallengeVerdict judge() const {
    if (!facts_.kickoff.seen) return say("there is no kickoff");
    if (!facts_.kickoff.height) return before_kickoff();
    if (facts_.end.height) return ended();
    ChallengeVerdict out = live();
    if (facts_.end.seen && !out.well && facts_.end_pays_operator && acts(out.move)) {
      out.reason += "; the operator's transaction that takes the bond waits in the mempool";
      out.alarm = true;
    }
    return out;
  }

 private:
  static bool acts(ChallengeMove move) { return move != ChallengeMove::none && move != ChallengeMove::wait; }
  static ChallengeVerdict say(std::string reason) {
    ChallengeVerdict out;
    out.reason = std::move(reason);
    return out;
  }
  ChallengeVerdict bad(ChallengeMove move, std::string reason) const {
    ChallengeVerdict out = say(std::move(reason));
    out.move = move;
    out.well = false;
    return out;
  }
  /// A move, and the heights between which it must be made.
  ChallengeVerdict act(ChallengeMove move, std::size_t number, std::uint32_t since, std::uint32_t window,
                       std::string reason) const {
    ChallengeVerdict out = bad(move, std::move(reason));
    out.number = number;
    out.since = height() + since;
    out.deadline = height() + window - 1;
    return out;
  }

  std::uint32_t height() const { return *facts_.kickoff.height; }
  /// Blocks that can still be mined before one may hold a transaction with this relative lock.
  std::uint32_t left(std::uint32_t window) const {
    std::uint32_t open = height() + window, next = facts_.tip + 1;
    return open > next ? open - next : 0;
  }

  ChallengeVerdict before_kickoff() const {
    if (facts_.truth == ClaimTruth::yes) return say("the kickoff waits in the mempool; its claim is true");
    return bad(ChallengeMove::wait, "the kickoff waits in the mempool; " + untrue());
  }

  ChallengeVerdict ended() const {
    if (facts_.end_pays_operator && facts_.truth == ClaimTruth::no) {
      ChallengeVerdict out =
          bad(ChallengeMove::none, "the operator took the bond with a false claim: " + facts_.truth_reason);
      out.alarm = true;
      return out;
    }
    return say(fmt::format("ended in block {}", *facts_.end.height));
  }

  std::string untrue() const {
    const char* what = facts_.truth == ClaimTruth::no     ? "the claim is false"
                       : facts_.truth == ClaimTruth::open ? "the claim is not true yet"
                                                          : "the claim could not be checked";
    return facts_.truth_reason.empty() ? what : fmt::format("{}: {}", what, facts_.truth_reason);
  }

  /// True when a payout that a reorganisation took away has had time to come back.
  bool waited() const { return facts_.tip + 1 >= height() + rules_.challenge_window / 4; }
  bool taken_for_false() const {
    return facts_.truth == ClaimTruth::no || (facts_.truth == ClaimTruth::open && waited());
  }

  ChallengeVerdict live() const {
    if (facts_.false_step)
      return act(ChallengeMove::disprove, *facts_.false_step, rules_.challenge_window, rules_.final_window,
                 "the operator signed a step that does not hold");
    if (facts_.truth == ClaimTruth::yes) return say("the claim is true");
    // A challenge that is in no block yet may still be dropped, so the claim counts as unchallenged.
    return facts_.challenge.height ? silent("challenged; " + untrue()) : unchallenged();
  }

  ChallengeVerdict unchallenged() const {
    if (facts_.deposit_gone && facts_.truth != ClaimTruth::unknown)
      return silent("the deposit is out of the operator's reach; " + untrue());
    std::uint32_t left_to_open = left(rules_.challenge_window);
    bool late = facts_.truth == ClaimTruth::unknown && unknown_within_ > 0 && left_to_open <= unknown_within_;
    if (taken_for_false() || late) return act(ChallengeMove::open, 0, 0, rules_.challenge_window, untrue());
    ChallengeVerdict out =
        bad(ChallengeMove::wait, fmt::format("{}; {} left to challenge it", untrue(), blocks(left_to_open)));
    out.deadline = height() + rules_.challenge_window - 1;
    out.alarm = facts_.truth == ClaimTruth::unknown && left_to_open <= rules_.challenge_window / 4;
    return out;
  }

  /// The verdict when all depends on which parts are asserted.
  ChallengeVerdict silent(const std::string& why) const {
    auto missing = std::ranges::find_if(facts_.asserts, [](const Standing& part) { return !part.height; });
    auto part = static_cast<std::size_t>(missing - facts_.asserts.begin());
    if (part < facts_.asserts.size() && left(rules_.assert_window) == 0)
      return act(ChallengeMove::timeout, part, rules_.assert_window, rules_.final_window,
                 fmt::format("{}; part {} was not asserted in time", why, part));
    if (std::ranges::all_of(facts_.asserts, &Standing::seen)) {
      ChallengeVerdict out = bad(ChallengeMove::none,
                                 why + "; all parts are asserted and every step holds, nothing disproves it");
      out.alarm = true;
      return out;
    }
    return bad(ChallengeMove::wait,
               fmt::format("{}; {} left to assert part {}", why, blocks(left(rules_.assert_window)), part));
  }

  const bridge::Params::Challenge& rules_;
  const ClaimSituation& facts_;
  std::uint32_t unknown_within_;
};

/// Adds the signatures that one witness shows; nullopt when its leaf would not have accepted it.
void add(ClaimSignatures& into, std::optional<ClaimSignatures> from) {
  if (from) merge_signatures(into, std::move(*from));
}

}  // namespace

RevealedClaim read_claim(const ClaimReader& reader, const bitcoin::Witness& kickoff,
                         const std::vector<bitcoin::Witness>& parts) {
  RevealedClaim out;
  out.signatures.resize(reader.program.values().size());
  if (!kickoff.empty())
    add(out.signatures, read_kickoff(reader.program, reader.layout, reader.keys, kickoff));
  std::size_t count = std::min(parts.size(), reader.layout.parts());
  for (std::size_t i = 0; i < count; ++i) {
    if (parts[i].empty()) continue;
    if (i > 0) {
      add(out.signatures, read_assert(reader.program, reader.layout, reader.keys, i, parts[i]));
    } else if (auto epoch = read_epoch(reader.program, reader.layout, reader.keys, reader.sequencer,
                                       reader.first_epoch, parts[i])) {
      add(out.signatures, std::move(epoch->signatures));
    }
  }
  out.trace = signed_values(out.signatures);
  out.false_step = first_false_step(reader.program, out.trace);
  return out;
}

std::optional<ClaimSaid> claim_said(const ClaimProgram& program, const ClaimTrace& trace) {
  const Bytes &epoch = trace.at(program.value("epoch")), &id = trace.at(program.value("id")),
              &payout = trace.at(program.value("payout_txid"));
  if (epoch.empty() || id.empty() || payout.empty()) return std::nullopt;
  return ClaimSaid{read_u32(epoch), read_u32(id), bitcoin::Txid::from(payout)};
}

const char* claim_truth_name(ClaimTruth truth) {
  switch (truth) {
    case ClaimTruth::yes:
      return "yes";
    case ClaimTruth::no:
      return "no";
    case ClaimTruth::open:
      return "open";
    case ClaimTruth::unknown:
      return "unknown";
  }
  return "";
}

const char* challenge_move_name(ChallengeMove move) {
  switch (move) {
    case ChallengeMove::none:
      return "none";
    case ChallengeMove::wait:
      return "wait";
    case ChallengeMove::open:
      return "open";
    case ChallengeMove::disprove:
      return "disprove";
    case ChallengeMove::timeout:
      return "timeout";
  }
  return "";
}

ChallengeVerdict judge_claim(const bridge::Params::Challenge& rules, const ClaimSituation& situation,
                             std::uint32_t unknown_within) {
  return Judge(rules, situation, unknown_within).judge();
}

FeeRate urgent_rate(FeeRate base, FeeRate cap, std::uint32_t since, std::uint32_t deadline,
                    std::uint32_t tip) {
  std::uint32_t next = tip + 1;
  if (base >= cap || next >= deadline) return cap;
  std::uint32_t half = since + (deadline - std::min(since, deadline)) / 2;
  if (next <= half) return base;
  std::int64_t grown = (cap.sat_per_kvb() - base.sat_per_kvb()) * (next - half) / (deadline - half);
  return FeeRate::per_kvb(base.sat_per_kvb() + grown);
}

}  // namespace pegkit::optimistic
