#include "evm/transaction.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "evm/rlp.hpp"

using namespace pegkit;
using namespace pegkit::evm;

TEST_CASE("EIP-155's example") {
  LegacyTransaction tx;
  tx.chain_id = 1;
  tx.nonce = 9;
  tx.gas_price = 20'000'000'000;
  tx.gas_limit = 21'000;
  tx.call.to = parse_address("0x3535353535353535353535353535353535353535");
  tx.call.value = wei_from_sat(Sat{100'000'000});
  CHECK(to_hex(tx.signing_hash()) == "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");

  auto key = crypto::SecretKey::from(Bytes(32, 0x46));
  CHECK(format_address(address_of(key.public_key())) == "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F");
  SignedTransaction done = sign(tx, key);
  CHECK(to_hex(done.raw) ==
        "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340b"
        "d939bc"
        "2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b29"
        "7fb196"
        "6a3b6d83");
}

TEST_CASE("an EIP-1559 transaction has its twelve fields") {
  DynamicFeeTransaction tx;
  tx.chain_id = 31337;
  tx.nonce = 3;
  tx.max_priority_fee_per_gas = 1'000'000'000;
  tx.max_fee_per_gas = 3'000'000'000;
  tx.gas_limit = 100'000;
  tx.call.to = parse_address("0x52908400098527886E0F7030069857D2E4169EE7");
  tx.call.value = wei_from_sat(Sat{5});
  tx.call.data = from_hex("00ff");
  auto key = crypto::SecretKey::from(Bytes(32, 0x46));
  SignedTransaction done = sign(tx, key);
  REQUIRE(done.raw.at(0) == 2);
  Rlp fields = Rlp::decode(ByteView(done.raw).subspan(1));
  REQUIRE(fields.items.size() == 12);
  CHECK(fields.items[0].as_u64() == 31337);
  CHECK(fields.items[4].as_u64() == 100'000);
  CHECK(fields.items[5].data == to_bytes(*tx.call.to));
  CHECK(fields.items[6].as_u64() == 50'000'000'000);
  CHECK(fields.items[7].data == tx.call.data);
  CHECK(fields.items[8] == Rlp::list({}));
  CHECK(fields.items[9].as_u64() <= 1);
  CHECK(sign(tx, key).raw == done.raw);

  tx.call.to.reset();
  SignedTransaction creation = sign(tx, key);
  CHECK(Rlp::decode(ByteView(creation.raw).subspan(1)).items[5].data.empty());
}

TEST_CASE("legacy chain ids that EIP-155 cannot carry") {
  auto key = crypto::SecretKey::from(Bytes(32, 0x46));
  LegacyTransaction tx;
  CHECK_THROWS_AS(sign(tx, key), Error);
  tx.chain_id = 0xffffffffffffffff;
  CHECK_THROWS_AS(sign(tx, key), Error);
  tx.chain_id = 0x7fffffffffffffff - 18;
  CHECK_NOTHROW(sign(tx, key));
}

TEST_CASE("the address of a contract that an account creates") {
  // The first contracts of the first well-known development account.
  Address sender = parse_address("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
  CHECK(format_address(contract_address(sender, 0)) == "0x5FbDB2315678afecb367f032d93F642f64180aa3");
  CHECK(format_address(contract_address(sender, 1)) == "0xe7f1725E7734CE288F8367e1Bb143E90bb3F0512");
}
