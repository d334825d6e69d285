#include "app/input.hpp"

#include <algorithm>
#include <charconv>

namespace pegkit::app {
namespace {

constexpr const char* white_space = " \t\r\n";

std::string trimmed(const std::string& text) {
  auto first = text.find_first_not_of(white_space);
  if (first == text.npos) throw input_error("input.empty", "empty input");
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

bool is_printable(char c) {
  return c >= 0x20 && c < 0x7f;
}
bool is_text(char c) {
  return is_printable(c) || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

std::string word_or_stdin(Ports& ports, const std::string& word) {
  if (!word.empty() && word != "-") return word;
  std::string text = ports.read("-");
  // A raw file may begin or end with bytes that look like white space.
  return std::ranges::all_of(text, is_text) ? trimmed(text) : text;
}

Bytes hex_or_raw(const std::string& text) {
  return std::ranges::all_of(text, is_printable) ? from_hex(text) : to_bytes(as_bytes(text));
}

std::vector<std::uint32_t> parse_signers(std::string_view text) {
  std::vector<std::uint32_t> out;
  while (true) {
    std::size_t end = std::min(text.find(','), text.size());
    std::uint32_t index = 0;
    auto [stop, error] = std::from_chars(text.data(), text.data() + end, index);
    if (error != std::errc() || stop != text.data() + end)
      throw usage_error("--signers takes indexes of keys with commas between them").hint("--signers 0,2,4");
    out.push_back(index);
    if (end == text.size()) return out;
    text.remove_prefix(end + 1);
  }
}

Json read_json(Ports& ports, const std::string& path) {
  return parse_json_of(ports.read(path), path);
}

Json parse_json_of(const std::string& text, const std::string& path) {
  try {
    return parse_json(text);
  } catch (const Error& e) {
    if (path == "-") throw;
    throw Error(e.exit(), e.code(), path + ": " + e.message()).hint(e.hint()).field(e.field());
  }
}

}  // namespace pegkit::app
