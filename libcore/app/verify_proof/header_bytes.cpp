#include "app/verify_proof/header_bytes.hpp"

#include "base/error.hpp"

namespace pegkit::app::verify_proof {

Bytes header_bytes(const std::string& text) {
  bool printable = std::ranges::all_of(
      text, [](char c) { return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t'; });
  if (!printable) return to_bytes(as_bytes(text));
  std::string hex;
  hex.reserve(text.size());
  std::ranges::copy_if(text, std::back_inserter(hex),
                       [](char c) { return c != '\n' && c != '\r' && c != '\t' && c != ' '; });
  if (hex.empty()) throw input_error("input.empty", "empty input");
  return from_hex(hex);
}

}  // namespace pegkit::app::verify_proof
