#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bitcoin/address.hpp"
#include "bitcoin/psbt.hpp"
#include "bridge/custody.hpp"
#include "bridge/deposit.hpp"
#include "bridge/mint.hpp"
#include "bridge/params.hpp"
#include "bridge/payout.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/withdrawal.hpp"
#include "evm/abi.hpp"
#include "regtest/rpc.hpp"
#include "support/fake_ports.hpp"

namespace pegkit::test {

crypto::SecretKey secret_of(std::uint8_t seed);

/// A layer 2 with one bridge contract that only withdraws. Its blocks are numbered, one withdrawal may be in
/// each.
struct FakeLayer2 : FakeRpc {
  bridge::Params params;
  std::vector<bridge::Withdrawal> withdrawals;
  std::uint64_t tip = 0;
  std::vector<bitcoin::OutPoint> unminted;  ///< deposits that were not minted; all others were
  std::optional<std::size_t> hides;         ///< a withdrawal that it leaves out of its logs

  explicit FakeLayer2(const bridge::Params& of);
  /// Blocks up to the tip from now on. Each block's state root is also its hash.
  void show_blocks(std::function<ByteArray<32>(std::uint64_t number)> state_root);
  void withdraw(const bitcoin::Script& script, std::int64_t amount, const bitcoin::OutPoint& deposit = {});

 private:
  static std::string hex(ByteView data) { return "0x" + to_hex(data); }
  static std::uint64_t number(const Json& text) { return std::stoull(text.get<std::string>(), nullptr, 16); }
  Json log(const bridge::Withdrawal& w) const;
};

/// A bridge on an embedded regtest chain: three custodians of whom two sign (one checksigadd leaf), a wallet
/// with mature coins, and a layer 2.
class BridgeWorld {
 public:
  std::shared_ptr<regtest::RegtestRpc> chain;
  bridge::Params params = make_params();
  bridge::Custody custody = make_custody(1);
  std::shared_ptr<FakeLayer2> layer2 = std::make_shared<FakeLayer2>(params);

  BridgeWorld();

  static bridge::Params make_params();
  static bridge::Custody make_custody(std::uint8_t first_seed);
  bridge::Deposit make_deposit(std::uint8_t seed) const;
  static bitcoin::Script script_of(std::uint8_t seed);

  /// Ports of an operator with its own data directory.
  std::unique_ptr<FakePorts> ports(const std::filesystem::path& directory = {}) const;

  void mine(int blocks, const bitcoin::Script& to = script_of(77));
  std::uint32_t height() { return chain->call("getblockcount").get<std::uint32_t>(); }
  std::string block_at(std::uint32_t height) { return chain->call("getblockhash", {height}); }
  bool in_mempool(const bitcoin::Txid& txid);

  /// Pays from the wallet into the mempool.
  bitcoin::Txid pay(const std::vector<bitcoin::TxOut>& outputs);
  bitcoin::Txid pay(const bitcoin::Script& to, std::int64_t amount) { return pay({{Sat(amount), to}}); }
  bitcoin::Transaction make_payment(std::vector<bitcoin::TxOut> outputs);

  /// The PSBT document with the signatures of custodians 0 and 1 of a set.
  Json sign(const Json& document, std::uint8_t first_seed = 1) const;

 private:
  static bitcoin::Script wallet_script();
  std::uint32_t next_coin_ = 1;
};

/// The events that a command printed, as "kind@height".
std::vector<std::string> kinds_of(const std::vector<Json>& events);

}  // namespace pegkit::test
