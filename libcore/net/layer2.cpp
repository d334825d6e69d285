#include "net/layer2.hpp"

#include <charconv>
#include <fmt/format.h>

#include "crypto/keccak.hpp"
#include "evm/abi.hpp"
#include "evm/word.hpp"
#include "net/answer.hpp"

namespace pegkit::net {
namespace {

constexpr int code_execution_reverted = 3;
constexpr std::size_t max_topics = 4;

template <class F>
auto answer(const Json& result, const std::string& method, F&& read) {
  return read_answer_of("l2.garbage", method, [&] { return read(JsonField(result, "")); });
}
template <class F>
auto ask(Rpc& rpc, const std::string& method, Json params, F&& read) {
  Json result = rpc.call(method, std::move(params));
  return answer(result, method, read);
}

Error wrong(const std::string& message) {
  return input_error("l2.garbage", message);
}

std::string prefixed(ByteView data) {
  return "0x" + to_hex(data);
}

/// The hex digits after "0x".
std::string digits_of(const JsonField& field, std::size_t max_digits) {
  std::string text = field.text(max_digits + 2);
  if (!text.starts_with("0x")) field.fail("l2.garbage", "hex must start with 0x");
  return text.substr(2);
}

/// Reads a quantity: "0x" and at most `max_digits` hex digits without leading zeros.
evm::Word word_from(const JsonField& field, std::size_t max_digits = 64) {
  std::string digits = digits_of(field, max_digits);
  bool leading_zero = digits.size() > 1 && digits[0] == '0';
  if (digits.empty() || leading_zero) field.fail("l2.garbage", "it is not a quantity");
  return field.at([&] { return from_hex_array<32>(std::string(64 - digits.size(), '0') + digits); });
}

std::uint64_t u64_from(const JsonField& field) {
  return evm::u64_from(word_from(field, 16));
}

Bytes data_from(const JsonField& field) {
  std::string digits = digits_of(field, JsonField::max_text);
  return field.at([&] { return from_hex(digits); });
}

ByteArray<32> hash_from(const JsonField& field) {
  std::string digits = digits_of(field, 64);
  return field.at([&] { return from_hex_array<32>(digits); });
}

EvmAddress address_from(const JsonField& field) {
  std::string digits = digits_of(field, 40);
  return field.at([&] { return EvmAddress::from(from_hex(digits)); });
}

/// Runs a call that may execute a contract; a revert becomes `l2.revert`.
template <class F>
auto run_contract(F&& run) {
  try {
    return run();
  } catch (const RpcError& e) {
    bool has_data = e.data().is_string() && e.data().get_ref<const std::string&>().starts_with("0x");
    bool reverted = e.rpc_code() == code_execution_reverted || has_data ||
                    e.message().find("revert") != std::string::npos;
    if (!reverted) throw;
    std::string reason = e.message();
    if (has_data && e.data().get_ref<const std::string&>().size() > 2) {
      reason = evm::revert_reason(
          answer(e.data(), "eth_call", [](const JsonField& field) { return data_from(field); }));
    }
    throw input_error("l2.revert", "the contract refuses the call: " + reason);
  }
}

RpcCall block_call(std::uint64_t number) {
  return {"eth_getBlockByNumber", Json::array({evm::quantity(number), false})};
}

/// Reads a block; nullopt when the endpoint does not have it.
std::optional<Layer2::Block> block_from(const Json& result, std::uint64_t number) {
  if (result.is_null()) return std::nullopt;
  return answer(result, "eth_getBlockByNumber", [&](const JsonField& field) {
    JsonObject block(field);
    if (u64_from(block.required("number")) != number) throw wrong("it is another block");
    return Layer2::Block{number, hash_from(block.required("hash")), hash_from(block.required("stateRoot")),
                         u64_from(block.required("timestamp"))};
  });
}

EvmLog log_from(const JsonField& field) {
  JsonObject item(field);
  auto removed = item.optional("removed");
  if (removed && removed->boolean()) throw wrong("it has a log of a removed block");
  EvmLog log;
  log.address = address_from(item.required("address"));
  for (const JsonField& topic : item.required("topics").items(max_topics)) {
    log.topics.push_back(hash_from(topic));
  }
  log.data = data_from(item.required("data"));
  log.block = u64_from(item.required("blockNumber"));
  log.block_hash = hash_from(item.required("blockHash"));
  log.tx_hash = hash_from(item.required("transactionHash"));
  log.log_index = u64_from(item.required("logIndex"));
  return log;
}

}  // namespace

std::uint64_t Layer2::chain_id() {
  return ask(*rpc_, "eth_chainId", Json::array(), u64_from);
}

void Layer2::require_chain_id(std::uint64_t id) {
  std::uint64_t theirs = chain_id();
  if (theirs != id) {
    throw refused("l2.chain_mismatch", fmt::format("the layer 2's chain id is {}, not {}", theirs, id));
  }
}

std::uint64_t Layer2::block_number() {
  return ask(*rpc_, "eth_blockNumber", Json::array(), u64_from);
}

std::optional<Layer2::Block> Layer2::block(std::uint64_t number) {
  RpcCall call = block_call(number);
  return block_from(rpc_->call(call.method, std::move(call.params)), number);
}

std::vector<std::optional<Layer2::Block>> Layer2::blocks(const std::vector<std::uint64_t>& numbers) {
  std::vector<RpcCall> calls;
  for (std::uint64_t number : numbers) calls.push_back(block_call(number));
  std::vector<Json> results = rpc_->batch(calls);
  std::vector<std::optional<Block>> out;
  for (std::size_t i = 0; i < numbers.size(); ++i) out.push_back(block_from(results.at(i), numbers[i]));
  return out;
}

ByteArray<32> Layer2::balance(const EvmAddress& address) {
  return ask(*rpc_, "eth_getBalance", Json::array({prefixed(address), "latest"}),
             [](const JsonField& field) { return word_from(field); });
}

std::uint64_t Layer2::nonce(const EvmAddress& address) {
  return ask(*rpc_, "eth_getTransactionCount", Json::array({prefixed(address), "pending"}), u64_from);
}

std::uint64_t Layer2::confirmed_nonce(const EvmAddress& address) {
  return ask(*rpc_, "eth_getTransactionCount", Json::array({prefixed(address), "latest"}), u64_from);
}

std::uint64_t Layer2::gas_price() {
  return ask(*rpc_, "eth_gasPrice", Json::array(), u64_from);
}

std::uint64_t Layer2::estimate_gas(const EvmAddress& from, const EvmAddress& to, ByteView data,
                                   ByteView value32) {
  Json call = {{"from", prefixed(from)}, {"to", prefixed(to)}, {"data", prefixed(data)}};
  if (!value32.empty()) {
    evm::Word value{};
    if (value32.size() != value.size()) throw input_error("bytes.length", "a value in wei has 32 bytes");
    std::ranges::copy(value32, value.begin());
    call["value"] = evm::quantity(value);
  }
  return run_contract([&] { return ask(*rpc_, "eth_estimateGas", Json::array({call}), u64_from); });
}

Bytes Layer2::call(const EvmAddress& to, ByteView data, std::optional<std::uint64_t> block) {
  Json call = {{"to", prefixed(to)}, {"data", prefixed(data)}};
  std::string at = block ? evm::quantity(*block) : "latest";
  return run_contract([&] { return ask(*rpc_, "eth_call", Json::array({call, at}), data_from); });
}

std::vector<EvmLog> Layer2::logs(const EvmAddress& address, const ByteArray<32>& topic0, std::uint64_t first,
                                 std::uint64_t last, std::uint64_t range) {
  std::vector<EvmLog> out;
  range = std::max<std::uint64_t>(range, 1);
  while (first <= last) {
    std::uint64_t end = first + std::min(range - 1, last - first);
    Json filter = {{"address", prefixed(address)},
                   {"topics", Json::array({prefixed(topic0)})},
                   {"fromBlock", evm::quantity(first)},
                   {"toBlock", evm::quantity(end)}};
    Json result;
    try {
      result = rpc_->call("eth_getLogs", Json::array({filter}));
    } catch (const Error& e) {
      bool too_much = e.code() == "rpc.error" || e.code() == "rpc.size" || e.code() == "rpc.timeout";
      if (!too_much || end == first) throw;
      range = (end - first + 1) / 2;
      continue;
    }
    answer(result, "eth_getLogs", [&](const JsonField& field) {
      for (const JsonField& item : field.items()) {
        EvmLog log = log_from(item);
        bool asked = log.address == address && !log.topics.empty() && log.topics[0] == topic0 &&
                     log.block >= first && log.block <= end;
        if (!asked) throw wrong("it has a log that was not asked for");
        bool in_order = out.empty() || std::pair(out.back().block, out.back().log_index) <
                                           std::pair(log.block, log.log_index);
        if (!in_order) throw wrong("its logs are not in order");
        out.push_back(std::move(log));
      }
    });
    if (end == last) break;
    first = end + 1;
  }
  return out;
}

ByteArray<32> Layer2::send_raw(ByteView signed_tx) {
  ByteArray<32> hash = crypto::keccak256(signed_tx);
  try {
    return ask(*rpc_, "eth_sendRawTransaction", Json::array({prefixed(signed_tx)}),
               [&](const JsonField& field) {
                 if (hash_from(field) != hash) throw wrong("it is another transaction's hash");
                 return hash;
               });
  } catch (const RpcError& e) {
    // Endpoints say "already known" in many ways, so ask whether the transaction is there.
    if (rpc_->call("eth_getTransactionByHash", Json::array({prefixed(hash)})).is_object()) return hash;
    throw input_error("l2.rejected", "the layer 2 refuses the transaction: " + e.message());
  }
}

std::optional<EvmReceipt> Layer2::receipt(const ByteArray<32>& tx_hash) {
  Json result = rpc_->call("eth_getTransactionReceipt", Json::array({prefixed(tx_hash)}));
  if (result.is_null()) return std::nullopt;
  return answer(result, "eth_getTransactionReceipt",
                [&](const JsonField& field) -> std::optional<EvmReceipt> {
                  JsonObject receipt(field);
                  if (hash_from(receipt.required("transactionHash")) != tx_hash)
                    throw wrong("it is another receipt");
                  auto block = receipt.optional("blockNumber");
                  if (!block) return std::nullopt;
                  std::uint64_t status = u64_from(receipt.required("status"));
                  if (status > 1) throw wrong("its status is neither 0 nor 1");
                  return EvmReceipt{status == 1, u64_from(*block), u64_from(receipt.required("gasUsed"))};
                });
}

}  // namespace pegkit::net
