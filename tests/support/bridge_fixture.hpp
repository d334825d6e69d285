#pragma once

#include <vector>

#include "bitcoin/script.hpp"
#include "bridge/payout.hpp"
#include "crypto/musig.hpp"
#include "support/errors.hpp"

namespace pegkit::bridge::test {

using pegkit::test::error_and_field;
using pegkit::test::error_code;
using pegkit::test::error_field;

/// The secret key `number`, from 1.
crypto::SecretKey secret(std::uint32_t number);

std::vector<crypto::PublicKey> public_keys(std::uint32_t first, std::uint32_t count);

Recovery recovery(std::uint32_t threshold = 2, std::uint32_t count = 3, std::uint32_t blocks = 4320);

evm::Address recipient(std::uint8_t last = 1);

Params params();

/// The secret key of one of the fixture's public keys.
crypto::SecretKey secret_of(const crypto::PublicKey& key);

/// Both MuSig2 rounds in one place.
crypto::SchnorrSignature musig_sign(const std::vector<crypto::PublicKey>& keys,
                                    const std::vector<ByteArray<32>>& tweaks, ByteView message);

/// Signs every input as the tasks say, and finalizes.
bitcoin::Transaction sign_all(const Custody& custody, const SpendPath& path, bitcoin::Psbt psbt);

CustodyCoin coin(const bitcoin::Script& script, std::int64_t sat, std::uint32_t height, std::uint8_t tag,
                 std::shared_ptr<const Deposit> deposit = nullptr);

Withdrawal withdrawal(std::uint32_t id, std::int64_t sat);

}  // namespace pegkit::bridge::test
