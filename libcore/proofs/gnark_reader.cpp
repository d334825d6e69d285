#include "proofs/gnark_reader.hpp"

#include <fmt/core.h>

namespace pegkit::proofs {
namespace {

using bn254::Fr;
using bn254::G1;
using bn254::G2;

constexpr std::size_t scalar_size = 32, g1_compressed = 32, g2_compressed = 64;
constexpr std::uint8_t compression_bits = 0xc0;
constexpr std::uint32_t max_list = 65'537;  // 2^16 inputs and the key's constant term

}  // namespace

std::uint64_t GnarkReader::integer(std::size_t size) {
  std::uint64_t value = 0;
  for (std::uint8_t byte : reader_.bytes(size)) value = value << 8 | byte;
  return value;
}

std::uint32_t GnarkReader::count() {
  std::uint32_t size = u32();
  if (size > max_list)
    reader_.fail("length", fmt::format("has a list of {} elements, more than {}", size, max_list));
  return size;
}

Fr GnarkReader::scalar(const std::string& name) {
  if (auto value = Fr::from_bytes(reader_.bytes(scalar_size))) return *value;
  if (verdict_.valid) verdict_ = Verdict::no(name + " is not below the field's order");
  return {};
}

template <class Point>
Point GnarkReader::checked(const std::string& name, const bn254::PointRead<Point>& read) {
  if (read) return read.point;
  if (verdict_.valid)
    verdict_ = Verdict::no(fmt::format("{}: {}", name, bn254::point_fault_text(read.fault)));
  return {};
}

G1 GnarkReader::g1(const std::string& name) {
  ByteView bytes = reader_.bytes(g1_compressed);
  if (bytes[0] & compression_bits) return checked(name, bn254::read_g1_compressed(bytes));
  Bytes whole = to_bytes(bytes);
  append(whole, reader_.bytes(g1_compressed));
  return checked(name, bn254::read_g1(whole));
}

G2 GnarkReader::g2(const std::string& name) {
  ByteView bytes = reader_.bytes(g2_compressed);
  if (bytes[0] & compression_bits) return checked(name, bn254::read_g2_compressed(bytes));
  Bytes whole = to_bytes(bytes);
  append(whole, reader_.bytes(g2_compressed));
  return checked(name, bn254::read_g2(whole));
}

G1 GnarkReader::g1_raw(const std::string& name) {
  return checked(name, bn254::read_g1(reader_.bytes(2 * g1_compressed)));
}

std::vector<Fr> GnarkReader::scalars(const std::string& name) {
  std::vector<Fr> out(count());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = scalar(fmt::format("{}[{}]", name, i));
  return out;
}

std::vector<G1> GnarkReader::g1_list(const std::string& name) {
  std::vector<G1> out(count());
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = g1(fmt::format("{}[{}]", name, i));
  return out;
}

void GnarkReader::require_key() const {
  if (!verdict_.valid)
    throw input_error("vk.value", verdict_.reason)
        .hint("check that the file is a verifying key, and one of this proof system");
}

}  // namespace pegkit::proofs
