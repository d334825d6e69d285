#include "bridge/state_proof.hpp"

#include <doctest/doctest.h>

#include "support/errors.hpp"
#include "support/plonk_simulator.hpp"
#include "support/state_proofs.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::proofs;
using pegkit::test::error_code;
using pegkit::test::thrown;

namespace {

ByteArray<32> root(std::uint8_t number) {
  ByteArray<32> out;
  out.fill(number);
  return out;
}

Commitment commitment(std::uint32_t epoch, std::uint8_t state, const crypto::Hash256& proof_hash = {}) {
  Commitment out;
  out.record = {epoch, root(state), proof_hash};
  return out;
}

struct World {
  test::StateProver prover;
  Params::Proofs rules = prover.rules();
  ZirenKey key = prover.key();

  Verdict check(const ZirenProof& proof, std::uint8_t from, std::uint8_t to) const {
    return check_transition(rules, key, proof, root(from), root(to));
  }
};

bool has(const Verdict& verdict, const char* part) {
  return !verdict && verdict.reason.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a state transition is read where the parameters say") {
  World world;
  ZirenProof proof = world.prover.prove(root(1), root(2));
  CHECK(state_transition(world.rules, proof) == StateTransition{root(1), root(2)});
  std::swap(world.rules.previous_root, world.rules.root);
  CHECK(state_transition(world.rules, proof) == StateTransition{root(2), root(1)});

  // The last byte that is needed.
  proof.public_values.pop_back();
  Error error = thrown([&] { state_transition(world.rules, proof); }).value();
  CHECK(error.code() == "public_values.length");
  CHECK(error.exit() == Exit::input);
  CHECK(error.field() == "public_inputs");
  proof.public_values.clear();
  CHECK(error_code([&] { state_transition(world.rules, proof); }) == "public_values.length");
}

TEST_CASE("a transition is what the proof says, and nothing else") {
  World world;
  ZirenProof proof = world.prover.prove(root(1), root(2));
  CHECK(world.check(proof, 1, 2));
  CHECK(has(world.check(proof, 3, 2), "goes on from the state root 0101"));
  CHECK(has(world.check(proof, 1, 3), "is of the state root 0202"));
  CHECK(has(world.check(proof, 2, 1), "goes on from"));

  SUBCASE("the roots are changed in what was proven") {
    proof.public_values[8] ^= 1;
    ByteArray<32> from = root(1);
    from[0] ^= 1;
    CHECK_FALSE(check_transition(world.rules, world.key, proof, from, root(2)));
  }
  SUBCASE("another program proved it") {
    proof.program[31] ^= 1;
    CHECK(has(world.check(proof, 1, 2), "is of the program"));
    // The proof fails even when the parameters name the other program.
    world.rules.program = proof.program;
    CHECK_FALSE(world.check(proof, 1, 2));
    // One that verifies, and would do if the parameters named its program.
    ZirenProof theirs = world.prover.prove_by_another(root(1), root(2));
    CHECK(world.key.verify(theirs));
    CHECK(has(world.check(theirs, 1, 2), "is of the program"));
    CHECK(has(check_any_transition(world.rules, world.key, theirs), "is of the program"));
    world.rules.program = theirs.program;
    CHECK(world.check(theirs, 1, 2));
    CHECK(check_any_transition(world.rules, world.key, theirs));
  }
  SUBCASE("another system") {
    proof.system = ZirenSystem::plonk;
    CHECK(has(world.check(proof, 1, 2), "the proof is of plonk"));
  }
  SUBCASE("public values too short for the roots") {
    proof = world.prover.prove(Bytes(103, 1));
    CHECK(has(world.check(proof, 1, 1), "103 bytes"));
    CHECK(has(check_any_transition(world.rules, world.key, proof), "103 bytes"));
  }
  SUBCASE("a byte of the proof") {
    for (std::size_t i : {0, 4, 100, 259}) {
      ZirenProof changed = proof;
      changed.proof[i] ^= 1;
      CHECK_FALSE(world.check(changed, 1, 2));
    }
  }
  SUBCASE("a key that is not the parameters'") {
    test::StateProver other(2);
    ZirenProof theirs = other.prove(root(1), root(2));
    CHECK_FALSE(world.check(theirs, 1, 2));
    Error error =
        thrown([&] { check_transition(world.rules, other.key(), theirs, root(1), root(2)); }).value();
    CHECK(error.code() == "vk.differs");
    CHECK(error.exit() == Exit::refused);
    CHECK(error_code([&] { check_any_transition(world.rules, other.key(), theirs); }) == "vk.differs");
    Commitment before = commitment(6, 1), after = commitment(7, 2, theirs.hash());
    CHECK(error_code([&] { check_commitment_proof(world.rules, other.key(), theirs, before, after); }) ==
          "vk.differs");
    CHECK(error_code([&] { check_first_commitment_proof(world.rules, other.key(), theirs, after); }) ==
          "vk.differs");
    world.rules.system = ZirenSystem::plonk;
    CHECK(error_code([&] { world.check(proof, 1, 2); }) == "vk.differs");
  }
}

TEST_CASE("a published proof is the one that the commitment names") {
  World world;
  ZirenProof proof = world.prover.prove(root(1), root(2));
  Commitment before = commitment(6, 1), after = commitment(7, 2, proof.hash());
  auto check = [&](const ZirenProof& published) {
    return check_commitment_proof(world.rules, world.key, published, before, after);
  };
  CHECK(check(proof));

  // As true, and another one: proofs can be made anew without the witness.
  ZirenProof again = world.prover.prove(root(1), root(2));
  CHECK(world.check(again, 1, 2));
  CHECK(has(check(again), "epoch 7 is committed with"));
  ZirenProof longer = proof;
  longer.public_values.push_back(0);
  CHECK(has(check(longer), "hash"));
  after.record.proof_hash = {};
  CHECK(has(check(proof), "hash"));

  // The right hash of the wrong thing.
  ZirenProof elsewhere = world.prover.prove(root(1), root(3));
  after = commitment(7, 2, elsewhere.hash());
  CHECK(has(check(elsewhere), "is of the state root"));
  ZirenProof skips = world.prover.prove(root(9), root(2));
  after = commitment(7, 2, skips.hash());
  CHECK(has(check(skips), "goes on from"));
  ZirenProof broken = proof;
  broken.proof[200] ^= 1;
  after = commitment(7, 2, broken.hash());
  CHECK_FALSE(check(broken));
}

TEST_CASE("the proof of a thread's first commitment ends in its root, wherever it begins") {
  World world;
  ZirenProof proof = world.prover.prove(root(1), root(2));
  auto check = [&](const ZirenProof& published, const Commitment& first) {
    return check_first_commitment_proof(world.rules, world.key, published, first);
  };
  CHECK(check(proof, commitment(3, 2, proof.hash())));
  CHECK(has(check(proof, commitment(3, 2)), "hash"));
  CHECK(has(check(proof, commitment(3, 4, proof.hash())), "is of the state root"));
  ZirenProof brief = world.prover.prove(Bytes(20, 1));
  CHECK(has(check(brief, commitment(3, 2, brief.hash())), "20 bytes"));
}

TEST_CASE("a PLONK proof shows a state transition as a Groth16 proof does") {
  test::PlonkSimulator prover;
  ZirenKey key(ZirenSystem::plonk, prover.key_file());
  Params::Proofs rules = test::StateProver().rules();
  rules.system = ZirenSystem::plonk;
  rules.verifying_key = key.hash();
  Bytes values(104, 0xee);
  std::ranges::copy(root(1), values.begin() + rules.previous_root);
  std::ranges::copy(root(2), values.begin() + rules.root);
  ZirenProof proof = prover.ziren(rules.program, values);

  CHECK(check_transition(rules, key, proof, root(1), root(2)));
  CHECK(has(check_transition(rules, key, proof, root(1), root(3)), "the proof is of the state root"));
  CHECK(check_commitment_proof(rules, key, proof, commitment(6, 1), commitment(7, 2, proof.hash())));
  CHECK(has(check_commitment_proof(rules, key, proof, commitment(6, 1), commitment(7, 2)), "has the hash"));
  ZirenProof altered = proof;
  altered.public_values.front() ^= 1;
  CHECK(has(check_transition(rules, key, altered, root(1), root(2)), "the openings do not hold"));
  rules.system = ZirenSystem::groth16;
  CHECK_THROWS_AS(check_transition(rules, key, proof, root(1), root(2)), Error);
}
