#include <doctest/doctest.h>

#include "app/verify_proof/commands.hpp"
#include "bridge/commitment.hpp"
#include "bridge/params.hpp"
#include "proofs/snarkjs_batch.hpp"
#include "support/groth16_simulator.hpp"
#include "support/snarkjs_writer.hpp"
#include "support/vectors.hpp"
#include "support/verdicts.hpp"

using namespace pegkit;
using namespace pegkit::test;
using bn254::Fr;
using bn254::G1;

namespace {

/// A world with the simulator's key as vk.json, vk.bin and a proof of `inputs` in both forms.
struct World {
  Groth16Simulator simulator;
  FakePorts ports;
  World() {
    auto proof = simulator.prove(inputs);
    ports.files["vk.json"] = snarkjs::json(simulator.key()).dump(1);
    ports.files["proof.json"] = snarkjs::json(proof).dump(1);
    ports.files["public.json"] = snarkjs::json(inputs).dump(1);
    ports.files["vk.bin"] = text(simulator.key_file());
    ports.files["proof.bin"] = text(Groth16Simulator::proof_file(proof));
    ports.files["public.bin"] = text(Groth16Simulator::witness_file(inputs));
  }
  Json groth16(const Values& values) { return verdict_of(app::verify_proof::groth16_command, ports, values); }
  std::string groth16_error(const Values& values) {
    return error_code([&] { run(app::verify_proof::groth16_command, ports, values); });
  }
  /// One line of a batch.
  Json line() {
    return {{"proof", snarkjs::json(simulator.prove(inputs))}, {"public", snarkjs::json(inputs)}};
  }
};

std::string joined(const std::vector<Json>& lines) {
  std::string out;
  for (const Json& line : lines) out += line.dump() + "\n";
  return out;
}

// --- Ziren and a bridge -----------------------------------------------------------------------------------

ByteArray<32> filled(std::uint8_t byte) {
  ByteArray<32> out{};
  out.fill(byte);
  out[0] = 0;  // below the field's order
  return out;
}

/// A bridge whose program takes the state from root 1 to 2 to 3, and the thread that says so.
struct ProvenBridge {
  Groth16Simulator simulator;
  FakePorts ports;
  bridge::Params params;
  std::vector<proofs::ZirenProof> proofs;  ///< 0→1, 1→2, 2→3
  std::vector<bridge::Commitment> thread;

  ProvenBridge() {
    params.magic = bridge::Magic::from(as_bytes("PKIT"));
    params.layer2.chain_id = 1;
    params.proofs = bridge::Params::Proofs();
    auto& rules = *params.proofs;
    rules.verifying_key = crypto::sha256(simulator.key_file());
    rules.program = filled(7);
    for (std::uint8_t epoch = 0; epoch < 3; ++epoch) {
      Bytes values = to_bytes(filled(epoch));
      append(values, filled(epoch + 1));
      proofs.push_back(simulator.ziren(filled(7), values));
      auto& commitment = thread.emplace_back();
      commitment.record = {epoch, filled(epoch + 1), proofs.back().hash()};
      commitment.txid.bytes.fill(static_cast<std::uint8_t>(0xc0 + epoch));
      commitment.height = 100u + epoch;
    }
    ports.files["vk.bin"] = text(simulator.key_file());
    ports.files["params.json"] = params.to_json().dump();
    write_thread();
  }
  void write_thread() {
    std::vector<Json> lines;
    for (const auto& commitment : thread) lines.push_back(commitment.to_json());
    ports.files["thread.jsonl"] = joined(lines);
  }
  Json verify(const proofs::ZirenProof& proof, Values values = {}) {
    ports.input = proof.to_json().dump();
    values.push_back({"--vk", "vk.bin"});
    return verdict_of(app::verify_proof::ziren_command, ports, values);
  }
  Json in_thread(const proofs::ZirenProof& proof) {
    return verify(proof, {{"--params", "params.json"}, {"--commitments", "thread.jsonl"}});
  }
};

}  // namespace

TEST_CASE("groth16: proofs of snarkjs and gnark") {
  World world;
  Json out = world.groth16({{"--vk", "vk.json"}, {"--proof", "proof.json"}, {"--public", "public.json"}});
  CHECK(out == Json{{"type", "pegkit/verdict"}, {"version", 1}, {"valid", true}, {"public_inputs", 2}});
  world.ports.input = world.ports.files["proof.json"];
  CHECK(world.groth16({{"--vk", "vk.json"}, {"--public", "public.json"}})["valid"] == true);
  for (const char* shown : {"public.bin", "public.json"})
    CHECK(world.groth16({{"--vk", "vk.bin"},
                         {"--format", "gnark"},
                         {"--proof", "proof.bin"},
                         {"--public", shown}})["valid"] == true);
}

TEST_CASE("groth16: a false proof is a no with its reason") {
  World world;
  Json proof = parse_json(world.ports.files["proof.json"]);
  Values values = {{"--vk", "vk.json"}, {"--proof", "other.json"}, {"--public", "public.json"}};
  Json other = proof;
  other["pi_c"] = proof["pi_a"];
  world.ports.files["other.json"] = other.dump();
  CHECK(world.groth16(values)["reason"] == "the equation of the pairings does not hold");
  other["pi_c"] = {"1", "1", "1"};
  world.ports.files["other.json"] = other.dump();
  CHECK(world.groth16(values)["reason"] == "proof.pi_c: not on the curve");
  world.ports.files["other.json"] = proof.dump();
  world.ports.files["public.json"] = R"(["33"])";
  CHECK(world.groth16(values)["reason"] == "the key has 2 public inputs, the proof 1");
  world.ports.files["public.json"] =
      R"(["33","21888242871839275222246405745257275088548364400416034343698204186575808495617"])";
  CHECK(world.groth16(values)["reason"] == "public[1] is not below the field's order");
}

TEST_CASE("groth16: a key without inputs needs no --public") {
  World world;
  Groth16Simulator none(0);
  world.ports.files["vk.json"] = snarkjs::json(none.key()).dump();
  world.ports.files["proof.json"] = snarkjs::json(none.prove({})).dump();
  CHECK(world.groth16({{"--vk", "vk.json"}, {"--proof", "proof.json"}})["valid"] == true);
}

TEST_CASE("groth16: what is no proof, no key or no command") {
  World world;
  auto exit_of = [&](const Values& values) {
    return error_exit([&] { run(app::verify_proof::groth16_command, world.ports, values); });
  };
  CHECK(world.groth16_error({{"--vk", "vk.json"}, {"--proof", "proof.json"}}) == "usage");
  CHECK(world.groth16_error({{"--proof", "proof.json"}}) == "usage");
  CHECK(world.groth16_error({{"--vk", "vk.json"}, {"--public", "-"}}) == "usage");
  CHECK(world.groth16_error({{"--vk", "-"}, {"--public", "public.json"}}) == "usage");
  CHECK(world.groth16_error({{"--vk", "vk.json"}, {"--batch", "-"}, {"--public", "public.json"}}) == "usage");
  CHECK(world.groth16_error({{"--vk", "vk.json"}, {"--batch", "-"}, {"--proof", "proof.json"}}) == "usage");
  CHECK(world.groth16_error({{"--vk", "vk.bin"}, {"--batch", "-"}, {"--format", "gnark"}}) == "usage");
  CHECK(world.groth16_error({{"--vk", "-"}, {"--batch", "-"}}) == "usage");
  CHECK(exit_of({{"--vk", "proof.json"}, {"--proof", "proof.json"}, {"--public", "public.json"}}) ==
        Exit::input);
  CHECK(exit_of({{"--vk", "vk.json"}, {"--proof", "vk.json"}, {"--public", "public.json"}}) == Exit::input);
  CHECK(exit_of({{"--vk", "vk.json"}, {"--proof", "public.json"}, {"--public", "proof.json"}}) ==
        Exit::input);
  CHECK(exit_of({{"--vk", "vk.bin"}, {"--proof", "proof.json"}, {"--public", "public.json"}}) == Exit::input);
  CHECK(exit_of({{"--vk", "vk.bin"},
                 {"--format", "gnark"},
                 {"--proof", "public.bin"},
                 {"--public", "public.bin"}}) == Exit::input);
  world.ports.files["empty"] = "";
  CHECK(exit_of({{"--vk", "vk.json"}, {"--proof", "empty"}, {"--public", "public.json"}}) == Exit::input);
  CHECK(exit_of({{"--vk", "empty"}, {"--format", "gnark"}, {"--proof", "proof.bin"}}) == Exit::input);
}

TEST_CASE("groth16: an error names the file") {
  World world;
  for (const char* option : {"--vk", "--proof", "--public"}) {
    Values values = {{"--vk", "vk.json"}, {"--proof", "proof.json"}, {"--public", "public.json"}};
    std::ranges::find(values, option, &Values::value_type::first)->second = "empty";
    world.ports.files["empty"] = "\n";
    Error error = thrown([&] { run(app::verify_proof::groth16_command, world.ports, values); }).value();
    CHECK(error.code() == "json.empty");
    CHECK(error.message().starts_with("empty: "));
  }
}

TEST_CASE("groth16: a thousand proofs at once, and the false ones among them named") {
  World world;
  std::vector<Json> lines;
  for (int i = 0; i < 20; ++i) lines.push_back(world.line());
  while (lines.size() < 1000) lines.push_back(lines[lines.size() % 20]);
  world.ports.input = joined(lines);
  CHECK(world.groth16({{"--vk", "vk.json"}, {"--batch", "-"}}) == Json{{"type", "pegkit/verdict"},
                                                                       {"version", 1},
                                                                       {"valid", true},
                                                                       {"proofs", 1000},
                                                                       {"invalid", Json::array()}});
  std::swap(lines[617]["proof"]["pi_a"], lines[617]["proof"]["pi_c"]);
  world.ports.files["batch"] = joined(lines);
  Json out = world.groth16({{"--vk", "vk.json"}, {"--batch", "batch"}});
  CHECK(out["invalid"] == Json{617});
  CHECK(out["proofs"] == 1000);
  CHECK(out["reason"] ==
        "1 of 1000 proofs are false, the first: [617]: the equation of the pairings does not hold");
}

TEST_CASE("groth16: all kinds of false proofs in a batch") {
  World world;
  std::vector<Json> lines;
  for (int i = 0; i < 6; ++i) lines.push_back(world.line());
  lines[1]["public"][0] = "34";
  lines[2]["proof"]["pi_a"][0] = "1";
  lines[4]["public"] = {"33"};
  lines[5]["public"][1] = std::string(80, '9');
  world.ports.files["batch"] = joined(lines) + "\n\n";
  Json out = world.groth16({{"--vk", "vk.json"}, {"--batch", "batch"}});
  CHECK(out["invalid"] == Json{1, 2, 4, 5});
  CHECK(out["reason"].get<std::string>().ends_with("[1]: the equation of the pairings does not hold"));
  lines[1] = lines[0];
  world.ports.files["batch"] = joined(lines);
  out = world.groth16({{"--vk", "vk.json"}, {"--batch", "batch"}});
  CHECK(out["reason"].get<std::string>().ends_with("[2].proof.pi_a: not on the curve"));

  auto reason_of = [&](const Json& line) {
    world.ports.files["batch"] = line.dump();
    return world.groth16({{"--vk", "vk.json"}, {"--batch", "batch"}})["reason"].get<std::string>();
  };
  CHECK(reason_of(lines[4]).ends_with("[0].public: 1 public inputs, the key has 2"));
  CHECK(reason_of(lines[5]).ends_with("[0].public[1] is not below the field's order"));
  lines[4]["public"] = {"33", "34", "35"};
  CHECK(reason_of(lines[4]).ends_with("[0].public: 3 public inputs, the key has 2"));
  lines[4]["proof"]["pi_c"] = {"1", "1", "1"};
  CHECK(reason_of(lines[4]).ends_with("[0].proof.pi_c: not on the curve"));

  // Errors of two proofs that cancel when the equations are multiplied without weights.
  const G1 error = Groth16Simulator::g1(Fr::from_u64(99));
  auto off = [&](const G1& by) {
    auto proof = world.simulator.prove(inputs);
    proof.c = (bn254::G1Sum::from(proof.c) + by).affine();
    return Json{{"proof", snarkjs::json(proof)}, {"public", snarkjs::json(inputs)}};
  };
  world.ports.files["batch"] = joined({world.line(), off(error), off(-error)});
  CHECK(world.groth16({{"--vk", "vk.json"}, {"--batch", "batch"}})["invalid"] == Json{1, 2});
}

TEST_CASE("groth16: lines that are no proofs") {
  World world;
  auto error_of = [&](const std::string& batch) -> std::string {
    world.ports.files["batch"] = batch;
    try {
      run(app::verify_proof::groth16_command, world.ports, {{"--vk", "vk.json"}, {"--batch", "batch"}});
    } catch (const Error& e) {
      CHECK(e.exit() == Exit::input);
      return e.code() + " " + e.field();
    }
    return "";
  };
  std::string good = world.line().dump() + "\n";
  CHECK(error_of("") == "input.empty ");
  CHECK(error_of("\n \n\t\r\n") == "input.empty ");
  CHECK(error_of(good + "{") == "json.syntax [1]");
  CHECK(error_of(good + R"({"proof":{"pi_a":1,"pi_a":1}})") == "json.duplicate [1].proof.pi_a");
  CHECK(error_of(good + good + "{}") == "json.missing [2].proof");
  CHECK(error_of(good + "\n[]") == "json.type [1]");
  Json line = world.line();
  line["proof"]["pi_a"][0] = 5;
  CHECK(error_of(line.dump()) == "json.type [0].proof.pi_a[0]");
  line = world.line();
  line["more"] = 1;
  CHECK(error_of(line.dump()) == "json.unknown [0].more");
}

TEST_CASE("ziren: the published proof" * needs_vectors) {
  auto document = vectors_path("zk/ziren-fibonacci-groth16.json"),
       key = vectors_path("zk/ziren-groth16-vk.bin");
  FakePorts ports;
  Values values = {{"DOC", document.string()}, {"--vk", key.string()}};
  CHECK(verdict_of(app::verify_proof::ziren_command, ports, values) ==
        Json{{"type", "pegkit/verdict"},
             {"version", 1},
             {"valid", true},
             {"system", "groth16"},
             {"program", "000af4dec7c5c46814197f654bf3f99a0590561c7e3f1660a72e4c4d712037ad"},
             {"public_values_hash", to_hex(crypto::sha256(from_hex("e80300004d170000430e0000")))},
             {"proof_hash", "b62a6280275b5a33acfaf95359a29f9ba935def58ea65a86643a108743ab0009"}});
  Json changed = parse_json(ports.read(document.string()));
  changed["public_inputs"] = "e80300004d170000430e0001";
  ports.input = changed.dump();
  CHECK(verdict_of(app::verify_proof::ziren_command, ports, {{"--vk", key.string()}})["reason"] ==
        "the equation of the pairings does not hold");
}

TEST_CASE("ziren: with a bridge's parameters it is their program, and its roots are read") {
  ProvenBridge bridge;
  Json out = bridge.verify(bridge.proofs[1], {{"--params", "params.json"}});
  CHECK(out["valid"] == true);
  CHECK(out["previous_root"] == to_hex(filled(1)));
  CHECK(out["root"] == to_hex(filled(2)));
  CHECK_FALSE(bridge.verify(bridge.proofs[1]).contains("root"));

  auto other_program = bridge.simulator.ziren(filled(8), bridge.proofs[1].public_values);
  CHECK(bridge.verify(other_program)["valid"] == true);
  CHECK(bridge.verify(other_program, {{"--params", "params.json"}})["reason"].get<std::string>().starts_with(
      "the proof is of the program"));
  auto short_values = bridge.simulator.ziren(filled(7), Bytes(63));
  CHECK(bridge.verify(short_values, {{"--params", "params.json"}})["reason"].get<std::string>().starts_with(
      "the public values have 63 bytes"));
  auto false_one = bridge.proofs[1];
  false_one.public_values[5] ^= 1;
  CHECK(bridge.verify(false_one, {{"--params", "params.json"}})["reason"] ==
        "the equation of the pairings does not hold");
}

TEST_CASE("ziren: a key that is not the parameters', and parameters without proofs") {
  ProvenBridge bridge;
  Groth16Simulator stranger(2, 99);
  bridge.ports.files["vk.bin"] = text(stranger.key_file());
  auto verify = [&] { bridge.verify(stranger.ziren(filled(7), Bytes(64)), {{"--params", "params.json"}}); };
  CHECK(error_exit(verify) == Exit::refused);
  CHECK(error_code(verify) == "vk.differs");
  bridge.params.proofs.reset();
  bridge.ports.files["params.json"] = bridge.params.to_json().dump();
  CHECK(error_code(verify) == "params.proofs");
  CHECK(error_code([&] { bridge.verify(bridge.proofs[1], {{"--commitments", "thread.jsonl"}}); }) == "usage");
  CHECK(error_code([&] { bridge.verify(bridge.proofs[1], {{"--params", "-"}}); }) == "usage");
  auto usage = [&](const Values& values) {
    return error_code([&] { run(app::verify_proof::ziren_command, bridge.ports, values); }) == "usage";
  };
  CHECK(usage({{"--vk", "-"}}));
  CHECK(usage({{"--vk", "vk.bin"}, {"--params", "params.json"}, {"--commitments", "-"}}));
  CHECK(usage({}));
}

TEST_CASE("ziren: the commitment that carries the proof") {
  ProvenBridge bridge;
  Json out = bridge.in_thread(bridge.proofs[1]);
  CHECK(out["valid"] == true);
  CHECK(out["epoch"] == 1);
  CHECK(out["commitment"] == bridge.thread[1].txid.display());
  CHECK(bridge.in_thread(bridge.proofs[0])["epoch"] == 0);

  auto reason = [](const Json& document) { return document["reason"].get<std::string>(); };
  auto again = bridge.simulator.ziren(filled(7), bridge.proofs[1].public_values);
  CHECK(reason(bridge.in_thread(again)) == "none of 3 commitments carries this proof");

  bridge.thread[0].record.state_root[9] ^= 1;
  bridge.write_thread();
  CHECK(reason(bridge.in_thread(bridge.proofs[1])).starts_with("the proof goes on from the state root"));
  CHECK(reason(bridge.in_thread(bridge.proofs[0])).starts_with("the proof is of the state root"));
  CHECK(bridge.in_thread(bridge.proofs[2])["valid"] == true);
  bridge.thread[2].record.state_root[9] ^= 1;
  bridge.write_thread();
  CHECK(reason(bridge.in_thread(bridge.proofs[2])).starts_with("the proof is of the state root"));

  // A commitment that names the proof falsely does not hide the commitment that the proof belongs to.
  bridge.thread[1].record.proof_hash = bridge.proofs[2].hash();
  bridge.thread[2].record.state_root[9] ^= 1;
  bridge.write_thread();
  CHECK(bridge.in_thread(bridge.proofs[2])["epoch"] == 2);

  // Nor does one after it.
  bridge.thread[1].record.proof_hash = bridge.proofs[1].hash();
  bridge.thread[0].record.state_root[9] ^= 1;
  bridge.thread[2].record.proof_hash = bridge.proofs[1].hash();
  bridge.write_thread();
  CHECK(bridge.in_thread(bridge.proofs[1])["epoch"] == 1);

  bridge.thread.erase(bridge.thread.begin() + 1);
  bridge.write_thread();
  CHECK(error_code([&] { bridge.in_thread(bridge.proofs[2]); }) == "commitments.order");
}
