
#include "services/layer2/state_proofs.hpp"

#include <doctest/doctest.h>
#include <filesystem>
#include <sys/stat.h>

#include "app/challenge/commands.hpp"
#include "bridge/psbt_document.hpp"
#include "support/optimistic_world.hpp"
#include "support/proven_world.hpp"

using namespace pegkit;
using namespace pegkit::test;

namespace {

using Values = FakeOptions::Values;

ByteArray<32> committed_hash(const BridgeWorld& world, const Json& document) {
  auto tx = bridge::TransactionDocument::parse(document).tx;
  return bridge::commitment_record(world.params.magic, tx).value().proof_hash;
}

/// A world whose first commitment, of epoch 3, stands in a block.
struct Begun : ProvenWorld {
  Begun() {
    commit(3);
    mine(1);
  }
  std::string build_error(std::uint32_t epoch, const Values& more) {
    return error_code([&] { build(epoch, more); });
  }
  Exit build_exit(std::uint32_t epoch, const Values& more) {
    return error_exit([&] { build(epoch, more); });
  }

  /// `challenge check`: its lines, as "EPOCH PROOF".
  std::vector<std::string> check(Exit wanted) {
    auto challenger = party();
    Exit exit = run(app::challenge::check_command, *challenger, by_proof());
    CHECK(exit == wanted);
    lines = challenger->printed;
    said = challenger->said;
    std::vector<std::string> out;
    for (const Json& line : lines) {
      CHECK(document_type(line) == "commitment-check");
      out.push_back(std::to_string(line["epoch"].get<int>()) + " " + line["proof"].get<std::string>());
    }
    return out;
  }
  std::string reason() const { return lines.back().at("reason"); }

  std::vector<Json> lines;
  std::vector<std::string> said;
};

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("commit-state build --proof: the proof's hash stands in the commitment") {
  Begun world;
  proofs::ZirenProof proof = world.proof_of(4);
  Json built = world.build(4, world.offer(proof));
  CHECK(committed_hash(world, built) == proof.hash());

  SUBCASE("from stdin") {
    world.sequencer->input = proof.to_json().dump();
    Json again = world.build(4, {{"--proof", "-"}, {"--vk", "vk.bin"}});
    CHECK(committed_hash(world, again) == proof.hash());
  }
  SUBCASE("a repeat is the same commitment, with another proof it is not") {
    std::string txid = world.send(built);
    CHECK(world.build(4, world.offer(proof)).at("txid") == txid);
    CHECK(world.build(4).at("already") == true);
    proofs::ZirenProof again = world.proof_of(4);
    CHECK(world.build_error(4, world.offer(again)) == "commitment.differs");
    world.mine(1);
    CHECK(world.build(4, world.offer(proof)).at("already") == true);
    CHECK(world.build_exit(4, world.offer(again)) == Exit::refused);
  }
  SUBCASE("a replacement keeps the hash, or takes another proof that is as true") {
    world.send(built);
    Json dearer = world.build(4, {{"--bump", ""}, {"--fee-rate", "7"}});
    CHECK(committed_hash(world, dearer) == proof.hash());
    proofs::ZirenProof again = world.proof_of(4);
    Values values = world.offer(again);
    values.insert(values.end(), {{"--bump", ""}, {"--fee-rate", "9"}});
    CHECK(committed_hash(world, world.build(4, values)) == again.hash());
    values = world.offer(world.prover.prove(world.epoch_root(4), world.epoch_root(5)));
    values.insert(values.end(), {{"--bump", ""}, {"--fee-rate", "9"}});
    CHECK(world.build_error(4, values) == "proof.extends");
    // The hash is of a proof of that state root alone.
    values = {
        {"--bump", ""}, {"--fee-rate", "9"}, {"--unchecked", ""}, {"--state-root", std::string(64, '1')}};
    CHECK(committed_hash(world, world.build(4, values)) == ByteArray<32>{});
  }
}

TEST_CASE("commit-state build --proof refuses before anything is signed") {
  Begun world;
  auto refused = [&](const proofs::ZirenProof& proof) {
    std::size_t printed = world.sequencer->printed.size();
    CHECK(world.build_exit(4, world.offer(proof)) == Exit::refused);
    CHECK(world.sequencer->printed.size() == printed);
    return world.build_error(4, world.offer(proof));
  };
  // Proofs of another epoch, from another state, to another state, and of no change.
  CHECK(refused(world.proof_of(5)) == "proof.extends");
  CHECK(refused(world.prover.prove(world.epoch_root(2), world.epoch_root(4))) == "proof.extends");
  CHECK(refused(world.prover.prove(world.epoch_root(3), world.epoch_root(5))) == "proof.extends");
  CHECK(refused(world.prover.prove(world.epoch_root(4), world.epoch_root(4))) == "proof.extends");
  // Roots that fit, and a proof that does not.
  proofs::ZirenProof proof = world.proof_of(4);
  proof.proof[99] ^= 1;
  CHECK(refused(proof) == "proof.invalid");
  proof = world.proof_of(4);
  proof.public_values[0] ^= 1;
  CHECK(refused(proof) == "proof.invalid");
  proof = world.proof_of(4);
  proof.program[1] ^= 1;
  CHECK(refused(proof) == "proof.invalid");
  CHECK(refused(world.prover.prove_by_another(world.epoch_root(3), world.epoch_root(4))) == "proof.invalid");
  CHECK(refused(StateProver(2).prove(world.epoch_root(3), world.epoch_root(4))) == "proof.invalid");

  // The state root is still the layer 2's, and the proof is of the one that is committed.
  Values unchecked = world.offer(world.proof_of(4));
  unchecked.insert(unchecked.end(), {{"--unchecked", ""}, {"--state-root", std::string(64, '1')}});
  CHECK(world.build_error(4, unchecked) == "proof.extends");
  world.fork = 1;
  CHECK(world.build_error(4, world.offer(world.proof_of(4))) == "proof.extends");
}

TEST_CASE("commit-state build --proof: what cannot be read, and options that do not fit") {
  Begun world;
  Values values = world.offer(world.proof_of(4));
  auto with = [&](const std::string& text) {
    world.sequencer->files["proof.json"] = text;
    return world.build_exit(4, values);
  };
  for (const char* text : {"", "{}", "[1]", "\xff\xfe", "{\"proof\":1"}) CHECK(with(text) == Exit::input);
  CHECK(with(world.prover.prove(Bytes(40, 1)).to_json().dump()) == Exit::input);
  Json extra = world.proof_of(4).to_json();
  extra["more"] = 1;
  CHECK(with(extra.dump()) == Exit::input);
  CHECK(with(std::string(services::max_proof_file + 1, ' ')) == Exit::input);
  CHECK(world.build_error(4, values) == "file.size");
  values = world.offer(world.proof_of(4));
  world.sequencer->files["vk.bin"].back() ^= 1;
  CHECK(world.build_error(4, values) == "vk.differs");
  world.sequencer->files["vk.bin"] = std::string(services::max_key_file + 1, ' ');
  CHECK(world.build_error(4, values) == "file.size");

  CHECK(world.build_exit(4, {{"--proof", "proof.json"}}) == Exit::usage);
  CHECK(world.build_exit(4, {{"--vk", "vk.bin"}}) == Exit::usage);
  CHECK(world.build_exit(4, {{"--proof", "-"}, {"--vk", "-"}}) == Exit::usage);
  values.emplace_back("--proof-hash", std::string(64, '1'));
  CHECK(world.build_exit(4, values) == Exit::usage);
}

TEST_CASE("commit-state build --proof: the first commitment has nothing to extend, other bridges no proofs") {
  ProvenWorld world;
  CHECK(error_code([&] { world.build(3, world.offer(world.proof_of(3))); }) == "proof.extends");
  ProvenWorld plain;
  plain.params.proofs.reset();
  plain.sequencer->files["params.json"] = plain.params.to_json().dump();
  CHECK(error_code([&] { plain.build(3, plain.offer(plain.proof_of(3))); }) == "params.proofs");
}

TEST_CASE("challenge check: what is published of each commitment") {
  Begun world;
  world.commit_proven(4);
  proofs::ZirenProof kept = world.proof_of(5);
  world.commit(5, world.offer(kept));
  world.mine(1);
  world.commit(6);
  world.mine(1);
  CHECK(world.check(Exit::ok) == std::vector<std::string>{"3 none", "4 valid", "5 unpublished", "6 none"});
  for (const Json& line : world.lines) CHECK_FALSE(line.contains("reason"));
  CHECK(world.lines[1]["proof_hash"] != std::string(64, '0'));

  // A proof for a commitment that claims none is ignored, and so are other files in the folder.
  world.publish(6, world.proof_of(6));
  world.write(99, "garbage");
  std::filesystem::create_directory(world.published.path() / "more");
  CHECK(world.check(Exit::ok).back() == "6 none");

  SUBCASE("published at last") {
    world.publish(5, kept);
    CHECK(world.check(Exit::ok)[2] == "5 valid");
  }
  SUBCASE("another's proof, a garbled one, and one of other roots") {
    world.publish(5, world.proof_of(5));
    CHECK(world.check(Exit::no) == std::vector<std::string>{"3 none", "4 valid", "5 invalid", "6 none"});
    CHECK(contains(world.lines[2].at("reason"), "has the hash"));
    for (const char* text : {"", "{}", "null", "\x1b[2J", "{\"a\\u001b\":1}"}) {
      world.write(5, text);
      CHECK(world.check(Exit::no)[2] == "5 invalid");
      std::string reason = world.lines[2].at("reason");
      CHECK(contains(reason, "what is published is no proof"));
      CHECK_FALSE(contains(reason, "\x1b"));
    }
    world.write(5, std::string(services::max_proof_file + 1, ' '));
    CHECK(world.check(Exit::no)[2] == "5 invalid");
    CHECK(contains(world.lines[2].at("reason"), "5.json: longer than"));
  }
  SUBCASE("no file: a folder, a pipe, a link to nowhere, one that never ends") {
    auto path = world.published.path() / "5.json";
    std::filesystem::create_directory(path);
    CHECK(world.check(Exit::no)[2] == "5 invalid");
    CHECK(contains(world.lines[2].at("reason"), "5.json: not a regular file"));
    std::filesystem::remove(path);
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK(world.check(Exit::no)[2] == "5 invalid");
    std::filesystem::remove(path);
    std::filesystem::create_symlink("/dev/zero", path);
    CHECK(world.check(Exit::no)[2] == "5 invalid");
    std::filesystem::remove(path);
    std::filesystem::create_symlink("nowhere", path);
    CHECK(world.check(Exit::ok)[2] == "5 unpublished");
  }
}

TEST_CASE("challenge check: commitments of what was never proven") {
  Begun world;
  auto claim = [&](std::uint32_t epoch, const proofs::ZirenProof& proof) {
    world.commit(epoch, {{"--proof-hash", to_hex(proof.hash())}});
    world.publish(epoch, proof);
    world.mine(1);
  };
  claim(4, world.prover.prove(world.epoch_root(2), world.epoch_root(4)));
  CHECK(world.check(Exit::no).back() == "4 invalid");
  CHECK(contains(world.reason(), "goes on from"));
  claim(5, world.prover.prove(world.epoch_root(4), world.epoch_root(6)));
  CHECK(world.check(Exit::no).back() == "5 invalid");
  CHECK(contains(world.reason(), "is of the state root"));
  proofs::ZirenProof broken = world.proof_of(6);
  broken.proof[40] ^= 1;
  claim(6, broken);
  CHECK(world.check(Exit::no).back() == "6 invalid");
  claim(7, world.prover.prove(Bytes(64, 3)));
  CHECK(world.check(Exit::no).back() == "7 invalid");
  CHECK(contains(world.reason(), "64 bytes"));
  claim(8, StateProver(2).prove(world.epoch_root(7), world.epoch_root(8)));
  CHECK(world.check(Exit::no).back() == "8 invalid");
  // The others were looked at all the same.
  claim(9, world.proof_of(9));
  CHECK(world.check(Exit::no).back() == "9 valid");
  claim(10, world.prover.prove_by_another(world.epoch_root(9), world.epoch_root(10)));
  CHECK(world.check(Exit::no).back() == "10 invalid");
  CHECK(contains(world.reason(), "is of the program"));
  CHECK(world.lines.size() == 8);
}

TEST_CASE("challenge check: a first commitment that claims a proof, and a thread that ends") {
  ProvenWorld world;
  proofs::ZirenProof proof = world.proof_of(3);
  world.commit(3, {{"--proof-hash", to_hex(proof.hash())}});
  world.publish(3, proof);
  world.mine(1);
  auto challenger = world.party();
  CHECK(run(app::challenge::check_command, *challenger, world.by_proof()) == Exit::ok);
  CHECK(challenger->last()["proof"] == "valid");
  world.publish(3, world.proof_of(4));
  CHECK(run(app::challenge::check_command, *challenger, world.by_proof()) == Exit::no);
  CHECK_FALSE(challenger->said_something_with("the thread has ended"));
  world.end_thread();
  world.mine(1);
  CHECK(run(app::challenge::check_command, *challenger, world.by_proof()) == Exit::no);
  CHECK(challenger->said_something_with("the thread has ended"));
}

TEST_CASE("challenge check: options of commitments, and of graphs as before") {
  Begun world;
  auto exit = [&](Values values) {
    auto challenger = world.party();
    values.emplace_back("--params", "params.json");
    return error_exit([&] { run(app::challenge::check_command, *challenger, values); });
  };
  std::string folder = world.published.path().string();
  CHECK(exit({}) == Exit::usage);
  CHECK(exit({{"--thread", world.thread}}) == Exit::usage);
  CHECK(exit({{"--thread", world.thread}, {"--proofs", folder}}) == Exit::usage);
  CHECK(exit({{"--thread", world.thread}, {"--vk", "vk.bin"}}) == Exit::usage);
  CHECK(exit({{"--proofs", folder}, {"--vk", "vk.bin"}}) == Exit::usage);
  CHECK(exit({{"--thread", world.thread}, {"--proofs", folder + "/none"}, {"--vk", "vk.bin"}}) ==
        Exit::usage);
  CHECK(exit({{"--thread", std::string(64, '1')}, {"--proofs", folder}, {"--vk", "vk.bin"}}) == Exit::input);
  CHECK(exit({{"--graph", "graph.json"}}) == Exit::usage);

  OptimisticWorld optimistic;
  TempDirectory directory;
  auto watcher = optimistic.party(OptimisticWorld::challenger_seed, directory.path());
  CHECK(run(app::challenge::check_command, *watcher, OptimisticWorld::options({})) == Exit::ok);
  std::size_t lines = watcher->printed.size();
  // A thread that cannot be checked does not keep the graphs from being looked at.
  Values values =
      OptimisticWorld::options({{"--thread", world.thread}, {"--proofs", folder}, {"--vk", "vk.bin"}});
  watcher->files["vk.bin"] = "key";
  CHECK(error_code([&] { run(app::challenge::check_command, *watcher, values); }) == "params.proofs");
  CHECK(watcher->printed.size() == 2 * lines);
}
