#pragma once

#include <filesystem>
#include <string>

#include "base/json.hpp"
#include "crypto/keys.hpp"
#include "optimistic/graph_program.hpp"
#include "services/graph/claim_signer.hpp"

/// A lying operator for tests: it says whatever a test tells it to say, and keeps no record.
namespace pegkit::test {

/// A key document without a passphrase.
crypto::SecretKey read_key(const std::filesystem::path& path);

/// An output of a key (BIP86).
struct Coin {
  bitcoin::OutPoint outpoint;
  Sat value;
};
/// Spends one coin to these outputs and returns the rest, less the fee, to the coin's key.
bitcoin::Transaction pay(const crypto::SecretKey& key, const Coin& coin, std::vector<bitcoin::TxOut> outputs,
                         Sat fee);

/// An operator's folder: params.json, graph.json, sequencer.ots.json, operator.key (in the clear,
/// and the seed of its one-time keys).
class DishonestOperator {
 public:
  explicit DishonestOperator(const std::filesystem::path& folder);

  /// Values by name, from a claim that need not be true:
  ///
  ///   {"epoch", "id", "withdrawals": [{"id", "amount_sat", "script", "deposit"}…], "payout": hex,
  ///    "block": [txids], "headers": [hex]}
  ///
  /// A payout that is not in the block is proved as if it stood at place 1.
  Json trace(const Json& claim) const;
  /// The trace with one byte of a value changed, and, `onwards`, all that follows from it computed again.
  Json flip(const Json& trace, const std::string& value, std::size_t byte, bool onwards) const;
  /// The trace with other bytes as a value.
  Json set(const Json& trace, const std::string& value, const std::string& hex) const;

  bitcoin::Transaction kickoff(const Json& trace) const;
  /// `commitment` reveals the sequencer's signature of the root, for part 0. `coin` pays the fee.
  bitcoin::Transaction assert_part(const Json& trace, std::size_t part,
                                   const bitcoin::Transaction& commitment, const Coin& coin, Sat fee) const;

 private:
  const optimistic::ProgramClaim& claim() const;
  optimistic::ClaimTrace values(const Json& trace) const;
  Json named(const optimistic::ClaimTrace& trace) const;
  optimistic::ClaimSignatures sign(const optimistic::ClaimTrace& trace,
                                   const std::vector<std::size_t>& which) const;
  Bytes sign_leaf(const optimistic::GraphTransaction& made, const optimistic::GraphLeaf& leaf) const;

  crypto::SecretKey key_;
  optimistic::GraphDocument document_;
};

}  // namespace pegkit::test
