#include "services/send/wallet.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "bitcoin/policy.hpp"
#include "bitcoin/script.hpp"
#include "bitcoin/sighash.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/commitment.hpp"
#include "bridge/weight.hpp"

namespace pegkit::services {
namespace {

/// The inputs chosen so far, their value and the size of their witnesses.
struct Inputs {
  std::vector<net::Coin> coins;
  Sat total;
  std::int64_t witness_bytes = 0;

  void add(const net::Coin& coin) { add({coin, wallet_witness_size(coin.output.script_pubkey)}); }
  void add(const GivenInput& input) {
    coins.push_back(input.coin);
    total += input.coin.output.value;
    witness_bytes += input.witness_bytes;
  }
  std::int64_t weight(const std::vector<bitcoin::TxOut>& outputs) const {
    return bridge::signed_weight(coins.size(), witness_bytes, outputs);
  }
  std::int64_t vsize(const std::vector<bitcoin::TxOut>& outputs) const {
    return bridge::vsize_of_weight(weight(outputs));
  }
};

bool leaf_holds(ByteView script, const crypto::XOnlyKey& key) {
  bitcoin::ScriptReader reader(script);
  while (auto item = reader.next())
    if (equal(item->data, key)) return true;
  return false;
}

void sign_taproot(const crypto::SecretKey& key, const crypto::XOnlyKey& xonly, bitcoin::Psbt& psbt,
                  std::size_t i, std::size_t& count) {
  bitcoin::PsbtInput& input = psbt.inputs[i];
  if (input.tap_internal_key == xonly && !input.tap_merkle_root) {
    auto tweaked = key.xonly_tweak_add(bitcoin::taptweak_hash(xonly, {}));
    auto signature =
        crypto::schnorr_sign(tweaked, psbt.taproot_sighash(i, nullptr), crypto::random_array<32>());
    input.tap_key_sig = to_bytes(signature);
    ++count;
    return;
  }
  for (const auto& [control, leaf] : input.tap_leaf_scripts) {
    if (leaf.version != bitcoin::tapscript_version || !leaf_holds(leaf.script, xonly)) continue;
    auto leaf_hash = bitcoin::tapleaf_hash(leaf.script, leaf.version);
    auto signature =
        crypto::schnorr_sign(key, psbt.taproot_sighash(i, &leaf_hash), crypto::random_array<32>());
    input.tap_script_sigs[{xonly, leaf_hash}] = to_bytes(signature);
    ++count;
    return;
  }
}

}  // namespace

std::int64_t wallet_witness_size(const bitcoin::Script& script) {
  switch (bitcoin::script_kind(script)) {
    case bitcoin::ScriptKind::witness_v1_taproot:
      return 1 + 1 + 64;
    case bitcoin::ScriptKind::witness_v0_keyhash:
      return 1 + 1 + 72 + 1 + 33;
    default:
      throw input_error("coin.script", "only P2TR and P2WPKH coins can pay");
  }
}

bitcoin::Script wallet_script(const crypto::PublicKey& key) {
  return bridge::key_script(crypto::xonly(key));
}

std::vector<bitcoin::Script> wallet_scripts(const crypto::PublicKey& key) {
  return {wallet_script(key), bitcoin::p2wpkh_script(key)};
}

std::vector<net::Coin> spendable_coins(net::BitcoinNode& node, const std::vector<bitcoin::Script>& scripts) {
  std::vector<net::Coin> found = node.scan_scripts(scripts), out;
  std::vector<bitcoin::OutPoint> outpoints;
  for (const net::Coin& coin : found) outpoints.push_back(coin.outpoint);
  std::vector<bool> spendable = node.spendable(outpoints);
  for (std::size_t i = 0; i < found.size(); ++i)
    if (spendable[i]) out.push_back(std::move(found[i]));
  return out;
}

FundingPlan fund(std::vector<net::Coin> coins, std::vector<bitcoin::TxOut> outputs,
                 const bitcoin::Script& change, FeeRate rate, const bridge::Params& params,
                 const std::vector<GivenInput>& given) {
  rate = params.checked_fee_rate(rate);
  std::ranges::stable_sort(
      coins, [](const net::Coin& a, const net::Coin& b) { return a.output.value > b.output.value; });
  Sat wanted, available;
  Inputs inputs;
  for (const GivenInput& input : given) inputs.add(input);
  available = inputs.total;
  for (const auto& output : outputs) wanted += output.value;
  for (const auto& coin : coins) available += coin.output.value;
  std::size_t next = 0;
  while (next == 0 || inputs.total < wanted + rate.fee(inputs.vsize(outputs))) {
    if (next == coins.size())
      throw not_ready("funds.short", fmt::format("{} sat in confirmed coins do not cover {} sat and the fee",
                                                 available.value(), wanted.value()));
    inputs.add(coins[next++]);
  }
  std::vector<bitcoin::TxOut> with_change = outputs;
  with_change.push_back({Sat(0), change});
  Sat rest = inputs.total - wanted - rate.fee(inputs.vsize(with_change));
  with_change.back().value = rest;
  if (rest >= bitcoin::dust_threshold(with_change.back()) && rest > Sat(0)) outputs = with_change;
  if (inputs.weight(outputs) > bitcoin::max_standard_weight)
    throw input_error("tx.weight",
                      fmt::format("{} coins are needed, too many for one transaction", inputs.coins.size()));

  FundingPlan plan;
  bitcoin::Transaction tx;
  for (const net::Coin& coin : inputs.coins)
    tx.inputs.push_back({coin.outpoint, {}, bitcoin::replaceable_sequence, {}});
  tx.outputs = outputs;
  plan.vsize = inputs.vsize(outputs);
  plan.psbt = bitcoin::Psbt::from_transaction(std::move(tx));
  for (std::size_t i = 0; i < inputs.coins.size(); ++i)
    plan.psbt.inputs[i].witness_utxo = inputs.coins[i].output;
  plan.fee = plan.psbt.fee();
  params.check_fee(plan.fee);
  return plan;
}

std::size_t sign_with(const crypto::SecretKey& key, bitcoin::Psbt& psbt) {
  crypto::PublicKey pub = key.public_key();
  crypto::XOnlyKey xonly = crypto::xonly(pub);
  auto scripts = wallet_scripts(pub);
  std::vector<bitcoin::TxOut> spent = psbt.spent();
  bitcoin::SighashCache cache(psbt.tx, spent);
  std::size_t count = 0;
  for (std::size_t i = 0; i < psbt.inputs.size(); ++i) {
    const bitcoin::Script& script = spent[i].script_pubkey;
    if (script == scripts[0]) psbt.inputs[i].tap_internal_key = xonly;
    if (script == scripts[1]) {
      auto hash = cache.segwit_v0(bitcoin::p2pkh_script(pub), i, bitcoin::SIGHASH_ALL, spent[i].value);
      Bytes signature = crypto::ecdsa_sign_der(key, hash);
      signature.push_back(bitcoin::SIGHASH_ALL);
      psbt.inputs[i].partial_sigs[pub] = signature;
      ++count;
    } else {
      sign_taproot(key, xonly, psbt, i, count);
    }
  }
  return count;
}

}  // namespace pegkit::services
