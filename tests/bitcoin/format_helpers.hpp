#pragma once

#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/json.hpp"
#include "support/errors.hpp"
#include "support/vectors.hpp"

namespace pegkit::test {

inline Bytes read_vector_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline Json read_json_vectors(const std::string& name) {
  auto path = vectors_path(name);
  return parse_json(as_text(read_vector_file(path)));
}

/// Every proper prefix must be refused with an Error.
void check_truncations(const Bytes& valid, auto&& parse) {
  for (std::size_t size = 0; size < valid.size(); ++size) {
    INFO("first " << size << " bytes");
    CHECK_THROWS_AS(parse(ByteView(valid).first(size)), const Error&);
  }
}

/// Changes bytes at random; the parser may accept or throw Error, and nothing else.
void check_mutations(const Bytes& valid, int rounds, auto&& parse) {
  std::mt19937 random(7);
  for (int round = 0; round < rounds; ++round) {
    Bytes data = valid;
    for (int change = random() % 4; change >= 0; --change) {
      data[random() % data.size()] = static_cast<std::uint8_t>(random());
    }
    if (random() % 4 == 0) data.resize(random() % data.size());
    try {
      parse(ByteView(data));
    } catch (const Error&) {
    }
  }
}

inline ByteArray<32> filled(std::uint8_t value) {
  ByteArray<32> out;
  out.fill(value);
  return out;
}

}  // namespace pegkit::test
