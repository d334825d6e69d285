#include "base/json.hpp"

#include <doctest/doctest.h>
#include <string>

using namespace pegkit;

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
  auto code = [](auto&& read) {
    try {
      read();
    } catch (const Error& e) {
      return e.code() + " at " + e.field();
    }
    return std::string("read");
  };
  CHECK(code([&] { object.required("n").u32(); }) == "json.range at n");
  CHECK(code([&] { object.required("n").u64(); }) == "json.range at n");
  CHECK(code([&] { object.required("big").integer(0, INT64_MAX); }) == "json.range at big");
  CHECK(object.required("big").u64() == 18446744073709551615u);
  CHECK(code([&] { object.required("s").hex(); }) == "hex.invalid at s");
  CHECK(code([&] { object.required("s").integer(0, 1); }) == "json.type at s");
  CHECK(code([&] { object.required("sat").sat(); }) == "json.range at sat");
  CHECK(code([&] { object.required("k").items()[0].hex_array<3>(); }) == "hex.length at k[0]");
  CHECK(code([&] { object.required("none"); }) == "json.missing at none");
  CHECK(code([&] { object.done(); }) == "read");
}

TEST_CASE("an unknown field is an error") {
  Json value = parse_json(R"({"type":"pegkit/x","version":1,"extra":0})");
  JsonObject object = open_document(value, "x");
  CHECK_THROWS_WITH_AS(object.done(), "unknown field 'extra'", Error);
  CHECK_THROWS_AS(open_document(value, "y"), Error);
  CHECK_THROWS_AS(open_document(value, "x", 2), Error);
  CHECK(document_type(value) == "x");
}
