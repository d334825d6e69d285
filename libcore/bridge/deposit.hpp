#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bitcoin/transaction.hpp"
#include "bridge/custody.hpp"
#include "bridge/params.hpp"
#include "evm/address.hpp"

namespace pegkit::bridge {

/// The custody's output with one more leaf that gives the coin back to the depositor after a timelock, and
/// binds the recipient on the layer 2 (doc/protocol.md, Deposits).
class Deposit {
 public:
  /// Throws Error `deposit.refund_blocks` (exit 3) outside 1 to 65535, `key.invalid`.
  static Deposit make(Custody custody, const evm::Address& recipient, const crypto::XOnlyKey& refund_key,
                      std::uint32_t refund_blocks);
  /// A `pegkit/deposit` document; derived fields that stand in it are checked as in Custody::parse.
  static Deposit parse(const Json& document, Derive derive = Derive::full, std::string path = "");
  Json to_json(std::optional<bitcoin::Chain> chain = std::nullopt) const;

  const Custody& custody() const { return custody_; }
  const evm::Address& recipient() const { return recipient_; }
  const crypto::XOnlyKey& refund_key() const { return refund_key_; }
  std::uint32_t refund_blocks() const { return refund_blocks_; }

  /// The output that funded it, once there is one.
  struct Funding {
    bitcoin::OutPoint outpoint;
    Sat amount;
    friend bool operator==(const Funding&, const Funding&) = default;
  };
  std::optional<Funding> funding;

  bitcoin::Script refund_script() const;
  bitcoin::TapNode refund_leaf_hash() const;
  Bytes refund_control_block() const;
  bitcoin::TapNode merkle_root() const;
  bitcoin::TaprootOutput output() const;
  bitcoin::Script script_pubkey() const;
  std::string address(bitcoin::Chain chain) const;

  /// How the custody spends this deposit by one of its paths.
  Spend spend(const SpendPath& path) const { return custody_.spend_beside(path, refund_leaf_hash()); }
  /// How the depositor takes the coin back: `keys` is empty, `key` is the refund key, and the sequence is the
  /// timelock.
  Spend refund_spend() const;

 private:
  Deposit(Custody custody, const evm::Address& recipient, const crypto::XOnlyKey& refund_key,
          std::uint32_t refund_blocks);
  Custody custody_;
  evm::Address recipient_;
  crypto::XOnlyKey refund_key_;
  std::uint32_t refund_blocks_;
};

/// The unsigned transaction that takes a funded deposit back to `to`. The fee at `rate` comes from the
/// amount. It is ready for `finalize` once the refund key has signed. Throws `deposit.unfunded` (exit 4),
/// `fee.uncovered` (exit 3) when only dust would be left, and Params' fee errors.
bitcoin::Psbt plan_refund(const Deposit& deposit, const bitcoin::Script& to, FeeRate rate,
                          const Params& params);

}  // namespace pegkit::bridge
