// A graph's document with some of its values changed is refused with an Error, or is a graph that is written
// the same however often it is read; and a document that keeps the inputs never gives other messages to sign.

#include <cstdlib>

#include "support/graph_fixture.hpp"

using namespace pegkit;
using namespace pegkit::bridge;
using namespace pegkit::optimistic;

namespace {

/// The fixture's graph, with the operator's signature and one of the signers'.
struct Base {
  test::GraphFixture fixture;
  GraphDocument document{fixture.build()};
  Json json;
  Base() {
    document.challenge = fixture.sign_challenge(document.graph);
    document.signatures[0] = fixture.sign(document.graph.tasks()[0]);
    json = document.to_json();
  }
};

/// Takes bytes one after the other; zeros after the end.
struct Source {
  ByteView data;
  std::uint8_t next() {
    if (data.empty()) return 0;
    std::uint8_t out = data[0];
    data = data.subspan(1);
    return out;
  }
};

/// Some value of the document, by the way down to it.
Json& pick(Json& value, Source& source) {
  if (!value.is_structured() || value.empty() || source.next() == 0) return value;
  auto child = value.begin();
  std::advance(child, source.next() % value.size());
  return pick(*child, source);
}

void change(Json& value, Source& source) {
  std::uint8_t how = source.next();
  if (value.is_string() && !value.get_ref<std::string&>().empty() && how < 200) {
    std::string& text = value.get_ref<std::string&>();
    text[source.next() % text.size()] = static_cast<char>("0123456789abcdefg"[source.next() % 17]);
  } else if (value.is_number_integer() && how < 200) {
    value = static_cast<std::int64_t>(value.get<std::uint64_t>() + source.next() - 128);
  } else if (value.is_structured() && !value.empty() && how < 128) {
    value.erase(std::next(value.begin(), source.next() % static_cast<int>(value.size())));
  } else {
    const Json others[] = {nullptr, true, 0, -1, INT64_MAX, "", "00", Json::array(), Json::object()};
    value = others[source.next() % std::size(others)];
  }
}

bool same_inputs(const Json& a, const Json& b) {
  for (const char* name : {"params", "deposit", "operator", "stake_tx", "stake_vout", "operator_keys"})
    if (!a.contains(name) || a.at(name) != b.at(name)) return false;
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Base base;
  Source source{{data, size}};
  Json changed = base.json;
  for (int count = source.next() % 4; count >= 0; --count) change(pick(changed, source), source);
  std::optional<GraphDocument> read;
  try {
    read = GraphDocument::parse(changed, base.fixture.params, base.fixture.maker());
  } catch (const Error&) {
    return 0;
  }
  Json written = read->to_json();
  if (GraphDocument::parse(written, base.fixture.params, base.fixture.maker()).to_json() != written)
    std::abort();
  auto tasks = read->graph.tasks(), expected = base.document.graph.tasks();
  for (std::size_t i = 0; same_inputs(changed, base.json) && i < expected.size(); ++i)
    if (tasks[i].message != expected[i].message || tasks[i].key != expected[i].key) std::abort();
  return 0;
}
