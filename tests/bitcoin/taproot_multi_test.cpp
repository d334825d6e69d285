#include <algorithm>
#include <doctest/doctest.h>

#include "base/error.hpp"
#include "bitcoin/taproot.hpp"
#include "crypto/secret.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;

TEST_CASE("a balanced tree over all hashes at once has the root of the streamed one") {
  for (std::size_t count : {1, 2, 3, 4, 5, 7, 8, 31, 33, 255, 256, 257, 511, 513, 1000, 1025}) {
    CAPTURE(count);
    std::vector<TapNode> hashes(count);
    for (TapNode& hash : hashes) crypto::random_bytes(hash);
    TapTreeStream stream;
    for (const TapNode& hash : hashes) stream.add(hash);
    CHECK(balanced_root(hashes) == stream.root());
  }
}

TEST_CASE("a tree streamed many leaves at a time is the one streamed leaf by leaf") {
  for (std::size_t count : {1, 2, 3, 64, 100, 257, 1000}) {
    for (std::size_t step : {1, 2, 3, 7, 16, 64, 100, 1000}) {
      CAPTURE(count);
      CAPTURE(step);
      std::vector<TapNode> hashes(count);
      for (TapNode& hash : hashes) crypto::random_bytes(hash);
      TapTreeStream single, many;
      for (const TapNode& hash : hashes) single.add(hash);
      for (std::size_t done = 0; done < count; done += step)
        many.add_many(std::span(hashes).subspan(done, std::min(step, count - done)));
      CHECK(many.count() == count);
      CHECK(many.root() == single.root());
    }
  }
}

TEST_CASE("branches of nodes that agree in their first bytes, or wholly") {
  for (std::size_t difference = 0; difference <= 32; ++difference) {
    std::vector<TapNode> pair(2);
    pair[0].fill(7);
    pair[1].fill(7);
    if (difference < 32) pair[0][difference] = 8;
    TapNode expected = tapbranch_hash(pair[0], pair[1]);
    std::vector<TapNode> swapped = {pair[1], pair[0]};
    CHECK(balanced_root(pair) == expected);
    CHECK(balanced_root(swapped) == expected);
  }
}

TEST_CASE("leaf hashes of many scripts of one length agree with one at a time") {
  for (std::size_t length : {1, 2, 33, 34, 53, 54, 252, 253, 300}) {
    for (std::size_t count : {0, 1, 2, 63, 64, 65, 200}) {
      CAPTURE(length);
      CAPTURE(count);
      Bytes scripts(length * count);
      crypto::random_bytes(scripts);
      std::vector<TapNode> hashes = tapleaf_hashes(scripts, length, 0xc4);
      REQUIRE(hashes.size() == count);
      for (std::size_t i = 0; i < count; ++i)
        CHECK(hashes[i] == tapleaf_hash(ByteView(scripts).subspan(i * length, length), 0xc4));
    }
  }
  CHECK_THROWS_AS(tapleaf_hashes(Bytes(35), 34), Error);
  CHECK_THROWS_AS(tapleaf_hashes({}, 0), Error);
}
