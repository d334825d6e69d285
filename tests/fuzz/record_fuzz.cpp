// A script is read as a record only when it is the one way to write that record, and the records of any
// transaction can be asked for.

#include <cstdlib>

#include "base/error.hpp"
#include "bitcoin/script.hpp"
#include "bridge/record.hpp"

using namespace pegkit;
using namespace pegkit::bridge;

namespace {

const Magic magic = Magic::from(as_bytes("PKIT"));

void check_script(const bitcoin::Script& script) {
  auto record = read_record(magic, script);
  if (!record) return;
  if (record_script(magic, *record) != script || !has_magic(magic, script)) std::abort();
  if (const auto* payout = std::get_if<PayoutRecord>(&*record))
    if (payout->ids.empty() || !record_fits(payout->ids)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView bytes{data, size};
  check_script(to_bytes(bytes));
  Bytes record = to_bytes(magic);
  append(record, bytes);
  if (record.size() <= max_record) check_script(bitcoin::op_return_script(record));
  try {
    bitcoin::Transaction tx = bitcoin::Transaction::parse(bytes);
    payout_record(magic, tx);
    commitment_record(magic, tx);
  } catch (const Error&) {
  }
  return 0;
}
