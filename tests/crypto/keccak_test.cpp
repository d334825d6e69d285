#include "crypto/keccak.hpp"

#include <doctest/doctest.h>

using namespace pegkit;

namespace {
std::string keccak_hex(ByteView data) {
  return to_hex(crypto::keccak256(data));
}
}  // namespace

TEST_CASE("keccak256 of published inputs") {
  CHECK(keccak_hex({}) == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  CHECK(keccak_hex(as_bytes("abc")) == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  // ERC-20's event.
  CHECK(keccak_hex(as_bytes("Transfer(address,address,uint256)")) ==
        "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
}

TEST_CASE("keccak256 around its block length of 136 bytes") {
  struct Case {
    std::size_t length;
    const char* hash;  // from an Ethereum node's web3_sha3
  };
  for (const Case& c : {Case{135, "00ef96af9cf4b24c7f269d922294444a197d0a33638c2e56634c57e892103a8f"},
                        Case{136, "742061bcad767ed4c4f5883b1dcb1aad11afdcc140dc469d953759b127b9f9ed"},
                        Case{137, "e3371f61e770abf254c34239c3b0099ad90594507415bc81dd0a10b9692bbf2a"},
                        Case{272, "ac141fd7b0a0ffcd2e967254d508da3ec616596493c36fa304425647d90e6de5"},
                        Case{300, "fa75f2293be9f9a14dcdeeff53f7b91ff6a2b1331b13886e69077ab1cf8252a9"}}) {
    CAPTURE(c.length);
    Bytes data;
    for (std::size_t i = 0; i < c.length; ++i) data.push_back(static_cast<std::uint8_t>(i * 7 + 3));
    CHECK(keccak_hex(data) == c.hash);
  }
}
