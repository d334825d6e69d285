#include "crypto/sha256_multi.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "crypto/hash.hpp"
#include "crypto/secret.hpp"

using namespace pegkit;
using namespace pegkit::crypto;

TEST_CASE("many tagged hashes agree with one at a time on both paths, for every length and count") {
  TagMidstate tag("TapBranch");
  if (!has_sha_instructions()) MESSAGE("no SHA instructions here: only the portable path is tested");
  for (std::size_t length : {0, 1, 33, 34, 36, 54, 55, 64}) {
    for (std::size_t count : {0, 1, 2, 3, 31, 32, 33, 100}) {
      CAPTURE(length);
      CAPTURE(count);
      Bytes messages(length * count);
      random_bytes(messages);
      Bytes expected;
      for (std::size_t i = 0; i < count; ++i)
        append(expected, tagged_hash("TapBranch", ByteView(messages).subspan(i * length, length)));
      Bytes fastest(32 * count), portable(32 * count);
      tagged_hash_many(tag, messages, length, fastest, count);
      tagged_hash_many(tag, messages, length, portable, count, Sha256Path::portable);
      CHECK(fastest == expected);
      CHECK(portable == expected);
    }
  }
}

TEST_CASE("messages of 64 bytes may be overwritten by their digests") {
  TagMidstate tag("TapBranch");
  for (Sha256Path path : {Sha256Path::fastest, Sha256Path::portable}) {
    for (std::size_t count : {1, 2, 5, 64}) {
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
