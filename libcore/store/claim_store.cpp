#include "store/claim_store.hpp"

#include "store/stored_json.hpp"

namespace pegkit::store {
namespace {

Json trace_json(const std::vector<Bytes>& trace) {
  Json out = Json::array();
  for (const Bytes& value : trace) out.push_back(to_hex(value));
  return out;
}

std::vector<Bytes> trace_from(const Statement& row, int column) {
  Json list = json_from(row, column);
  std::vector<Bytes> out;
  try {
    for (const Json& value : list) out.push_back(from_hex(value.get<std::string>()));
  } catch (const std::exception&) {
    Statement::throw_corrupt();
  }
  return out;
}

Error unknown(const bitcoin::Txid& kickoff) {
  return input_error("claim.unrecorded", "no claim is recorded for the kickoff " + kickoff.display());
}

}  // namespace

void ClaimStore::put(const StoredClaim& claim) {
  database_.require_no_transaction();
  Transaction transaction(database_);
  if (auto known = find(claim.kickoff)) {
    bool same =
        known->epoch == claim.epoch && known->withdrawal == claim.withdrawal && known->payout == claim.payout;
    if (!same)
      throw refused("claim.exists", "another claim was recorded for the kickoff " + claim.kickoff.display());
    return;
  }
  database_
      .prepare(
          "INSERT INTO claims (kickoff, epoch, withdrawal, payout, trace, root_signature, asserting) VALUES "
          "(?, ?, ?, ?, ?, ?, 0)")
      .bind(claim.kickoff)
      .bind(std::int64_t{claim.epoch})
      .bind(std::int64_t{claim.withdrawal})
      .bind(claim.payout)
      .bind(json_text(trace_json(claim.trace)))
      .bind(ByteView(claim.root_signature))
      .run();
  transaction.commit();
}

std::optional<StoredClaim> ClaimStore::find(const bitcoin::Txid& kickoff) {
  Statement row = database_.prepare(
      "SELECT epoch, withdrawal, payout, trace, root_signature, asserting FROM claims WHERE kickoff = ?");
  row.bind(kickoff);
  if (!row.step()) return std::nullopt;
  StoredClaim out;
  out.kickoff = kickoff;
  out.epoch = static_cast<std::uint32_t>(row.integer(0));
  out.withdrawal = static_cast<std::uint32_t>(row.integer(1));
  out.payout = row.fixed<bitcoin::Txid>(2);
  out.trace = trace_from(row, 3);
  out.root_signature = row.blob(4);
  out.asserting = row.integer(5) != 0;
  return out;
}

void ClaimStore::retrace(const bitcoin::Txid& kickoff, const std::vector<Bytes>& trace) {
  database_.require_no_transaction();
  Transaction transaction(database_);
  auto known = find(kickoff);
  if (!known) throw unknown(kickoff);
  if (known->trace == trace) return;
  if (known->asserting)
    throw refused("claim.asserted", "values of this claim were signed, and now it has others")
        .hint("a reorganisation moved the payout after the first assert was signed");
  database_.prepare("UPDATE claims SET trace = ? WHERE kickoff = ?")
      .bind(json_text(trace_json(trace)))
      .bind(kickoff)
      .run();
  transaction.commit();
}

void ClaimStore::begin_asserts(const bitcoin::Txid& kickoff) {
  database_.require_no_transaction();
  database_.prepare("UPDATE claims SET asserting = 1 WHERE kickoff = ?").bind(kickoff).run();
  if (database_.changes() == 0) throw unknown(kickoff);
}

}  // namespace pegkit::store
