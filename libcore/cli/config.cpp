#include "cli/config.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/core.h>
#include <set>

#include "base/files.hpp"
#include "cli/option_table.hpp"

namespace pegkit::cli {
namespace {

/// Every program of pegkit, each with a comma before and after it: a shared file may have a section for any of them.
constexpr std::string_view programs = PEGKIT_PROGRAM_NAMES;

bool is_program(const std::string& name) {
  return programs.find("," + name + ",") != programs.npos;
}

std::string default_path() {
  const char* base = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  std::filesystem::path path;
  if (base != nullptr && *base != '\0')
    path = std::filesystem::path(base) / "pegkit" / "config.json";
  else if (home != nullptr && *home != '\0')
    path = std::filesystem::path(home) / ".config" / "pegkit" / "config.json";
  return !path.empty() && std::filesystem::exists(path) ? path.string() : "";
}

std::vector<std::string> option_values(const Json& value, const std::string& path) {
  auto one = [&](const Json& v) {
    if (v.is_string()) return v.get<std::string>();
    if (v.is_boolean()) return std::string(v.get<bool>() ? "true" : "false");
    if (v.is_number_integer()) return v.dump();
    throw Error(Exit::usage, "config.type",
                fmt::format("{}: a string, an integer or a boolean was expected", path));
  };
  if (!value.is_array()) return {one(value)};
  std::vector<std::string> out;
  for (const Json& v : value) out.push_back(one(v));
  if (out.empty()) throw Error(Exit::usage, "config.type", fmt::format("{}: an empty list", path));
  return out;
}

std::set<std::string> option_keys(const Subcommand& command) {
  SharedOptions shared;
  OptionTable table(shared);
  command.make()->options(table);
  std::set<std::string> keys;
  for (const OptionEntry& entry : table.entries())
    if (!entry.config_key().empty()) keys.insert(entry.config_key());
  return keys;
}

[[noreturn]] void unknown(const std::string& file, const std::string& key) {
  throw Error(Exit::usage, "config.unknown", fmt::format("{}: unknown key '{}'", file, key.substr(0, 80)))
      .field(key);
}

/// Reads the section of this program: options of any of its subcommands, and objects for single subcommands.
void read_section(const std::string& file, const Json& section, const Program& program,
                  const std::string& command, ConfigValues& out) {
  if (!section.is_object())
    throw Error(Exit::usage, "config.type", fmt::format("{}: {} must be an object", file, program.name()));
  std::map<std::string, std::set<std::string>> keys;
  for (const Subcommand& sub : program.subcommands()) keys[sub.name] = option_keys(sub);
  ConfigValues of_command;
  for (const auto& field : section.items()) {
    const std::string& key = field.key();
    const Json& value = field.value();
    std::string path = program.name() + "." + key;
    if (auto sub = keys.find(key); sub != keys.end() && value.is_object()) {
      for (const auto& [name, inner] : value.items()) {
        if (!sub->second.contains(name)) unknown(file, path + "." + name);
        auto values = option_values(inner, path + "." + name);
        if (key == command) of_command[name] = values;
      }
    } else if (std::ranges::any_of(keys, [&](const auto& k) { return k.second.contains(key); })) {
      out[key] = option_values(value, path);
    } else {
      unknown(file, path);
    }
  }
  for (auto& [key, values] : of_command) out[key] = values;
}

}  // namespace

ConfigValues read_config(std::string path, const Program& program, const std::string& command) {
  if (path.empty()) path = default_path();
  ConfigValues out;
  if (path.empty()) return out;
  Json document;
  try {
    document = parse_json(as_text(read_file(path, 1u << 20)));
    open_document(document, "config");
  } catch (const Error& e) {
    throw Error(Exit::usage, "config.invalid", fmt::format("{}: {}", path, e.message())).field(e.field());
  }
  const auto& shared = shared_option_names();
  for (const auto& [key, value] : document.items()) {
    if (key == "type" || key == "version" || key == program.name()) continue;
    if (is_program(key) && value.is_object()) continue;
    if (!std::ranges::count(shared, key)) unknown(path, key);
    out[key] = option_values(value, key);
  }
  if (document.contains(program.name())) read_section(path, document[program.name()], program, command, out);
  return out;
}

}  // namespace pegkit::cli
