#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "app/command.hpp"

namespace pegkit::app {

/// The word on the command line, or all of stdin; surrounding white space removed. Throws `input.empty`.
std::string word_or_stdin(Ports& ports, const std::string& word);
/// Bytes that a user gave as hex, or as they are (a raw file on stdin).
Bytes hex_or_raw(const std::string& text);
/// "0,2,4": the indexes of --signers, as they stand. Throws a usage error.
std::vector<std::uint32_t> parse_signers(std::string_view text);
/// One JSON document from a file or "-".
Json read_json(Ports& ports, const std::string& path);
/// The same of what was read from there.
Json parse_json_of(const std::string& text, const std::string& path);

}  // namespace pegkit::app
