#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/ports.hpp"

namespace pegkit::services {

/// The word on the command line, or where it is empty or "-" all of stdin: text without surrounding white
/// space, a raw file as it is. Throws Error `input.empty` (exit 3).
std::string word_or_stdin(Ports& ports, const std::string& word);
/// Decodes printable text as hex; any other input is a raw file, whose bytes are returned as they are.
Bytes hex_or_raw(const std::string& text);
/// One JSON document from a file or "-".
Json read_json(Ports& ports, const std::string& path);
/// Parses text that was read from `path`, which errors name.
Json parse_json_of(const std::string& text, const std::string& path);

/// The texts of one document (over any number of lines), or of one on every line.
std::vector<std::string> split_documents(const std::string& text);
/// The JSON documents of a file or "-".
std::vector<Json> read_documents(Ports& ports, const std::string& path);

/// One document, or JSON Lines; errors name `name` and the line.
std::vector<Json> parse_documents(std::string_view text, const std::string& name);
/// The documents of several files, in order ("-" is stdin).
std::vector<Json> read_documents(Ports& ports, const std::vector<std::string>& paths);

}  // namespace pegkit::services
