#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/ports.hpp"

namespace pegkit::services {

/// The word on the command line, or all of stdin; surrounding white space removed. Throws `input.empty`.
std::string word_or_stdin(Ports& ports, const std::string& word);
/// Bytes that a user gave as hex, or as they are (a raw file on stdin).
Bytes hex_or_raw(const std::string& text);
/// One JSON document from a file or "-".
Json read_json(Ports& ports, const std::string& path);
/// The same of what was read from there.
Json parse_json_of(const std::string& text, const std::string& path);

/// One document (over any number of lines), or one on every line.
std::vector<std::string> split_documents(const std::string& text);
/// The JSON documents of a file or "-".
std::vector<Json> read_documents(Ports& ports, const std::string& path);

/// One document, or JSON Lines.
std::vector<Json> parse_documents(std::string_view text, const std::string& name);
/// Those of several files in order ("-" is stdin).
std::vector<Json> read_documents(Ports& ports, const std::vector<std::string>& paths);

}  // namespace pegkit::services
