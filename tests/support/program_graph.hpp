#pragma once

#include "optimistic/graph_program.hpp"
#include "support/graph_fixture.hpp"

namespace pegkit::test {

/// A graph whose claim is the real program's: the fixture's deposit and operator, a sequencer of a few
/// epochs, and amounts that fit.
struct ProgramGraph {
  GraphFixture base;
  crypto::SecretKey seed = graph_secret(55);
  optimistic::OtsKeySet sequencer_set = make_sequencer(61);
  optimistic::OtsKeySet operator_set;

  explicit ProgramGraph(std::uint32_t signers = 3, std::uint32_t headers = 2)
      : base(signers), operator_set(fit(base, seed, sequencer_set, headers)) {}

  static optimistic::OtsKeySet make_sequencer(std::uint8_t seed_byte, std::uint32_t epochs = 3) {
    crypto::SecretKey seed = graph_secret(seed_byte);
    std::vector<crypto::OtsPublicKey> keys;
    for (std::uint32_t epoch = 0; epoch < epochs; ++epoch)
      keys.push_back(crypto::ots_public_key(optimistic::sequencer_ots_secret(seed, epoch),
                                            optimistic::OtsKeySet::root_bytes));
    return optimistic::OtsKeySet::for_sequencer(0, std::move(keys));
  }
  optimistic::GraphInputs inputs() const {
    optimistic::GraphInputs out = base.inputs();
    out.claim = std::make_shared<optimistic::ProgramClaim>(
        optimistic::GraphSubject{base.params, base.deposit, base.operator_key}, operator_set, sequencer_set);
    return out;
  }
  optimistic::Graph build() const { return optimistic::Graph::build(inputs()); }

 private:
  static optimistic::OtsKeySet fit(GraphFixture& base, const crypto::SecretKey& seed,
                                   const optimistic::OtsKeySet& sequencer, std::uint32_t headers) {
    base.params.challenge->headers = headers;
    base.params.challenge->sequencer.ots = sequencer.hash();
    const auto& deposit = base.deposit.funding->outpoint;
    auto out = optimistic::operator_key_set(seed, base.params, deposit, base.operator_key);
    base.stake.outputs[0].script_pubkey =
        optimistic::stake_script(base.params, deposit, base.operator_key, out);
    return out;
  }
};

}  // namespace pegkit::test
