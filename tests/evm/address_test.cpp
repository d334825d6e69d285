#include "evm/address.hpp"

#include <doctest/doctest.h>

#include "support/errors.hpp"

using namespace pegkit;
using namespace pegkit::evm;

TEST_CASE("EIP-55's examples") {
  for (std::string text :
       {"0x52908400098527886E0F7030069857D2E4169EE7", "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77", "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"}) {
    CAPTURE(text);
    Address address = parse_address(text);
    CHECK(format_address(address) == text);
    CHECK(parse_address("0x" + to_hex(address)) == address);
  }
}

TEST_CASE("an address belongs to a public key") {
  // The first account of the well-known mnemonic "test test … junk".
  auto key =
      crypto::SecretKey::from(from_hex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"));
  CHECK(format_address(address_of(key.public_key())) == "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
}

TEST_CASE("addresses that are refused") {
  for (std::string text :
       {"", "0x", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed0",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed00", "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg", "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        " x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}) {
    CAPTURE(text);
    CHECK(test::error_code([&] { parse_address(text); }) == "evm.address");
  }
}
