#include "bn254/hash_to_field.hpp"

#include <doctest/doctest.h>

using namespace pegkit;
using bn254::hash_to_fr;

TEST_CASE("BN254: hashes to Fr are those of Python's by RFC 9380") {
  // By an expand_message_xmd that gives the RFC's own values (K.1).
  auto hash = [](const std::string& message, const std::string& domain) {
    return to_hex(hash_to_fr(as_bytes(message), domain).bytes());
  };
  CHECK(hash("", "BSB22-Plonk") == "03c06fb575901b72396d998f12f46517f9e1304fcf03da18b29ebd907e20631d");
  CHECK(hash("abc", "bsb22-commitment") ==
        "145f64e0f93255bfdd0c0edce7c545f5bc1c0c42dfc7f8963e921ba26ad82284");
  CHECK(hash(std::string(129, 'q'), "G16-BSB22") ==
        "2b8fb5e36766853a914188856c5f3b10ec558837f4e1f5ae2bc92100e16cf531");
  CHECK(hash("abc", std::string(255, 'd')) ==
        "13385de7533f56b9052bf4e42770e0854303cd9e6ffba74e1755c9306a4713a5");
  CHECK(hash("abc", "") == "2a9f435b4036998b870ad1fa4f4f135ff3879feb8076d1ecdb468a48a38f3706");
}
