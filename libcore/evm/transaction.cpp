#include "evm/transaction.hpp"

#include <limits>

#include "base/error.hpp"
#include "crypto/keccak.hpp"
#include "evm/rlp.hpp"

namespace pegkit::evm {
namespace {

constexpr std::uint8_t dynamic_fee_type = 2;

Rlp recipient(const Call& call) {
  return call.to ? Rlp::string(*call.to) : Rlp::string({});
}

std::vector<Rlp> fields(const DynamicFeeTransaction& tx) {
  return {
      Rlp::number(tx.chain_id),        Rlp::number(tx.nonce),     Rlp::number(tx.max_priority_fee_per_gas),
      Rlp::number(tx.max_fee_per_gas), Rlp::number(tx.gas_limit), recipient(tx.call),
      Rlp::number(tx.call.value),      Rlp::string(tx.call.data), Rlp::list({})};
}

std::vector<Rlp> fields(const LegacyTransaction& tx) {
  return {Rlp::number(tx.nonce), Rlp::number(tx.gas_price),  Rlp::number(tx.gas_limit),
          recipient(tx.call),    Rlp::number(tx.call.value), Rlp::string(tx.call.data)};
}

Bytes typed_envelope(std::vector<Rlp> items) {
  Bytes out{dynamic_fee_type};
  append(out, Rlp::list(std::move(items)).encode());
  return out;
}

SignedTransaction named(Bytes raw) {
  Word hash = crypto::keccak256(raw);
  return {std::move(raw), hash};
}

}  // namespace

Word DynamicFeeTransaction::signing_hash() const {
  return crypto::keccak256(typed_envelope(fields(*this)));
}

Word LegacyTransaction::signing_hash() const {
  std::vector<Rlp> items = fields(*this);
  items.push_back(Rlp::number(chain_id));
  items.push_back(Rlp::number(0));
  items.push_back(Rlp::number(0));
  return crypto::keccak256(Rlp::list(std::move(items)).encode());
}

SignedTransaction sign(const DynamicFeeTransaction& tx, const crypto::SecretKey& key) {
  auto signature = crypto::ecdsa_sign_recoverable(key, tx.signing_hash());
  std::vector<Rlp> items = fields(tx);
  items.push_back(Rlp::number(static_cast<std::uint64_t>(signature.recovery_id)));
  items.push_back(Rlp::number(signature.r));
  items.push_back(Rlp::number(signature.s));
  return named(typed_envelope(std::move(items)));
}

SignedTransaction sign(const LegacyTransaction& tx, const crypto::SecretKey& key) {
  constexpr std::uint64_t max_chain_id = std::numeric_limits<std::int64_t>::max() - 18;
  if (tx.chain_id == 0 || tx.chain_id > max_chain_id) {
    throw input_error("evm.range", "the layer 2's chain id is out of range");
  }
  auto signature = crypto::ecdsa_sign_recoverable(key, tx.signing_hash());
  std::vector<Rlp> items = fields(tx);
  items.push_back(Rlp::number(tx.chain_id * 2 + 35 + static_cast<std::uint64_t>(signature.recovery_id)));
  items.push_back(Rlp::number(signature.r));
  items.push_back(Rlp::number(signature.s));
  return named(Rlp::list(std::move(items)).encode());
}

Address contract_address(const Address& sender, std::uint64_t nonce) {
  Word hash = crypto::keccak256(Rlp::list({Rlp::string(sender), Rlp::number(nonce)}).encode());
  return Address::from(ByteView(hash).subspan(12));
}

}  // namespace pegkit::evm
