#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/amount.hpp"
#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "bitcoin/pow.hpp"
#include "crypto/hash.hpp"
#include "crypto/keys.hpp"
#include "evm/address.hpp"
#include "proofs/ziren_proof.hpp"

namespace pegkit::bridge {

/// The four bytes that begin every OP_RETURN record of one bridge.
struct Magic : FixedBytes<4, Magic> {};

/// What all programs of one bridge must agree on (doc/protocol.md, Parameters).
struct Params {
  /// Identifiers of the contract's functions and event. Their argument types are the same for every bridge.
  struct Names {
    std::string mint = "mint";
    std::string withdraw = "withdraw";
    std::string withdrawal_requested = "WithdrawalRequested";
    friend bool operator==(const Names&, const Names&) = default;
  };
  struct Layer2 {
    std::uint64_t chain_id = 0;
    evm::Address contract;
    std::uint64_t from_block = 0;
    std::uint32_t finality = 12;       ///< blocks on top of a withdrawal's block
    std::uint32_t epoch_blocks = 100;  ///< layer-2 blocks in an epoch
    Names names;
    friend bool operator==(const Layer2&, const Layer2&) = default;
  };

  /// The parameters that an optimistic bridge adds (doc/challenge.md, Parameters). Windows are blocks after
  /// the kickoff.
  struct Challenge {
    struct Sequencer {
      crypto::XOnlyKey key;
      crypto::Hash256 ots{};  ///< hash of its set of one-time keys
      std::uint32_t first_epoch = 0, epochs = 0;
      friend bool operator==(const Sequencer&, const Sequencer&) = default;
    };
    static constexpr std::uint32_t max_headers = 12;
    static constexpr std::uint32_t max_epochs = 65'536;
    /// The fewest blocks between two windows, and before the first one: half a day on main, an hour
    /// elsewhere.
    static std::uint32_t least_gap(bitcoin::Chain chain);

    Sat denomination, operator_fee, bond, challenge_fee, burn;
    FeeRate fee_rate = FeeRate::per_vb(2);  ///< whole sat/vB
    std::uint32_t challenge_window = 144, assert_window = 432, final_window = 864, reclaim_window = 1296;
    std::uint32_t headers = 5;  ///< on top of the payout's block
    bitcoin::U256 target;       ///< largest hash of a claim's headers
    Sequencer sequencer;

    /// The amount that a withdrawal pays: the denomination less the operator's fee.
    Sat withdrawal_amount() const { return denomination - operator_fee; }
    friend bool operator==(const Challenge&, const Challenge&) = default;
  };

  /// The parameters that a bridge with proven state transitions adds (doc/protocol.md, State proofs).
  struct Proofs {
    static constexpr std::uint32_t max_offset = (1u << 20) - 32;
    proofs::ZirenSystem system = proofs::ZirenSystem::groth16;
    crypto::Hash256 verifying_key{};  ///< SHA256 of the file
    ByteArray<32> program{};          ///< vkey_hash of the program that proves a transition
    std::uint32_t previous_root = 0;  ///< offset in the public values, in bytes, of the root before
    std::uint32_t root = 32;          ///< the same of the proven root; the two do not overlap
    /// Blocks that a commitment must have, its own included, before withdrawals of its epoch are paid
    /// without a proof.
    std::uint32_t challenge_window = 144;
    friend bool operator==(const Proofs&, const Proofs&) = default;
  };

  bitcoin::Chain chain = bitcoin::Chain::regtest;
  Magic magic;
  std::uint32_t start_height = 0;
  std::uint32_t deposit_confirmations = 6;
  std::uint32_t refund_blocks = 1008;
  std::uint32_t sweep_margin = 144;
  std::uint32_t payout_confirmations = 6;
  FeeRate fee_floor = FeeRate::per_vb(1);  ///< whole sat/vB
  FeeRate fee_cap = FeeRate::per_vb(200);  ///< whole sat/vB
  Sat fee_cap_total{1'000'000};            ///< bound of one transaction's fee
  Layer2 layer2;
  std::optional<Challenge> challenge;  ///< none: a quorum bridge
  std::optional<Proofs> proofs;        ///< none: proof hashes are not checked

  /// A `pegkit/params` document, strictly; throws Error (exit 3) with the field's path.
  static Params parse(const Json& document);
  /// Canonical: fields in documents.md's order, defaults written out.
  Json to_json() const;
  /// Tagged hash `pegkit/params` of to_json() in compact form.
  crypto::Hash256 hash() const;
  /// Throws Error `chain.mismatch` (exit 7) when the document is for another network.
  void require_chain(bitcoin::Chain other) const;
  /// `rate` raised to the floor; throws Error `fee.rate` (exit 7) above the cap.
  FeeRate checked_fee_rate(FeeRate rate) const;
  /// Throws Error `fee.cap` (exit 7) when a fee is above fee_cap_total.
  void check_fee(Sat fee) const;
  /// Throws Error `params.quorum` (exit 3) for a quorum bridge.
  const Challenge& require_challenge() const;
  /// Throws Error `params.proofs` (exit 3) for a bridge without state proofs.
  const Proofs& require_proofs() const;

  friend bool operator==(const Params&, const Params&) = default;
};

}  // namespace pegkit::bridge
