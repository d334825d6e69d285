// Any text is either refused with an Error or JSON that is read the same after it was written. A document
// that is accepted is written as one that is accepted and says the same.
//
// Good seeds are the examples of doc/documents.md.

#include <cstdlib>

#include "base/json.hpp"
#include "bridge/commitment.hpp"
#include "bridge/deposit.hpp"
#include "bridge/mint.hpp"
#include "bridge/params.hpp"
#include "bridge/psbt_document.hpp"
#include "bridge/spv.hpp"
#include "bridge/tree_document.hpp"

using namespace pegkit;

namespace {

/// Large custodies are right and slow.
bool has_many_keys(const Json& json) {
  if (!json.is_structured()) return false;
  for (const auto& [name, value] : json.items())
    if ((name == "keys" && value.is_array() && value.size() > 7) || has_many_keys(value)) return true;
  return false;
}

template <class Document>
void check(const Json& json) {
  Document document = Document::parse(json);
  Json written = document.to_json();
  try {
    if (Document::parse(written).to_json() != written) std::abort();
  } catch (const Error&) {
    std::abort();
  }
}

void check_document(const Json& json) {
  std::string type = document_type(json);
  if (type == "params") check<bridge::Params>(json);
  if (type == "custody") check<bridge::Custody>(json);
  if (type == "deposit") check<bridge::Deposit>(json);
  if (type == "mint") check<bridge::Mint>(json);
  if (type == "spv-proof") {
    check<bridge::SpvProof>(json);
    bridge::SpvProof::parse(json).verify();
  }
  if (type == "psbt") check<bridge::PsbtDocument>(json);
  if (type == "transaction") check<bridge::TransactionDocument>(json);
  if (type == "commitment") check<bridge::Commitment>(json);
  if (type == "tree") check<bridge::TreeDocument>(json);
}

void check_text(std::string_view text, bool floats) {
  JsonLimits limits;
  limits.floats = floats;
  Json json;
  try {
    json = parse_json(text, limits);
  } catch (const Error&) {
    return;
  }
  if (parse_json(json.dump(), limits) != json) std::abort();
  if (floats || has_many_keys(json)) return;
  try {
    check_document(json);
  } catch (const Error&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  check_text(text, false);
  check_text(text, true);
  return 0;
}
