#pragma once

#include <string_view>

namespace pegkit {

/// What people and editors leave around a word: space, tab, carriage return, line feed.
inline constexpr std::string_view white_space = " \t\r\n";

/// The text without white space at both ends.
constexpr std::string_view trimmed(std::string_view text) {
  std::size_t first = text.find_first_not_of(white_space);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

/// True when a line holds nothing but white space.
constexpr bool is_blank(std::string_view line) {
  return line.find_first_not_of(white_space) == line.npos;
}

}  // namespace pegkit
