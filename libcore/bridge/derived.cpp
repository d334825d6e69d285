#include "bridge/derived.hpp"

#include "bitcoin/address.hpp"

namespace pegkit::bridge {

void DerivedFields::absent_or(const char* name, const std::function<std::optional<Json>()>& value) {
  auto field = document_.optional(name);
  if (!field) return;
  std::optional<Json> expected = value();
  if (!expected) field->fail("document.derived", "this does not follow from the other fields: there is none");
  if (field->json() != *expected)
    field->fail("document.derived", "this does not follow from the other fields");
}

void DerivedFields::address(const char* name, const std::function<bitcoin::Script()>& script) {
  auto field = document_.optional(name);
  if (!field) return;
  std::string stated = field->text(128);
  bitcoin::Script expected = script();
  using enum bitcoin::Chain;
  for (bitcoin::Chain chain : {main, test, testnet4, signet, regtest})
    if (bitcoin::script_address(expected, chain) == stated) return;
  field->fail("document.derived", "this does not follow from the other fields");
}

}  // namespace pegkit::bridge
