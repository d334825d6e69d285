#include <doctest/doctest.h>

#include "app/verify_proof/commands.hpp"
#include "support/plonk_simulator.hpp"
#include "support/snarkjs_made.hpp"
#include "support/snarkjs_writer.hpp"
#include "support/verdicts.hpp"

using namespace pegkit;
using namespace pegkit::test;
using bn254::Fr;

namespace {

const Values gnark_files = {
    {"--vk", "vk.bin"}, {"--proof", "proof.bin"}, {"--public", "public.bin"}, {"--format", "gnark"}};

/// A world with the simulator's key and a proof of `inputs` in gnark's form.
struct GnarkWorld {
  FakePorts ports;
  GnarkWorld() {
    PlonkSimulator simulator(inputs.size(), 1);
    ports.files["vk.bin"] = text(simulator.key_file());
    ports.files["proof.bin"] = text(PlonkSimulator::proof_file(simulator.prove(inputs)));
    ports.files["public.bin"] = text(Groth16Simulator::witness_file(inputs));
    ports.files["public.json"] = snarkjs::json(inputs).dump();
  }
};

Values with(Values values, const std::string& name, const std::string& value) {
  std::erase_if(values, [&](const auto& option) { return option.first == name; });
  if (!value.empty()) values.push_back({name, value});
  return values;
}

}  // namespace

TEST_CASE("plonk: gnark's files") {
  GnarkWorld world;
  FakePorts& ports = world.ports;
  Json out = verdict_of(app::verify_proof::plonk_command, ports, gnark_files);
  CHECK(out == Json{{"type", "pegkit/verdict"}, {"version", 1}, {"valid", true}, {"public_inputs", 2}});
  CHECK(verdict_of(app::verify_proof::plonk_command, ports,
                   with(gnark_files, "--public", "public.json"))["valid"] == true);
  ports.input = ports.files["proof.bin"];
  CHECK(verdict_of(app::verify_proof::plonk_command, ports, with(gnark_files, "--proof", ""))["valid"] ==
        true);

  ports.files["public.json"] = R"(["33","34"])";
  CHECK(verdict_of(app::verify_proof::plonk_command, ports,
                   with(gnark_files, "--public", "public.json"))["reason"] ==
        "the linearisation's value does not follow from the others");
  ports.files["public.json"] = R"(["33"])";
  CHECK(verdict_of(app::verify_proof::plonk_command, ports,
                   with(gnark_files, "--public", "public.json"))["reason"] ==
        "1 public inputs, where the key has 2");
  ports.files["public.json"] = "\r\n\t [\"" + std::string(80, '9') + "\",\"1\"]";
  CHECK(verdict_of(app::verify_proof::plonk_command, ports,
                   with(gnark_files, "--public", "public.json"))["reason"] ==
        "public[0] is not below the field's order");
  ports.files["proof.bin"][5] ^= 1;
  CHECK(verdict_of(app::verify_proof::plonk_command, ports, gnark_files)["valid"] == false);
  ports.files["proof.bin"][0] = 0x40;
  CHECK(verdict_of(app::verify_proof::plonk_command, ports, gnark_files)["reason"] ==
        "lro[0]: wrong flag bits");
}

TEST_CASE("plonk: what cannot be read is bad input, what cannot be meant wrong usage") {
  GnarkWorld world;
  FakePorts& ports = world.ports;
  auto code = [&](const Values& values) {
    return error_code([&] { run(app::verify_proof::plonk_command, ports, values); });
  };
  CHECK(code(with(gnark_files, "--public", "")) == "usage");
  CHECK(code(with(with(gnark_files, "--proof", "-"), "--vk", "-")) == "usage");
  CHECK(code(with(with(gnark_files, "--proof", "-"), "--public", "-")) == "usage");
  CHECK(code(with(gnark_files, "--format", "")) == "json.syntax");
  ports.files["white"] = " \n";
  CHECK(code(with(gnark_files, "--public", "white")) == "public.truncated");
  ports.files["proof.bin"].pop_back();
  CHECK(code(gnark_files) == "proof.truncated");
  ports.files["vk.bin"] += "x";
  CHECK(code(gnark_files) == "vk.trailing");
  ports.files["vk.bin"].clear();
  CHECK(code(gnark_files) == "vk.truncated");
}

TEST_CASE("plonk: snarkjs' PLONK and fflonk") {
  auto check = [](app::CommandFactory make, const char* name, const char* element) {
    auto made = SnarkjsMade::get(name);
    if (!made) return;
    FakePorts ports;
    ports.files["vk.json"] = made->key().dump(1);
    ports.files["public.json"] = made->inputs().dump(1);
    ports.input = made->proof().dump(1);
    const Values values = {{"--vk", "vk.json"}, {"--public", "public.json"}};
    CHECK(verdict_of(make, ports, values)["valid"] == true);
    Json proof = made->proof();
    proof[Json::json_pointer(element)] = Json::array({"1", "2", "1"});
    ports.input = proof.dump();
    CHECK(verdict_of(make, ports, values)["reason"] == "the openings do not hold");
    ports.input = "{}";
    CHECK(error_code([&] { run(make, ports, values); }) == "json.missing");
    CHECK(error_code([&] { run(make, ports, with(values, "--vk", "-")); }) == "usage");
  };
  check(app::verify_proof::plonk_command, "plonk_2", "/Wxi");
  check(app::verify_proof::fflonk_command, "fflonk_2", "/polynomials/W2");
}
