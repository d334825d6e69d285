#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/fee_rate_option.hpp"
#include "app/proven_thread_options.hpp"
#include "app/spend_path_options.hpp"

namespace pegkit::app {

/// `peg-out list`: all withdrawals with their states.
class ListWithdrawals : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, state_;
  ProvenThreadOptions thread_;
};

/// --ignore: what looks like a payout, and somebody says is none.
class IgnoredTransactions {
 public:
  void declare(Options& options);
  std::set<bitcoin::Txid> txids() const;

 private:
  std::vector<std::string> txids_;
};

/// `peg-out batch`: one PSBT that pays what is requested.
class BatchWithdrawals : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_;
  SpendPathOptions path_;
  FeeRateOption fee_rate_;
  std::optional<std::int64_t> max_;
  IgnoredTransactions ignored_;
  ProvenThreadOptions thread_;
  bool new_ = false, check_ = false;
};

/// `peg-out verify`: a payout against what the layer 2 asks for, for who is to sign it.
class VerifyPayout : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_, input_ = "-";
  IgnoredTransactions ignored_;
  ProvenThreadOptions thread_;
};

/// `peg-out rotate`: PSBTs that move every coin to the next custody.
class RotateCustody : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_, to_;
  SpendPathOptions path_;
  FeeRateOption fee_rate_;
  bool check_ = false;
};

/// `peg-out finalize`: a signed PSBT's transaction.
class FinalizePayout : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string input_ = "-";
};

/// `peg-out send`: checks, records and broadcasts.
class SendPayout : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, input_ = "-";
};

/// `peg-out bump`: a replacement that pays a higher fee, as a PSBT for another round.
class BumpPayout : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_, txid_;
  SpendPathOptions path_;
  FeeRateOption fee_rate_;
};

/// `peg-out drop`: gives up a plan that was never sent, so that its coins and withdrawals are free again.
class DropPlan : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, txid_;
};

}  // namespace pegkit::app
