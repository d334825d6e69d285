#include <algorithm>

#include "bn254/params.hpp"
#include "crypto/arguments.hpp"

namespace pegkit::bn254 {
namespace {

/// Values of the two top bits of a compressed point (gnark-crypto ecc/bn254/marshal.go).
constexpr std::uint8_t flag_mask = 0xc0, flag_infinity = 0x40, flag_smaller = 0x80, flag_larger = 0xc0;

bool all_zero(ByteView bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

template <class F>
std::optional<F> read_coordinate(ByteView bytes);

template <>
std::optional<Fp> read_coordinate<Fp>(ByteView bytes) {
  return Fp::from_bytes(bytes);
}

template <>
std::optional<Fp2> read_coordinate<Fp2>(ByteView bytes) {
  std::optional<Fp> c1 = Fp::from_bytes(bytes.first(32)), c0 = Fp::from_bytes(bytes.subspan(32));
  if (!c0 || !c1) return std::nullopt;
  return Fp2{*c0, *c1};
}

ByteArray<32> coordinate_bytes(const Fp& value) {
  return value.bytes();
}

ByteArray<64> coordinate_bytes(const Fp2& value) {
  ByteArray<64> out{};
  std::ranges::copy(value.c1.bytes(), out.begin());
  std::ranges::copy(value.c0.bytes(), out.begin() + 32);
  return out;
}

bool in_group(const G1&) {
  return true;  // the curve's order is r
}

bool in_group(const G2& point) {
  return is_in_subgroup(point);
}

template <class F>
PointRead<Affine<F>> read_uncompressed(ByteView bytes, std::size_t size) {
  crypto::expect_length(bytes, size);
  if (all_zero(bytes)) return {};
  std::optional<F> x = read_coordinate<F>(bytes.first(size / 2));
  std::optional<F> y = read_coordinate<F>(bytes.subspan(size / 2));
  if (!x || !y) return {{}, PointFault::coordinate};
  auto point = Affine<F>::at(*x, *y);
  if (!point.is_on_curve()) return {{}, PointFault::curve};
  if (!in_group(point)) return {{}, PointFault::subgroup};
  return {point};
}

template <class F, std::size_t N>
PointRead<Affine<F>> read_compressed(ByteView bytes) {
  crypto::expect_length(bytes, N);
  ByteArray<N> masked;
  std::ranges::copy(bytes, masked.begin());
  std::uint8_t flag = masked[0] & flag_mask;
  masked[0] &= static_cast<std::uint8_t>(~flag_mask);
  if (flag == flag_infinity && all_zero(masked)) return {};
  if (flag != flag_smaller && flag != flag_larger) return {{}, PointFault::flags};
  std::optional<F> x = read_coordinate<F>(masked);
  if (!x) return {{}, PointFault::coordinate};
  std::optional<F> y = (x->square() * *x + curve_constant<F>()).sqrt();
  if (!y) return {{}, PointFault::curve};
  auto point = Affine<F>::at(*x, y->is_larger_half() == (flag == flag_larger) ? *y : -*y);
  if (!in_group(point)) return {{}, PointFault::subgroup};
  return {point};
}

template <std::size_t N, class F>
ByteArray<N> write_uncompressed(const Affine<F>& point) {
  ByteArray<N> out;  // infinity's coordinates are zero
  std::ranges::copy(coordinate_bytes(point.x), out.begin());
  std::ranges::copy(coordinate_bytes(point.y), out.begin() + N / 2);
  return out;
}

template <std::size_t N, class F>
ByteArray<N> write_flagged(const Affine<F>& point) {
  ByteArray<N> out = coordinate_bytes(point.x);
  out[0] |= point.infinity ? flag_infinity : point.y.is_larger_half() ? flag_larger : flag_smaller;
  return out;
}

}  // namespace

const char* point_fault_text(PointFault fault) {
  switch (fault) {
    case PointFault::none:
      return "";
    case PointFault::coordinate:
      return "a coordinate is not below the field's order";
    case PointFault::curve:
      return "not on the curve";
    case PointFault::subgroup:
      return "not in the subgroup";
    case PointFault::flags:
      return "wrong flag bits";
  }
  return "";
}

PointRead<G1> read_g1(ByteView bytes64) {
  return read_uncompressed<Fp>(bytes64, 64);
}
PointRead<G2> read_g2(ByteView bytes128) {
  return read_uncompressed<Fp2>(bytes128, 128);
}
PointRead<G1> read_g1_compressed(ByteView bytes32) {
  return read_compressed<Fp, 32>(bytes32);
}
PointRead<G2> read_g2_compressed(ByteView bytes64) {
  return read_compressed<Fp2, 64>(bytes64);
}

ByteArray<64> write(const G1& point) {
  return write_uncompressed<64>(point);
}
ByteArray<128> write(const G2& point) {
  return write_uncompressed<128>(point);
}
ByteArray<32> write_compressed(const G1& point) {
  return write_flagged<32>(point);
}
ByteArray<64> write_compressed(const G2& point) {
  return write_flagged<64>(point);
}

}  // namespace pegkit::bn254
