#include "support/bridge_fixture.hpp"

#include "signing/psbt_tasks.hpp"

namespace pegkit::bridge::test {

crypto::SecretKey secret(std::uint32_t number) {
  ByteArray<32> bytes{};
  for (int i = 0; i < 4; ++i) bytes[31 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  return crypto::SecretKey::from(bytes);
}

std::vector<crypto::PublicKey> public_keys(std::uint32_t first, std::uint32_t count) {
  std::vector<crypto::PublicKey> out;
  for (std::uint32_t i = 0; i < count; ++i) out.push_back(secret(first + i).public_key());
  return out;
}

Recovery recovery(std::uint32_t threshold, std::uint32_t count, std::uint32_t blocks) {
  return {public_keys(101, count), threshold, blocks};
}

evm::Address recipient(std::uint8_t last) {
  evm::Address out;
  out.bytes[0] = 0xaa;
  out.bytes[19] = last;
  return out;
}

Params params() {
  return Params::parse(parse_json(R"({"type":"pegkit/params","version":1,"chain":"regtest","magic":"504b4954",
    "start_height":101,"deposit_confirmations":3,"refund_blocks":144,"sweep_margin":20,"payout_confirmations":3,
    "fee_floor_sat_vb":1,"fee_cap_sat_vb":100,"fee_cap_sat":500000,
    "l2":{"chain_id":31337,"contract":"0x5FbDB2315678afecb367f032d93F642f64180aa3","from_block":0,"finality":2,
          "epoch_blocks":10}})"));
}

crypto::SecretKey secret_of(const crypto::PublicKey& key) {
  for (std::uint32_t number = 1; number < 200; ++number)
    if (secret(number).public_key() == key) return secret(number);
  throw std::runtime_error("not a key of the fixture");
}

crypto::SchnorrSignature musig_sign(const std::vector<crypto::PublicKey>& keys,
                                    const std::vector<ByteArray<32>>& tweaks, ByteView message) {
  crypto::KeyAgg aggregate(keys);
  for (const auto& tweak : tweaks) aggregate.tweak_xonly(tweak);
  std::vector<crypto::NoncePair> nonces;
  std::vector<crypto::PubNonce> pub;
  for (const auto& key : keys) {
    auto random = crypto::random_array<32>();
    crypto::SecretKey signer = secret_of(key);
    nonces.push_back(crypto::nonce_gen(random, &signer, key, message, &aggregate, {}));
    pub.push_back(nonces.back().pub);
  }
  crypto::MusigSession session(aggregate, crypto::nonce_agg(pub), message);
  std::vector<crypto::PartialSignature> partials;
  for (std::size_t i = 0; i < keys.size(); ++i)
    partials.push_back(session.sign(std::move(nonces[i].secret), secret_of(keys[i])));
  return session.combine(partials);
}

bitcoin::Transaction sign_all(const Custody& custody, const SpendPath& path, bitcoin::Psbt psbt) {
  for (const signing::SigningTask& task : signing::signing_tasks(custody, path, psbt)) {
    bitcoin::PsbtInput& input = psbt.inputs[task.input];
    if (task.aggregate) {
      auto signature = musig_sign(task.keys, task.tweaks, task.message);
      if (task.leaf_hash)
        input.tap_script_sigs[{task.key, *task.leaf_hash}] = to_bytes(signature);
      else
        input.tap_key_sig = to_bytes(signature);
      continue;
    }
    for (const auto& key : task.keys)
      input.tap_script_sigs[{crypto::xonly(key), *task.leaf_hash}] =
          to_bytes(crypto::schnorr_sign(secret_of(key), task.message, ByteArray<32>{}));
  }
  psbt.finalize();
  return psbt.extract();
}

CustodyCoin coin(const bitcoin::Script& script, std::int64_t sat, std::uint32_t height, std::uint8_t tag,
                 std::shared_ptr<const Deposit> deposit) {
  CustodyCoin out;
  out.outpoint.txid.bytes[0] = tag;
  out.outpoint.txid.bytes[1] = static_cast<std::uint8_t>(height);
  out.outpoint.vout = tag;
  out.output = {Sat(sat), script};
  out.height = height;
  out.deposit = std::move(deposit);
  return out;
}

Withdrawal withdrawal(std::uint32_t id, std::int64_t sat) {
  Withdrawal out;
  out.id = id;
  out.amount = Sat(sat);
  out.script = bitcoin::p2tr_script(crypto::xonly(secret(150 + id % 40).public_key()));
  out.from = recipient(9);
  return out;
}

}  // namespace pegkit::bridge::test
