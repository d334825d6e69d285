#include <doctest/doctest.h>

#include "support/bridge_fixture.hpp"
#include "support/errors.hpp"
#include "support/graph_fixture.hpp"
#include "support/state_proofs.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::proofs;

namespace {

Json document() {
  Params params = bridge::test::params();
  params.proofs = pegkit::test::StateProver().rules();
  return params.to_json();
}

/// The field that a changed document is refused for; empty when it is taken.
std::string refused_field(const char* pointer, const Json& value) {
  return pegkit::test::refused_params_field(document(), pointer, value);
}

}  // namespace

TEST_CASE("parameters without proofs stay as they were") {
  Params params = bridge::test::params();
  CHECK_FALSE(params.to_json().contains("proofs"));
  // The hash of this bridge before there were state proofs.
  CHECK(to_hex(params.hash()) == "54291bd99e5049af279710e8e8a47748eab7028bee9c6d6ed73eb910179e8ed1");
  CHECK(pegkit::test::error_and_exit([&] { params.require_proofs(); }) == "params.proofs 3");
}

TEST_CASE("proof parameters: written and read, last in the document, part of the hash") {
  Params params = Params::parse(document());
  CHECK(Params::parse(params.to_json()) == params);
  CHECK(params.require_proofs() == pegkit::test::StateProver().rules());
  CHECK(params.to_json().back().at("system") == "groth16");
  Params other = params;
  other.proofs->challenge_window += 1;
  CHECK(other.hash() != params.hash());
  other.proofs.reset();
  CHECK(other.hash() == bridge::test::params().hash());

  Json defaults = document();
  for (const char* name : {"previous_root", "root", "challenge_window"}) defaults["proofs"].erase(name);
  defaults["proofs"]["system"] = "plonk";
  Params::Proofs read = Params::parse(defaults).require_proofs();
  CHECK(read.system == ZirenSystem::plonk);
  CHECK(read.previous_root == 0);
  CHECK(read.root == 32);
  CHECK(read.challenge_window == 144);
  CHECK(Params::parse(defaults).to_json().at("proofs").size() == 6);

  Params optimistic = pegkit::test::GraphFixture::make_params();
  optimistic.proofs = read;
  CHECK(Params::parse(optimistic.to_json()) == optimistic);
}

TEST_CASE("proof parameters that cannot be are refused by their field") {
  constexpr int last = (1 << 20) - 32;
  CHECK(refused_field("/proofs/system", "stark") == "proofs.system");
  CHECK(refused_field("/proofs/system", 1) == "proofs.system");
  CHECK(refused_field("/proofs/verifying_key", std::string(62, 'a')) == "proofs.verifying_key");
  CHECK(refused_field("/proofs/verifying_key", std::string(66, 'a')) == "proofs.verifying_key");
  CHECK(refused_field("/proofs/program", "0x" + std::string(64, '0')) == "proofs.program");
  CHECK(refused_field("/proofs/challenge_window", 0) == "proofs.challenge_window");
  CHECK(refused_field("/proofs/challenge_window", 1'000'001) == "proofs.challenge_window");
  CHECK(refused_field("/proofs/previous_root", -1) == "proofs.previous_root");
  CHECK(refused_field("/proofs/previous_root", last + 1) == "proofs.previous_root");
  CHECK(refused_field("/proofs/previous_root", last) == "");
  CHECK(refused_field("/proofs/root", last + 1) == "proofs.root");
  CHECK(refused_field("/proofs/root", last) == "");
  // Two roots of 32 bytes each, that do not overlap: the other one stands at 8.
  CHECK(refused_field("/proofs/root", 8) == "proofs.root");
  CHECK(refused_field("/proofs/root", 39) == "proofs.root");
  CHECK(refused_field("/proofs/root", 40) == "");
  CHECK(refused_field("/proofs/root", 0) == "proofs.root");
  CHECK(refused_field("/proofs/previous_root", 103) == "proofs.root");
  CHECK(refused_field("/proofs/previous_root", 104) == "");
  CHECK(refused_field("/proofs/more", 1) == "proofs.more");
  CHECK(refused_field("/proofs", "none") == "proofs");
  for (const char* name : {"system", "verifying_key", "program"}) {
    CAPTURE(name);
    Json changed = document();
    changed["proofs"].erase(name);
    CHECK_THROWS_AS(Params::parse(changed), Error);
  }
}
