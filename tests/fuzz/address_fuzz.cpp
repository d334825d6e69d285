// Every short text format either refuses any text or reads what it writes.

#include <cctype>
#include <cstdlib>

#include "base/amount.hpp"
#include "base/error.hpp"
#include "bitcoin/address.hpp"
#include "evm/address.hpp"

using namespace pegkit;
using namespace pegkit::bitcoin;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

template <class F>
void try_to(F&& what) {
  try {
    what();
  } catch (const Error&) {
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

void check_addresses(std::string_view text) {
  for (Chain chain : {Chain::main, Chain::test, Chain::testnet4, Chain::signet, Chain::regtest}) {
    try_to([&] {
      Script script = parse_address(text, chain);
      auto address = script_address(script, chain);
      require(address.has_value());
      require(*address == text || *address == lower(text));
      require(parse_address(*address, chain) == script);
    });
    try_to([&] { parse_wif(text, chain).key.public_key(); });
  }
  try_to([&] {
    auto address = evm::parse_address(text);
    require(lower(evm::format_address(address)) == lower(text));
    require(evm::parse_address(evm::format_address(address)) == address);
  });
}

void check_encodings(std::string_view text) {
  if (auto data = base58_decode(text)) require(base58_encode(*data) == text);
  if (auto data = base58check_decode(text)) require(base58check_encode(*data) == text);
  if (auto data = bech32_decode(text))
    require(bech32_encode(data->hrp, data->values, data->m) == lower(text));
  try_to([&] { require(to_hex(from_hex(text)) == lower(text)); });
  try_to([&] { require(to_base64(from_base64(text)) == text); });
}

void check_others(std::string_view text) {
  check_descriptor_checksum(text);
  try_to([&] {
    std::string whole = with_descriptor_checksum(text);
    require(check_descriptor_checksum(whole));
    whole.back() = whole.back() == 'q' ? 'p' : 'q';
    require(!check_descriptor_checksum(whole));
  });
  try_to([&] { require(OutPoint::parse(OutPoint::parse(text).text()) == OutPoint::parse(text)); });
  try_to([&] { format_btc(parse_btc(std::string(text))); });
  try_to([&] { parse_asm(text); });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  check_addresses(text);
  check_encodings(text);
  check_others(text);

  ByteView bytes{data, size};
  if (size > 500) return 0;
  require(base58_decode(base58_encode(bytes)) == to_bytes(bytes));
  require(base58check_decode(base58check_encode(bytes)) == to_bytes(bytes));
  require(from_base64(to_base64(bytes)) == to_bytes(bytes));
  if (auto address = script_address(bytes, Chain::main))
    require(parse_address(*address, Chain::main) == to_bytes(bytes));
  return 0;
}
