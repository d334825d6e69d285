#include "app/input.hpp"

#include <algorithm>

namespace pegkit::app {
namespace {

constexpr const char* white_space = " \t\r\n";

std::string trimmed(const std::string& text) {
  auto first = text.find_first_not_of(white_space);
  if (first == text.npos) throw input_error("input.empty", "empty input");
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

std::string word_or_stdin(Ports& ports, const std::string& word) {
  if (!word.empty() && word != "-") return word;
  std::string text = ports.read("-");
  // A raw file may begin or end with bytes that look like white space.
  bool raw = std::ranges::any_of(
      text, [](char c) { return (c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7f; });
  if (raw) return text;
  return trimmed(text);
}

Bytes hex_or_raw(const std::string& text) {
  bool printable = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
  if (printable || std::ranges::all_of(text, is_hex)) return from_hex(text);
  return to_bytes(as_bytes(text));
}

Json read_json(Ports& ports, const std::string& path) {
  try {
    return parse_json(ports.read(path));
  } catch (const Error& e) {
    if (path == "-" || e.code().starts_with("file.")) throw;
    throw Error(e.exit(), e.code(), path + ": " + e.message()).hint(e.hint()).field(e.field());
  }
}

}  // namespace pegkit::app
