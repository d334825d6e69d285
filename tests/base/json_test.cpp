#include "base/json.hpp"

#include <doctest/doctest.h>
#include <string>

#include "support/errors.hpp"

using namespace pegkit;
using pegkit::test::error_and_field;

namespace {

/// The code and path of the Error that reading `text` throws.
std::string refusal(std::string_view text, const JsonLimits& limits = {}) {
  try {
    parse_json(text, limits);
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::input);
    return e.code() + " at " + e.field();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("parse_json keeps the order of fields and reads every kind of value") {
  Json value = parse_json(R"( {"b":1,"a":[true,null,"x",-5,18446744073709551615]} )");
  CHECK(value.dump() == R"({"b":1,"a":[true,null,"x",-5,18446744073709551615]})");
}

TEST_CASE("parse_json names the path of what it refuses") {
  CHECK(refusal(R"({"a":{"b":1,"b":2}})") == "json.duplicate at a.b");
  CHECK(refusal(R"({"a":[1,2,3.5]})") == "json.float at a[2]");
  CHECK(refusal(R"({"a":1e3})") == "json.float at a");
  CHECK(refusal(R"({"a":123456789012345678901234567890})") == "json.float at a");
  CHECK(refusal(R"({"a":1} x)").starts_with("json.syntax"));
  CHECK(refusal(R"({"a":)").starts_with("json.syntax at a"));
  CHECK(refusal("").starts_with("json.empty"));
  CHECK(refusal(" \n").starts_with("json.empty"));
  CHECK(refusal("\"\xff\"").starts_with("json.syntax"));
  CHECK(refusal(std::string("\0\1\2", 3)).starts_with("json.syntax"));
  CHECK(refusal(std::string("{}\0", 3)).starts_with("json.syntax"));
  CHECK(refusal(std::string("{}\0{}", 5)).starts_with("json.syntax"));
  CHECK(refusal(std::string(100000, '[')).starts_with("json.depth"));
  CHECK(refusal("[1,2,3]", {.max_bytes = 5}).starts_with("json.size"));
  CHECK(refusal(R"({"a":1,"b":2,"c":3})", {.max_fields = 2}).starts_with("json.fields"));
  CHECK(refusal("[[],[0,{}]]", {.max_values = 5}) == "accepted");
  CHECK(refusal("[[],[0,{}]]", {.max_values = 4}).starts_with("json.values"));
}

TEST_CASE("floats that are allowed keep their text, so that no amount is rounded") {
  Json value = parse_json(R"({"amount":20999999.97690000,"n":3})", {.floats = true});
  CHECK(value["amount"] == "20999999.97690000");
  CHECK(value["n"] == 3);
}

TEST_CASE("JsonField reads strictly") {
  Json value =
      parse_json(R"({"n":-1,"big":18446744073709551615,"s":"zz","sat":2100000000000001,"k":["00ff"]})");
  JsonObject object(value);
  CHECK(error_and_field([&] { object.required("n").u32(); }) == "json.range n");
  CHECK(error_and_field([&] { object.required("n").u64(); }) == "json.range n");
  CHECK(error_and_field([&] { object.required("big").integer(0, INT64_MAX); }) == "json.range big");
  CHECK(object.required("big").u64() == 18446744073709551615u);
  CHECK(error_and_field([&] { object.required("s").hex(); }) == "hex.invalid s");
  CHECK(error_and_field([&] { object.required("s").integer(0, 1); }) == "json.type s");
  CHECK(error_and_field([&] { object.required("sat").sat(); }) == "json.range sat");
  CHECK(error_and_field([&] { object.required("k").items()[0].hex_array<3>(); }) == "hex.length k[0]");
  CHECK(error_and_field([&] { object.required("none"); }) == "json.missing none");
  CHECK(error_and_field([&] { object.done(); }) == "");
}

TEST_CASE("an unknown field is an error") {
  Json value = parse_json(R"({"type":"pegkit/x","version":1,"extra":0})");
  JsonObject object = open_document(value, "x");
  CHECK_THROWS_WITH_AS(object.done(), "unknown field 'extra'", Error);
  CHECK_THROWS_AS(open_document(value, "y"), Error);
  CHECK_THROWS_AS(open_document(value, "x", 2), Error);
  CHECK(document_type(value) == "x");
}
