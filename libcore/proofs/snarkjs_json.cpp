#include "proofs/snarkjs_json.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace pegkit::proofs {
namespace {

using bn254::Fp;
using bn254::Fp2;
using bn254::Fr;
using bn254::G1;
using bn254::G2;
using bn254::PointFault;

constexpr std::size_t max_digits = 256, max_scalars = 1u << 16;
constexpr std::size_t digits_at_once = 9;  // nine digits fit into 30 bits

/// A decimal number as 32 bytes big-endian; nullopt when it needs more.
std::optional<ByteArray<32>> decimal(const JsonField& field) {
  std::string text = field.text(max_digits);
  bool digits = !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || (text.size() > 1 && text[0] == '0'))
    field.fail("snarkjs.number", "a decimal number was expected");
  std::array<std::uint32_t, 8> limbs{};  // least significant first
  for (std::size_t at = 0; at < text.size(); at += digits_at_once) {
    std::uint64_t carry = 0, scale = 1;
    for (char c : std::string_view(text).substr(at, digits_at_once)) {
      carry = carry * 10 + static_cast<unsigned>(c - '0');
      scale *= 10;
    }
    for (std::uint32_t& limb : limbs) {
      carry += limb * scale;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) return std::nullopt;
  }
  ByteArray<32> out{};
  for (std::size_t i = 0; i < out.size(); ++i)
    out[out.size() - 1 - i] = static_cast<std::uint8_t>(limbs[i / 4] >> (8 * (i % 4)));
  return out;
}

std::optional<Fp> coordinate(const JsonField& field) {
  auto number = decimal(field);
  return number ? Fp::from_bytes(*number) : std::nullopt;
}

std::vector<JsonField> tuple(const JsonField& field, std::size_t size) {
  auto items = field.items(size);
  if (items.size() != size) field.fail("snarkjs.point", fmt::format("{} elements were expected", size));
  return items;
}

std::optional<Fp2> coordinate2(const JsonField& field) {
  auto parts = tuple(field, 2);
  auto c0 = coordinate(parts[0]), c1 = coordinate(parts[1]);
  if (!c0 || !c1) return std::nullopt;
  return Fp2{*c0, *c1};
}

/// Reads a point, affine or infinity as its third coordinate says. snarkjs writes no other projective form,
/// and accepting one would give a point many encodings.
template <class F>
std::optional<bn254::Affine<F>> point(const JsonField& field, std::optional<F> (*read)(const JsonField&)) {
  auto parts = tuple(field, 3);
  auto x = read(parts[0]), y = read(parts[1]), z = read(parts[2]);
  if (!x || !y || !z) return std::nullopt;
  if (*z == F::one()) return bn254::Affine<F>::at(*x, *y);
  if (!z->is_zero() || !x->is_zero() || *y != F::one())
    field.fail("snarkjs.point", "a point with third coordinate 1, or 0, 1, 0 for infinity, was expected");
  return bn254::Affine<F>{};
}

}  // namespace

void SnarkjsReader::fault(const std::string& what, PointFault fault) {
  if (!verdict_.valid) return;
  verdict_ = Verdict::no(fmt::format("{}: {}", what, bn254::point_fault_text(fault)));
}

Fr SnarkjsReader::scalar(const JsonField& field) {
  auto number = decimal(field);
  auto value = number ? Fr::from_bytes(*number) : std::nullopt;
  if (value) return *value;
  if (verdict_.valid) verdict_ = Verdict::no(field.path() + " is not below the field's order");
  return Fr::zero();
}

G1 SnarkjsReader::g1(const JsonField& field) {
  auto read = point<Fp>(field, coordinate);
  if (!read) {
    fault(field.path(), PointFault::coordinate);
  } else if (!read->is_on_curve()) {
    fault(field.path(), PointFault::curve);
  } else {
    return *read;
  }
  return {};
}

G2 SnarkjsReader::g2(const JsonField& field) {
  auto read = point<Fp2>(field, coordinate2);
  if (!read) {
    fault(field.path(), PointFault::coordinate);
  } else if (!read->is_on_curve()) {
    fault(field.path(), PointFault::curve);
  } else if (!is_in_subgroup(*read)) {
    fault(field.path(), PointFault::subgroup);
  } else {
    return *read;
  }
  return {};
}

std::vector<Fr> SnarkjsReader::scalars(const JsonField& field) {
  std::vector<Fr> out;
  for (const JsonField& item : field.items(max_scalars)) out.push_back(scalar(item));
  return out;
}

void SnarkjsReader::require_key() const {
  if (!verdict_.valid) throw input_error("vk.value", verdict_.reason);
}

JsonObject open_snarkjs(const Json& document, std::string_view protocol, std::string path) {
  JsonObject object(document, std::move(path));
  JsonField written = object.required("protocol");
  if (written.text(100) != protocol)
    written.fail("snarkjs.protocol", fmt::format("a document of protocol {} was expected", protocol));
  if (auto curve = object.optional("curve")) {
    std::string name = curve->text(100);
    if (name != "bn128" && name != "bn254" && name != "altbn128")
      curve->fail("snarkjs.curve", "curve bn128 was expected");
  }
  return object;
}

}  // namespace pegkit::proofs
