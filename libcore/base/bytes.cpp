#include "base/bytes.hpp"

#include <fmt/core.h>

#include "base/error.hpp"

namespace pegkit {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";
constexpr char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return -1;
}

}  // namespace

std::string to_hex(ByteView data) {
  std::string out(data.size() * 2, '\0');
  for (std::size_t i = 0; i < data.size(); ++i) {
    out[2 * i] = hex_digits[data[i] >> 4];
    out[2 * i + 1] = hex_digits[data[i] & 15];
  }
  return out;
}

Bytes from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) throw input_error("hex.invalid", "hex with an odd number of digits");
  Bytes out(hex.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i) {
    int high = hex_value(hex[2 * i]), low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0)
      throw input_error("hex.invalid",
                        fmt::format("not a hex digit at position {}", 2 * i + (high < 0 ? 0 : 1)));
    out[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return out;
}

std::string to_base64(ByteView data) {
  std::string out;
  out.reserve((data.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < data.size(); i += 3) {
    std::size_t have = std::min<std::size_t>(3, data.size() - i);
    std::uint32_t group = data[i] << 16 | (have > 1 ? data[i + 1] << 8 : 0) | (have > 2 ? data[i + 2] : 0);
    for (std::size_t k = 0; k < 4; ++k) out += k <= have ? base64_digits[group >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

Bytes from_base64(std::string_view text) {
  auto invalid = [] { return input_error("base64.invalid", "not base64"); };
  if (text.size() % 4 != 0) throw invalid();
  Bytes out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    bool last = i + 4 == text.size();
    int padding = !last ? 0 : text[i + 2] == '=' ? 2 : text[i + 3] == '=' ? 1 : 0;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      bool pad = static_cast<int>(k) >= 4 - padding;
      int value = pad ? (text[i + k] == '=' ? 0 : -1) : base64_value(text[i + k]);
      if (value < 0) throw invalid();
      group = group << 6 | static_cast<std::uint32_t>(value);
    }
    // The bits that padding leaves over must be zero, so that one value has one text.
    if ((padding == 1 && (group & 0xff)) || (padding == 2 && (group & 0xffff))) throw invalid();
    for (int k = 0; k < 3 - padding; ++k) out.push_back(static_cast<std::uint8_t>(group >> (16 - 8 * k)));
  }
  return out;
}

void detail::throw_length(const char* code, std::size_t expected, std::size_t got) {
  throw input_error(code, fmt::format("expected {} bytes, got {}", expected, got));
}

}  // namespace pegkit
