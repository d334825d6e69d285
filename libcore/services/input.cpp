#include "services/input.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/text.hpp"
#include "services/ports.hpp"

namespace pegkit::services {
namespace {

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
  if (!std::ranges::all_of(text, is_text)) return text;
  if (is_blank(text)) throw input_error("input.empty", "empty input");
  return std::string(trimmed(text));
}

Bytes hex_or_raw(const std::string& text) {
  return std::ranges::all_of(text, is_printable) ? from_hex(text) : to_bytes(as_bytes(text));
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

std::vector<std::string> split_documents(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = std::min(text.find('\n', at), text.size());
    std::string line = text.substr(at, end - at);
    line.erase(line.find_last_not_of(" \t\r") + 1);
    if (!line.empty()) lines.push_back(std::move(line));
    at = end + 1;
  }
  bool json = !lines.empty() && lines[0].starts_with('{');
  if (json && !lines[0].ends_with('}')) return {text};
  return lines;
}

std::vector<Json> read_documents(Ports& ports, const std::string& path) {
  std::vector<Json> out;
  for (const std::string& one : split_documents(ports.read(path))) out.push_back(parse_json(one));
  if (out.empty()) throw input_error("json.empty", "there is no document");
  return out;
}

std::vector<Json> parse_documents(std::string_view text, const std::string& name) {
  try {
    return {parse_json(text)};
  } catch (const Error&) {
    // It is not one document, so every line is one.
  }
  std::vector<Json> out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (is_blank(line)) continue;
    try {
      out.push_back(parse_json(line));
    } catch (const Error& e) {
      throw input_error(e.code(), fmt::format("{}, line {}: {}", name, number, e.message())).field(e.field());
    }
  }
  return out;
}

std::vector<Json> read_documents(Ports& ports, const std::vector<std::string>& paths) {
  std::vector<Json> out;
  for (const std::string& path : paths) {
    auto documents = parse_documents(ports.read(path), path == "-" ? "stdin" : path);
    std::move(documents.begin(), documents.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace pegkit::services
