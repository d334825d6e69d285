#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/fee_rate_option.hpp"
#include "bridge/deposit.hpp"

namespace pegkit::app {

/// `peg-in address`: a deposit address for one recipient, with the depositor's way back.
class DepositAddress : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, custody_, recipient_, refund_key_;
};

/// `peg-in build`: the transaction that funds a deposit: signed with a key file, or a PSBT of given
/// addresses.
class BuildDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, deposit_ = "-", change_;
  std::int64_t amount_ = 0;
  std::vector<std::string> from_;
  bool broadcast_ = false, again_ = false;
  FeeRateOption fee_rate_;
};

/// `peg-in refund`: takes a deposit back once its timelock is over.
class RefundDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, deposit_ = "-", outpoint_, to_;
  bool broadcast_ = false;
  FeeRateOption fee_rate_;
};

/// `peg-in prove`: that a deposit (or with --txid any transaction) is in a block (`pegkit/spv-proof`), or
/// what the custodians sign for a deposit (`--mint`, `pegkit/mint`).
class ProveDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  Exit prove_transaction(Ports& ports, const bridge::Params& params) const;
  /// That the deposit may be minted; throws when it may not, or not yet.
  void require_mintable(Ports& ports, const bridge::Params& params, const bridge::Deposit& deposit,
                        std::uint32_t confirmations) const;
  std::string params_, deposit_ = "-", txid_, outpoint_, block_, spent_in_, lock_, graph_, sequencer_keys_;
  bool mint_ = false;
};

/// `peg-in mint`: sends a signed `pegkit/mint` to the layer 2.
class MintDeposit : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, input_ = "-", custody_;
  std::int64_t wait_ = 60;
};

}  // namespace pegkit::app
