// Any bytes are either refused with an Error or a transaction that is written back as it was read.

#include <cstdlib>

#include "base/error.hpp"
#include "bitcoin/interpreter.hpp"
#include "bitcoin/policy.hpp"
#include "bitcoin/transaction.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Transaction tx;
  try {
    tx = Transaction::parse({data, size});
  } catch (const Error&) {
    return 0;
  }
  if (tx.serialize() != Bytes(data, data + size)) std::abort();
  if (!(Transaction::parse(tx.serialize_stripped()).txid() == tx.txid())) std::abort();
  if (tx.weight() <= 0) std::abort();
  std::vector<TxOut> spent(tx.inputs.size(), TxOut{Sat(1), {0x51}});
  check_transaction(tx);
  standard_reason(tx, spent);
  sigop_cost(tx, spent, consensus_flags);
  return 0;
}
