#include "bridge/withdrawal.hpp"

#include <fmt/core.h>

#include "bitcoin/address.hpp"
#include "bitcoin/script.hpp"
#include "evm/abi.hpp"

namespace pegkit::bridge {
namespace {

using Node = WithdrawalTree::Node;

void append_big_endian(Bytes& out, std::uint64_t value, int bytes) {
  for (int i = bytes; i-- > 0;) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

Node hash_pair(const Node& left, const Node& right) {
  return crypto::Sha256().write(left).write(right).finish();
}

/// Roots of empty subtrees by their height.
const std::array<Node, WithdrawalTree::depth + 1>& zero_nodes() {
  static const auto nodes = [] {
    std::array<Node, WithdrawalTree::depth + 1> out{};
    for (int i = 1; i <= WithdrawalTree::depth; ++i) out[i] = hash_pair(out[i - 1], out[i - 1]);
    return out;
  }();
  return nodes;
}

[[noreturn]] void bad_event(std::string why) {
  throw input_error("withdrawal.event",
                    "the layer 2 gave a withdrawal that the contract cannot emit: " + std::move(why));
}

}  // namespace

bool is_address_script(ByteView script) {
  using bitcoin::ScriptKind;
  switch (bitcoin::script_kind(script)) {
    case ScriptKind::pubkeyhash:
    case ScriptKind::scripthash:
    case ScriptKind::witness_v0_keyhash:
    case ScriptKind::witness_v0_scripthash:
    case ScriptKind::witness_v1_taproot:
    case ScriptKind::witness_unknown:
    case ScriptKind::anchor:
      return true;
    default:
      return false;
  }
}

ByteArray<32> Withdrawal::leaf() const {
  Bytes data;
  append_big_endian(data, id, 4);
  append_big_endian(data, static_cast<std::uint64_t>(amount.value()), 8);
  append(data, deposit.txid);
  append_big_endian(data, deposit.vout, 4);
  append(data, crypto::sha256(script));
  return crypto::sha256(data);
}

evm::Word withdrawal_event_topic(const Params& params) {
  return evm::event_topic(params.layer2.names.withdrawal_requested +
                          "(uint256,address,uint64,bytes,bytes32,uint32)");
}

Withdrawal parse_withdrawal_event(const std::vector<evm::Word>& topics, ByteView data, const Params& params) {
  if (topics.size() != 3 || topics[0] != withdrawal_event_topic(params)) bad_event("other topics");
  Withdrawal out;
  std::uint64_t id = evm::u64_from(topics[1]);
  if (id > UINT32_MAX) bad_event("an id above 32 bits");
  out.id = static_cast<std::uint32_t>(id);
  out.from = evm::address_from_topic(topics[2]);
  evm::AbiReader reader(data);
  std::uint64_t amount = reader.u64();
  if (amount > static_cast<std::uint64_t>(max_money.value())) bad_event("more than 21 million bitcoin");
  out.amount = Sat(static_cast<std::int64_t>(amount));
  if (out.amount < min_withdrawal) bad_event("an amount below dust");
  out.script = reader.bytes(max_withdrawal_script);
  if (out.script.empty()) bad_event("an empty script");
  out.deposit.txid.bytes = reader.word();
  out.deposit.vout = reader.u32();
  if (params.challenge) {
    if (!is_address_script(out.script)) bad_event("a script that is no address's");
    if (out.amount != params.challenge->withdrawal_amount()) bad_event("another amount than the parameters'");
    if (out.deposit.txid.is_null()) bad_event("no deposit assigned");
  }
  return out;
}

Bytes withdraw_calldata(ByteView script, const Params& params) {
  return evm::AbiWriter().bytes(script).call(params.layer2.names.withdraw + "(bytes)");
}

Sat withdrawal_value(Sat amount, const Params& params) {
  return params.challenge ? params.challenge->denomination : amount;
}

Json withdrawal_document(const Withdrawal& withdrawal, bitcoin::Chain chain) {
  Json out = new_document("withdrawal");
  out["id"] = withdrawal.id;
  out["amount_sat"] = withdrawal.amount.value();
  out["script"] = to_hex(withdrawal.script);
  if (auto address = bitcoin::script_address(withdrawal.script, chain)) out["address"] = *address;
  if (withdrawal.deposit != bitcoin::OutPoint{}) out["deposit"] = withdrawal.deposit.text();
  out["from"] = evm::format_address(withdrawal.from);
  out["l2_block"] = withdrawal.l2_block;
  out["l2_tx"] = "0x" + to_hex(withdrawal.l2_tx);
  return out;
}

void WithdrawalTree::append(const Node& leaf) {
  if (count() > UINT32_MAX) throw input_error("withdrawal.index", "the tree of withdrawals is full");
  std::uint64_t index = count();
  Node value = leaf;
  for (int level = 0; level <= depth; ++level, index >>= 1) {
    if (level > 0) value = hash_pair(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
    if (index < levels_[level].size())
      levels_[level][index] = value;
    else
      levels_[level].push_back(value);
  }
}

Node WithdrawalTree::node(int level, std::uint64_t index) const {
  return index < levels_[level].size() ? levels_[level][index] : zero_nodes()[level];
}

Node WithdrawalTree::root() const {
  return node(depth, 0);
}

std::vector<Node> WithdrawalTree::proof(std::uint64_t index) const {
  if (index >= count())
    throw input_error("withdrawal.index",
                      fmt::format("there is no withdrawal {}: the tree has {}", index, count()));
  std::vector<Node> path;
  for (int level = 0; level < depth; ++level) path.push_back(node(level, (index >> level) ^ 1));
  return path;
}

Node WithdrawalTree::fold(const Node& leaf, std::uint64_t index, const std::vector<Node>& path) {
  Node value = leaf;
  for (const Node& sibling : path) {
    value = index & 1 ? hash_pair(sibling, value) : hash_pair(value, sibling);
    index >>= 1;
  }
  return value;
}

}  // namespace pegkit::bridge
