#pragma once

#include <memory>
#include <vector>

#include "bitcoin/psbt.hpp"
#include "bitcoin/script.hpp"
#include "crypto/musig.hpp"
#include "optimistic/graph_document.hpp"

namespace pegkit::test {

/// A small claim that proves nothing: every leaf asks for a preimage and for the signatures that the real
/// leaf asks for. Part 0 has a leaf for each epoch.
class SmallClaim : public optimistic::GraphClaim {
 public:
  SmallClaim(crypto::XOnlyKey signers, crypto::XOnlyKey operator_key, std::size_t parts = 2,
             std::size_t steps = 5)
      : signers_(signers), operator_(operator_key), parts_(parts), steps_(steps) {}

  std::uint8_t seed = 1;  ///< other preimages: another set of keys
  std::uint32_t first_epoch = 0, epochs = 3;
  std::size_t padding = 0;  ///< bytes more in every disprove leaf, as a push that is dropped
  std::size_t twice = static_cast<std::size_t>(-1);  ///< a step whose leaf is that of step 0
  std::int64_t extra_stack = 0;                      ///< bytes more of a part's or step's stack

  Bytes preimage(char kind, std::size_t number) const {
    return {seed, static_cast<std::uint8_t>(kind), static_cast<std::uint8_t>(number)};
  }

  crypto::Hash256 operator_keys() const override { return crypto::sha256(preimage('o', 0)); }
  crypto::Hash256 sequencer_keys() const override { return crypto::sha256(as_bytes("sequencer")); }
  Json operator_keys_document() const override { return Json{{"seed", seed}}; }

  bitcoin::Script kickoff_leaf() const override { return leaf(operator_, preimage('k', 0)); }
  std::int64_t kickoff_stack() const override { return stack_size; }
  std::size_t parts() const override { return parts_; }
  bitcoin::TapNode part_root(std::size_t part) const override;
  bitcoin::Script part_leaf(std::size_t part, std::uint32_t epoch) const override;
  std::vector<bitcoin::TapNode> part_path(std::size_t part, std::uint32_t epoch) const override;
  std::int64_t part_stack(std::size_t) const override { return stack_size + extra_stack; }
  std::size_t steps() const override { return steps_; }
  bitcoin::Script step_leaf(std::size_t step) const override;
  bitcoin::TapNode step_hash(std::size_t step) const override;
  std::int64_t step_size(std::size_t step) const override;
  std::int64_t step_stack(std::size_t) const override { return stack_size + 1 + extra_stack; }

 private:
  static constexpr std::int64_t stack_size = 1 + 64 + 1 + 3;
  static bitcoin::Script leaf(const crypto::XOnlyKey& key, const Bytes& preimage);
  std::vector<bitcoin::TapNode> part_hashes(std::size_t part) const;

  crypto::XOnlyKey signers_, operator_;
  std::size_t parts_, steps_;
};

crypto::SecretKey graph_secret(std::uint8_t seed);
/// The field for which parameters with one value changed are refused; empty when they are taken.
std::string refused_params_field(Json document, const char* pointer, const Json& value);

/// Parameters, deposit, stake and claim of one operator's graph, to be changed before build().
struct GraphFixture {
  static constexpr std::uint8_t operator_seed = 50;
  bridge::Params params = make_params();
  bridge::Custody custody;
  crypto::SecretKey operator_secret = graph_secret(operator_seed);
  crypto::XOnlyKey operator_key = crypto::xonly(operator_secret.public_key());
  bridge::Deposit deposit;
  std::shared_ptr<SmallClaim> claim;
  bitcoin::Transaction stake;
  std::uint32_t stake_vout = 0;

  explicit GraphFixture(std::uint32_t signers = 3, std::size_t parts = 2, std::size_t steps = 5);

  static bridge::Params make_params();
  static crypto::SecretKey signer(std::uint32_t i);
  static bridge::Custody make_custody(std::uint32_t signers);
  static bridge::Deposit make_deposit(const bridge::Custody& custody, const bridge::Params& params);

  optimistic::GraphInputs inputs() const { return {params, deposit, operator_key, stake, stake_vout, claim}; }
  optimistic::Graph build() const { return optimistic::Graph::build(inputs()); }
  /// The reader of graph documents with this fixture's claim.
  optimistic::ClaimMaker maker() const;

  /// One signature by all signers.
  crypto::SchnorrSignature sign(const optimistic::GraphTask& task) const;
  crypto::SecretKey secret_of(const crypto::PublicKey& key) const;
  crypto::SchnorrSignature sign_challenge(const optimistic::Graph& graph) const;
  optimistic::SignedGraph sign(const optimistic::Graph& graph) const;

  // The witness elements with which the operator asserts and a challenger disproves the small claim.
  bitcoin::Transaction kickoff(const optimistic::Graph& graph) const;
  /// Assert of one part, its fee paid by a coin that the operator's BIP86 key spends.
  bitcoin::Transaction assert_part(const optimistic::Graph& graph, std::size_t part, std::uint32_t epoch,
                                   const optimistic::GraphCoin& coin, Sat fee) const;
  bitcoin::Transaction disprove(const optimistic::SignedGraph& graph, std::size_t step,
                                const bitcoin::Script& to, FeeRate rate = FeeRate::per_vb(2)) const;
  Bytes operator_signature(ByteView message) const;
  /// Signs for the BIP86 output of the operator's key.
  Bytes wallet_signature(ByteView message) const;
};

}  // namespace pegkit::test
