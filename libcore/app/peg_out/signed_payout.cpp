#include "app/peg_out/signed_payout.hpp"

#include "bitcoin/policy.hpp"
#include "bridge/psbt_document.hpp"
#include "services/input.hpp"

namespace pegkit::app::peg_out {

bridge::TransactionDocument finalized(bridge::PsbtDocument document) {
  document.psbt.finalize();
  bridge::TransactionDocument out{document.psbt.extract(), document.notes};
  out.notes.vsize = out.tx.vsize();
  out.notes.fee = document.psbt.fee();
  std::string reason = bitcoin::standard_reason(out.tx, document.psbt.spent());
  if (!reason.empty()) throw input_error("tx.nonstandard", "nodes do not relay the transaction: " + reason);
  return out;
}

std::vector<std::string> read_all(Ports& ports, const std::string& path) {
  auto documents = services::split_documents(ports.read(path));
  if (documents.empty())
    throw input_error("json.empty", "the input is empty: a PSBT or a transaction document is needed");
  return documents;
}

}  // namespace pegkit::app::peg_out
