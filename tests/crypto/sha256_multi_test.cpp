#include "crypto/sha256_multi.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/secret.hpp"

using namespace pegkit;
using namespace pegkit::crypto;

namespace {

constexpr Sha256Path all_paths[] = {Sha256Path::fastest, Sha256Path::sixteen, Sha256Path::pairs,
                                    Sha256Path::portable};

}  // namespace

TEST_CASE("many tagged hashes agree with one at a time on every path, for every length and count") {
  TagMidstate tag("TapBranch");
  if (!has_path(Sha256Path::sixteen)) MESSAGE("no AVX-512 here: that path is not tested");
  if (!has_path(Sha256Path::pairs)) MESSAGE("no SHA extensions here: that path is not tested");
  for (std::size_t length : {0, 1, 33, 34, 36, 54, 55, 64}) {
    for (std::size_t count : {0, 1, 2, 3, 15, 16, 17, 31, 32, 33, 100}) {
      CAPTURE(length);
      CAPTURE(count);
      Bytes messages(length * count);
      random_bytes(messages);
      Bytes expected;
      for (std::size_t i = 0; i < count; ++i)
        append(expected, tagged_hash("TapBranch", ByteView(messages).subspan(i * length, length)));
      for (Sha256Path path : all_paths) {
        Bytes out(32 * count);
        tagged_hash_many(tag, messages, length, out, count, path);
        CHECK(out == expected);
      }
    }
  }
}

TEST_CASE("messages of 64 bytes may be overwritten by their digests") {
  TagMidstate tag("TapBranch");
  for (Sha256Path path : all_paths) {
    for (std::size_t count : {1, 2, 5, 16, 64, 65}) {
      Bytes messages(64 * count), out(32 * count);
      random_bytes(messages);
      tagged_hash_many(tag, messages, 64, out, count, path);
      tagged_hash_many(tag, messages, 64, messages, count, path);
      CHECK(equal(ByteView(messages).first(32 * count), out));
    }
  }
}

TEST_CASE("shapes that do not fit are refused") {
  TagMidstate tag("TapLeaf");
  Bytes messages(64 * 4), out(32 * 4);
  CHECK_THROWS_AS(tagged_hash_many(tag, messages, 56, out, 4), Error);
  CHECK_THROWS_AS(tagged_hash_many(tag, messages, 65, out, 1), Error);
  CHECK_THROWS_AS(tagged_hash_many(tag, messages, 64, out, 5), Error);
  CHECK_THROWS_AS(tagged_hash_many(tag, messages, 34, std::span(out).first(127), 4), Error);
}
