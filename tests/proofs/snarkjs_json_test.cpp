#include "proofs/snarkjs_json.hpp"

#include <doctest/doctest.h>

#include "support/bn254_points.hpp"
#include "support/bn254_random.hpp"
#include "support/errors.hpp"
#include "support/snarkjs_writer.hpp"

using namespace pegkit;
using namespace pegkit::proofs;
using namespace pegkit::test;
using bn254::Fp2;
using bn254::Fr;
using bn254::G1;
using bn254::G2;

namespace {

const std::string r = "21888242871839275222246405745257275088548364400416034343698204186575808495617";
const std::string p = "21888242871839275222246405745257275088696311157297823662689037894645226208583";
const std::string above_256_bits =
    "115792089237316195423570985008687907853269984665640564039457584007913129639936";

/// The reason that the reader keeps after `read(reader, field)`, or the code of the Error that it throws.
template <class Read>
std::string outcome(const Json& value, Read read) {
  SnarkjsReader reader;
  try {
    read(reader, JsonField(value, "it"));
  } catch (const Error& e) {
    CHECK(e.exit() == Exit::input);
    CHECK(e.field().starts_with("it"));
    return e.code();
  }
  CHECK(reader.verdict().valid == reader.verdict().reason.empty());
  return reader.verdict().reason;
}
std::string scalar(const Json& value) {
  return outcome(value, [](SnarkjsReader& reader, const JsonField& field) { reader.scalar(field); });
}
std::string g1(const Json& value) {
  return outcome(value, [](SnarkjsReader& reader, const JsonField& field) { reader.g1(field); });
}
std::string g2(const Json& value) {
  return outcome(value, [](SnarkjsReader& reader, const JsonField& field) { reader.g2(field); });
}

}  // namespace

TEST_CASE("snarkjs_json: what is written is read") {
  Bn254Random random(1);
  for (int i = 0; i < 50; ++i) {
    const Fr value = random.field<Fr>();
    const G1 point = multiply(bn254::g1_generator(), value).affine();
    const G2 twisted = multiply(bn254::g2_generator(), value).affine();
    SnarkjsReader reader;
    CHECK(reader.scalar(JsonField(snarkjs::json(value), "")) == value);
    CHECK(reader.g1(JsonField(snarkjs::json(point), "")) == point);
    CHECK(reader.g2(JsonField(snarkjs::json(twisted), "")) == twisted);
    CHECK(reader.verdict());
  }
  SnarkjsReader reader;
  for (const Fr& value : edge_elements<Fr>())
    CHECK(reader.scalar(JsonField(snarkjs::json(value), "")) == value);
  CHECK(reader.g1(JsonField(snarkjs::json(G1{}), "")).infinity);
  CHECK(reader.g2(JsonField(snarkjs::json(G2{}), "")).infinity);
  CHECK(reader.verdict());
  reader.require_key();
}

TEST_CASE("snarkjs_json: numbers") {
  CHECK(scalar("0") == "");
  CHECK(scalar("21888242871839275222246405745257275088548364400416034343698204186575808495616") == "");
  for (const std::string& large : {r, p, above_256_bits, std::string(256, '9')})
    CHECK(scalar(large) == "it is not below the field's order");
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "01", "00", "0x1", "1e3", "1.0", "１", "1_000", "a"})
    CHECK(scalar(text) == "snarkjs.number");
  CHECK(scalar(std::string(257, '1')) == "json.range");
  for (const Json& other : {Json(), Json(1), Json(true), Json::array(), Json::object()})
    CHECK(scalar(other) == "json.type");
}

TEST_CASE("snarkjs_json: points of G1") {
  CHECK(g1({"1", "2", "1"}) == "");
  CHECK(g1({"0", "1", "0"}) == "");
  for (const Json& off : {Json{"1", "3", "1"}, Json{"0", "0", "1"}, Json{"2", "2", "1"}})
    CHECK(g1(off) == "it: not on the curve");
  const std::string field = "it: a coordinate is not below the field's order";
  CHECK(g1({p, "2", "1"}) == field);
  CHECK(g1({"1", above_256_bits, "1"}) == field);
  CHECK(g1({"1", "2", p}) == field);
  CHECK(g1({"21888242871839275222246405745257275088696311157297823662689037894645226208584", "2", "1"}) ==
        field);
  // Other names of the same points.
  for (const Json& other : {Json{"4", "16", "2"}, Json{"0", "0", "0"}, Json{"1", "2", "0"},
                            Json{"0", "2", "0"}, Json{"1", "1", "0"}, Json{"0", "1", "2"}})
    CHECK(g1(other) == "snarkjs.point");
  for (const Json& other : {Json::array(), Json{"1", "2"}, Json{"1"}}) CHECK(g1(other) == "snarkjs.point");
  CHECK(g1({"1", "2", "1", "1"}) == "json.range");
  CHECK(g1({"1", 2, "1"}) == "json.type");
  CHECK(g1({"1", "x", "1"}) == "snarkjs.number");
  CHECK(g1("1") == "json.type");
  CHECK(g1(Json::object()) == "json.type");
}

TEST_CASE("snarkjs_json: points of G2") {
  const Json good = snarkjs::json(bn254::g2_generator());
  // c0 stands first.
  CHECK(good[0][0] == "10857046999023057135944570762232829481370756359578518086990519993285655852781");
  CHECK(g2(good) == "");
  Json other = good;
  std::swap(other[0][0], other[0][1]);
  CHECK(g2(other) == "it: not on the curve");
  CHECK(g2(snarkjs::json(twist_point_outside_subgroup())) == "it: not in the subgroup");
  other = good;
  other[1][1] = p;
  CHECK(g2(other) == "it: a coordinate is not below the field's order");
  other = good;
  other[2] = {"0", "1"};
  CHECK(g2(other) == "snarkjs.point");
  other[2] = {"1"};
  CHECK(g2(other) == "snarkjs.point");
  other[2] = "1";
  CHECK(g2(other) == "json.type");
  CHECK(g2({"1", "2", "1"}) == "json.type");
}

TEST_CASE("snarkjs_json: the first reason is kept, and a key throws it") {
  SnarkjsReader reader;
  const Json list = {"1", r, p};
  CHECK(reader.scalars(JsonField(list, "public")) == std::vector{Fr::one(), Fr::zero(), Fr::zero()});
  CHECK(reader.verdict().reason == "public[1] is not below the field's order");
  reader.g1(JsonField({"1", "3", "1"}, "later"));
  CHECK(reader.verdict().reason == "public[1] is not below the field's order");
  CHECK(error_and_exit([&] { reader.require_key(); }) == "vk.value 3");
}

TEST_CASE("snarkjs_json: as many inputs as gnark takes") {
  auto read = [](const Json& list) {
    return outcome(list, [](SnarkjsReader& reader, const JsonField& field) { reader.scalars(field); });
  };
  CHECK(read(Json(std::vector<std::string>(65'536, "1"))) == "");
  CHECK(read(Json(std::vector<std::string>(65'537, "1"))) == "json.range");
}

TEST_CASE("snarkjs_json: protocol and curve") {
  auto code = [](const Json& document) { return error_code([&] { open_snarkjs(document, "plonk"); }); };
  CHECK(code({{"protocol", "plonk"}}) == "");
  for (const char* curve : {"bn128", "bn254", "altbn128"})
    CHECK(code({{"protocol", "plonk"}, {"curve", curve}}) == "");
  CHECK(code({{"protocol", "plonk"}, {"curve", "bls12381"}}) == "snarkjs.curve");
  CHECK(code({{"protocol", "plonk"}, {"curve", 1}}) == "json.type");
  CHECK(code({{"protocol", "groth16"}}) == "snarkjs.protocol");
  CHECK(code(Json::object()) == "json.missing");
  CHECK(code(Json::array()) == "json.type");
}
