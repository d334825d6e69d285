// An answer of a layer 2 is refused with an Error or has one meaning: RLP is written back as it was read, and
// a withdrawal event survives encoding.

#include <cstdlib>

#include "base/error.hpp"
#include "bridge/withdrawal.hpp"
#include "evm/abi.hpp"
#include "evm/rlp.hpp"

using namespace pegkit;

namespace {

template <class F>
void try_to(F&& what) {
  try {
    what();
  } catch (const Error&) {
  }
}

const bridge::Params& params() {
  static const bridge::Params made = bridge::Params::parse(parse_json(
      R"({"type":"pegkit/params","version":1,"chain":"regtest","magic":"504b4954","start_height":101,
          "l2":{"chain_id":31337,"contract":"0x5FbDB2315678afecb367f032d93F642f64180aa3"}})"));
  return made;
}

void check_rlp(ByteView data) {
  try_to([&] {
    evm::Rlp value = evm::Rlp::decode(data);
    if (value.encode() != to_bytes(data)) std::abort();
    value.as_u64();
  });
}

/// Reads values of the types that the first bytes name.
void check_abi(ByteView data) {
  if (data.size() < 8) return;
  evm::AbiReader reader(data.subspan(8));
  try_to([&] {
    for (std::uint8_t type : data.first(8)) {
      if (type % 7 == 0) reader.u64();
      if (type % 7 == 1) reader.u32();
      if (type % 7 == 2) reader.boolean();
      if (type % 7 == 3) reader.address();
      if (type % 7 == 4) reader.word();
      if (type % 7 == 5) reader.bytes();
      if (type % 7 == 6) reader.words();
    }
  });
  for (char c : evm::revert_reason(data))
    if (static_cast<unsigned char>(c) < 0x20) std::abort();
}

/// Two topics of the event, then its data.
void check_event(ByteView data) {
  if (data.size() < 64) return;
  std::vector<evm::Word> topics(3);
  topics[0] = bridge::withdrawal_event_topic(params());
  std::ranges::copy(data.first(32), topics[1].begin());
  std::ranges::copy(data.subspan(32, 32), topics[2].begin());
  bridge::Withdrawal read;
  try {
    read = bridge::parse_withdrawal_event(topics, data.subspan(64), params());
  } catch (const Error&) {
    return;
  }
  if (!read.amount.in_range() || read.amount < bridge::min_withdrawal) std::abort();
  if (read.script.empty() || read.script.size() > bridge::max_withdrawal_script) std::abort();
  Bytes again = evm::AbiWriter()
                    .u64(static_cast<std::uint64_t>(read.amount.value()))
                    .bytes(read.script)
                    .word(read.deposit.txid.bytes)
                    .u64(read.deposit.vout)
                    .arguments();
  if (!(bridge::parse_withdrawal_event(topics, again, params()) == read)) std::abort();
  bridge::withdrawal_document(read, bitcoin::Chain::regtest);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_rlp({data, size});
  check_abi({data, size});
  check_event({data, size});
  return 0;
}
