#include "support/bridge_world.hpp"

#include "signing/psbt_tasks.hpp"

namespace pegkit::test {

crypto::SecretKey secret_of(std::uint8_t seed) {
  ByteArray<32> bytes{};
  bytes.fill(seed);
  return crypto::SecretKey::from(bytes);
}

FakeLayer2::FakeLayer2(const bridge::Params& of) : params(of) {
  methods["eth_chainId"] = [this](const Json&) { return Json(evm::quantity(params.layer2.chain_id)); };
  methods["eth_blockNumber"] = [this](const Json&) { return Json(evm::quantity(tip)); };
  methods["eth_getBlockByNumber"] = [](const Json& p) {
    Bytes hash(32, 7);
    return Json{{"number", p[0]}, {"hash", hex(hash)}, {"stateRoot", hex(hash)}, {"timestamp", "0x1"}};
  };
  methods["eth_getLogs"] = [this](const Json& p) {
    Json out = Json::array();
    std::uint64_t first = number(p[0]["fromBlock"]), last = number(p[0]["toBlock"]);
    for (std::size_t i = 0; i < withdrawals.size(); ++i) {
      bool asked = withdrawals[i].l2_block >= first && withdrawals[i].l2_block <= last;
      if (asked && hides != i) out.push_back(log(withdrawals[i]));
    }
    return out;
  };
  methods["eth_call"] = [this](const Json& p) {
    std::string data = p[0]["data"];
    if (data.starts_with(hex(bridge::is_minted_calldata({})).substr(0, 10))) {
      bool not_yet = std::ranges::any_of(
          unminted, [&](const auto& at) { return data == hex(bridge::is_minted_calldata(at)); });
      return Json(hex(evm::word_from(not_yet ? 0 : 1)));
    }
    std::uint64_t at = number(p[1]);
    bridge::WithdrawalTree tree;
    for (const auto& w : withdrawals)
      if (w.l2_block <= at) tree.append(w.leaf());
    bool count = data == hex(bridge::getter_calldata("withdrawalCount()"));
    return Json(hex(count ? evm::word_from(tree.count()) : evm::Word(tree.root())));
  };
}

void FakeLayer2::show_blocks(std::function<ByteArray<32>(std::uint64_t number)> state_root) {
  methods["eth_getBlockByNumber"] = [this, state_root = std::move(state_root)](const Json& p) -> Json {
    std::uint64_t at = number(p[0]);
    if (at > tip) return nullptr;
    return {{"number", p[0]},
            {"hash", hex(state_root(at))},
            {"stateRoot", hex(state_root(at))},
            {"timestamp", "0x1"}};
  };
}

void FakeLayer2::withdraw(const bitcoin::Script& script, std::int64_t amount,
                          const bitcoin::OutPoint& deposit) {
  bridge::Withdrawal w;
  w.deposit = deposit;
  w.id = static_cast<std::uint32_t>(withdrawals.size());
  w.amount = Sat(amount);
  w.script = script;
  w.l2_block = ++tip;
  withdrawals.push_back(w);
}

Json FakeLayer2::log(const bridge::Withdrawal& w) const {
  Bytes data = evm::AbiWriter()
                   .u64(static_cast<std::uint64_t>(w.amount.value()))
                   .bytes(w.script)
                   .word(w.deposit.txid.bytes)
                   .u64(w.deposit.vout)
                   .arguments();
  Json topics = {hex(bridge::withdrawal_event_topic(params)), hex(evm::word_from(w.id)), hex(evm::Word{})};
  return {{"address", hex(params.layer2.contract)},
          {"topics", topics},
          {"data", hex(data)},
          {"blockNumber", evm::quantity(w.l2_block)},
          {"blockHash", hex(Bytes(32, 1))},
          {"transactionHash", hex(Bytes(32, 2))},
          {"logIndex", "0x0"},
          {"removed", false}};
}

BridgeWorld::BridgeWorld() {
  regtest::RegtestSettings settings;
  settings.clock = [] { return std::int64_t{1'700'000'000}; };
  chain = std::make_shared<regtest::RegtestRpc>(settings);
  mine(110, wallet_script());
}

bridge::Params BridgeWorld::make_params() {
  return bridge::Params::parse(parse_json(R"({"type":"pegkit/params","version":1,"chain":"regtest",
    "magic":"504b4954","start_height":105,"deposit_confirmations":3,"refund_blocks":144,"sweep_margin":20,
    "payout_confirmations":3,"fee_floor_sat_vb":1,"fee_cap_sat_vb":100,"fee_cap_sat":500000,
    "l2":{"chain_id":31337,"contract":"0x5FbDB2315678afecb367f032d93F642f64180aa3","finality":2}})"));
}

bridge::Custody BridgeWorld::make_custody(std::uint8_t first_seed) {
  std::vector<crypto::PublicKey> keys;
  for (std::uint8_t i = 0; i < 3; ++i)
    keys.push_back(secret_of(static_cast<std::uint8_t>(first_seed + i)).public_key());
  return bridge::Custody::make(bridge::Policy::checksigadd, 2, keys);
}

bridge::Deposit BridgeWorld::make_deposit(std::uint8_t seed) const {
  evm::Address recipient;
  recipient.bytes.fill(seed);
  return bridge::Deposit::make(custody, recipient, crypto::xonly(secret_of(99).public_key()), 144);
}

bitcoin::Script BridgeWorld::script_of(std::uint8_t seed) {
  return bitcoin::p2tr_script(crypto::xonly(secret_of(seed).public_key()));
}

std::unique_ptr<FakePorts> BridgeWorld::ports(const std::filesystem::path& directory) const {
  auto out = directory.empty() ? std::make_unique<FakePorts>() : std::make_unique<FakePorts>(directory);
  out->node_rpc = chain;
  out->layer2_rpc = layer2;
  out->files["params.json"] = params.to_json().dump();
  out->files["custody.json"] = custody.to_json().dump();
  return out;
}

void BridgeWorld::mine(int blocks, const bitcoin::Script& to) {
  chain->call("generatetoaddress", {blocks, *bitcoin::script_address(to, bitcoin::Chain::regtest)});
}

bool BridgeWorld::in_mempool(const bitcoin::Txid& txid) {
  for (const Json& one : chain->call("getrawmempool"))
    if (one == txid.display()) return true;
  return false;
}

bitcoin::Txid BridgeWorld::pay(const std::vector<bitcoin::TxOut>& outputs) {
  bitcoin::Transaction tx = make_payment(outputs);
  chain->call("sendrawtransaction", {to_hex(tx.serialize())});
  return tx.txid();
}

bitcoin::Transaction BridgeWorld::make_payment(std::vector<bitcoin::TxOut> outputs) {
  bitcoin::BlockHash hash = bitcoin::BlockHash::from_display(block_at(next_coin_++));
  Json raw = chain->call("getblock", {hash.display(), 0});
  bitcoin::Block block = bitcoin::Block::parse(from_hex(raw.get<std::string>()));
  const bitcoin::Transaction& coinbase = block.transactions[0];
  bitcoin::Transaction tx;
  tx.inputs.push_back({{coinbase.txid(), 0}, {}, 0xfffffffd, {}});
  Sat rest = coinbase.outputs[0].value - Sat(10'000);
  for (const auto& output : outputs) rest -= output.value;
  outputs.push_back({rest, wallet_script()});
  tx.outputs = std::move(outputs);
  auto psbt = bitcoin::Psbt::from_transaction(tx);
  psbt.inputs[0].witness_utxo = coinbase.outputs[0];
  auto internal = crypto::xonly(secret_of(98).public_key());
  auto tweaked = secret_of(98).xonly_tweak_add(bitcoin::taptweak_hash(internal, {}));
  psbt.inputs[0].tap_internal_key = internal;
  psbt.inputs[0].tap_key_sig =
      to_bytes(crypto::schnorr_sign(tweaked, psbt.taproot_sighash(0, nullptr), ByteArray<32>{}).view());
  psbt.finalize();
  return psbt.extract();
}

Json BridgeWorld::sign(const Json& document, std::uint8_t first_seed) const {
  auto in = bridge::PsbtDocument::parse(document);
  for (const auto& task : signing::signing_tasks(*in.custody, *in.spend, in.psbt)) {
    for (std::uint8_t i = 0; i < 2; ++i) {
      crypto::SecretKey key = secret_of(static_cast<std::uint8_t>(first_seed + i));
      auto signature = crypto::schnorr_sign(key, task.message, ByteArray<32>{});
      in.psbt.inputs[task.input].tap_script_sigs[{crypto::xonly(key.public_key()), *task.leaf_hash}] =
          to_bytes(signature.view());
    }
  }
  return in.to_json();
}

bitcoin::Script BridgeWorld::wallet_script() {
  auto internal = crypto::xonly(secret_of(98).public_key());
  return bitcoin::p2tr_script(bitcoin::taproot_output(internal, {}).key);
}

std::vector<std::string> kinds_of(const std::vector<Json>& events) {
  std::vector<std::string> out;
  for (const Json& event : events)
    out.push_back(event.at("kind").get<std::string>() + "@" + std::to_string(event.at("height").get<int>()));
  return out;
}

}  // namespace pegkit::test
