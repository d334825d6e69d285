#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/amount.hpp"
#include "bitcoin/transaction.hpp"
#include "bridge/params.hpp"
#include "evm/address.hpp"
#include "evm/word.hpp"

namespace pegkit::bridge {

inline constexpr std::size_t max_withdrawal_script = 80;  ///< bytes
inline constexpr Sat min_withdrawal{330};

/// True for a script that a withdrawal of optimistic mode may pay: p2pkh, p2sh, or a witness program that
/// nodes relay (4 to 42 bytes).
bool is_address_script(ByteView script);

/// A payment that the layer 2 asks the custody to make.
struct Withdrawal {
  std::uint32_t id = 0;
  Sat amount;
  bitcoin::Script script;
  bitcoin::OutPoint deposit;  ///< the deposit it is assigned; zero in quorum mode
  evm::Address from;
  std::uint64_t l2_block = 0;
  evm::Word l2_tx{};

  /// SHA256(id 4 BE ‖ amount 8 BE ‖ deposit txid 32 ‖ vout 4 BE ‖ SHA256(script)).
  ByteArray<32> leaf() const;
  friend bool operator==(const Withdrawal&, const Withdrawal&) = default;
};

/// Topic 0 of the contract's event, by its name in the parameters.
evm::Word withdrawal_event_topic(const Params& params);
/// Reads the event from its topics (with topic 0) and data, as the contract emits them in the parameters'
/// mode. The caller sets l2_block and l2_tx. Throws Error `withdrawal.event` or `abi.*` (exit 3) for anything
/// that the contract cannot emit.
Withdrawal parse_withdrawal_event(const std::vector<evm::Word>& topics, ByteView data, const Params& params);
/// withdraw(bytes script): the call's data; the value is evm::wei_from_sat(withdrawal_value(amount, params)).
Bytes withdraw_calldata(ByteView script, const Params& params);
/// The value that a withdrawal of `amount` costs on the layer 2; in optimistic mode always the denomination.
Sat withdrawal_value(Sat amount, const Params& params);

/// `pegkit/withdrawal` without its state: the caller adds `state` and `txid`. It has `address` when the
/// script has one.
Json withdrawal_document(const Withdrawal& withdrawal, bitcoin::Chain chain);

/// The contract's append-only tree: depth 32, SHA256(left ‖ right), an absent leaf is 32 zero bytes.
class WithdrawalTree {
 public:
  using Node = ByteArray<32>;
  static constexpr int depth = 32;

  void append(const Node& leaf);
  std::uint64_t count() const { return levels_[0].size(); }
  Node root() const;
  /// The 32 siblings from leaf to root; throws `withdrawal.index` (exit 3).
  std::vector<Node> proof(std::uint64_t index) const;
  static Node fold(const Node& leaf, std::uint64_t index, const std::vector<Node>& path);

 private:
  Node node(int level, std::uint64_t index) const;
  std::vector<Node> levels_[depth + 1];  ///< nodes that have a leaf below them
};

}  // namespace pegkit::bridge
