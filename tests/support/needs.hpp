#pragma once

#include <doctest/doctest.h>
#include <string>

namespace pegkit::test {

/// Decorates a test case that needs something which may be absent: `TEST_CASE("…" * needs_vectors)`. Where it
/// is absent, the case counts as skipped and the end of the run says why. Such cases form the test suites
/// "vectors" and "bitcoind", which CTest runs apart, so that CTest counts them as skipped too.
struct Needs {
  const char* suite;
  std::string (*missing)();  ///< what is absent, in words; empty when it is there
  void fill(doctest::detail::TestCase& test_case) const;
};

/// The published test vectors: the folder $PEGKIT_VECTORS, else shared/vectors beside the project.
extern const Needs needs_vectors;
/// A bitcoind on PATH.
extern const Needs needs_bitcoind;

/// Notes that the running test case returns early, for a reason that only the case itself can find out.
void skipped(const std::string& reason);

}  // namespace pegkit::test
