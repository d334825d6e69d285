#pragma once

#include <doctest/doctest.h>

#include "bn254/field.hpp"
#include "support/fake_ports.hpp"

namespace pegkit::test {

using Values = FakeOptions::Values;

/// The public inputs of the proofs that tests of `verify-proof` make.
inline const std::vector<bn254::Fr> inputs = {bn254::Fr::from_u64(33), -bn254::Fr::one()};

inline std::string text(ByteView bytes) {
  return std::string(as_text(bytes));
}

/// The document that a command of `verify-proof` prints. Checks that the exit code agrees.
inline Json verdict_of(app::CommandFactory make, FakePorts& ports, const Values& values) {
  Exit exit = run(make, ports, values);
  Json out = ports.last();
  CHECK(out["type"] == "pegkit/verdict");
  CHECK(exit == (out["valid"] == true ? Exit::ok : Exit::no));
  CHECK(out.contains("reason") == (out["valid"] == false));
  return out;
}

}  // namespace pegkit::test
