#include "cli/help.hpp"

#include <fmt/core.h>

namespace pegkit::cli {
namespace {

using Kind = OptionEntry::Kind;

std::string left_column(const OptionEntry& entry) {
  return entry.meta.empty() || entry.kind == Kind::argument ? entry.name : entry.name + " " + entry.meta;
}

void add_row(std::string& out, const std::string& left, const std::string& right) {
  if (left.size() > 24)
    out += fmt::format("  {}\n  {:24}  {}\n", left, "", right);
  else
    out += fmt::format("  {:24}  {}\n", left, right);
}

std::string notes(const OptionEntry& entry) {
  std::string out;
  if (entry.required) out += " (required)";
  if (entry.repeatable) out += " (may be repeated)";
  return out;
}

}  // namespace

std::string program_help(const Program& program) {
  std::string out = fmt::format("{}: {}\n\nUsage: {} SUBCOMMAND [OPTIONS]\n\nSubcommands:\n", program.name(),
                                program.summary(), program.name());
  for (const Subcommand& command : program.subcommands()) add_row(out, command.name, command.summary);
  out += "\nOptions:\n";
  add_row(out, "-h, --help", "this text; after a subcommand, its options");
  add_row(out, "--version", "the version");
  add_row(out, "--completion SHELL", "completions for bash, zsh or fish");
  if (!program.subcommands().empty())
    out += fmt::format("\nExample:\n  {}\n", program.subcommands().front().example);
  out += fmt::format("\nMore in {}(1).\n", program.name());
  return out;
}

std::string command_help(const Program& program, const Subcommand& command, const OptionTable& table) {
  std::string argument;
  for (const OptionEntry& entry : table.entries())
    if (entry.kind == Kind::argument)
      argument = entry.required ? " " + entry.meta : fmt::format(" [{}]", entry.meta);
  std::string out = fmt::format("{} {}: {}\n\nUsage: {} {} [OPTIONS]{}\n", program.name(), command.name,
                                command.summary, program.name(), command.name, argument);
  for (bool shared : {false, true}) {
    std::string rows;
    for (const OptionEntry& entry : table.entries())
      if (entry.shared == shared) add_row(rows, left_column(entry), entry.help + notes(entry));
    if (shared) add_row(rows, "-h, --help", "this text");
    if (!rows.empty()) out += (shared ? "\nShared options:\n" : "\nOptions:\n") + rows;
  }
  return out + fmt::format("\nExample:\n  {}\n", command.example);
}

Json describe(const Program& program) {
  Json out{{"name", program.name()}, {"summary", program.summary()}, {"subcommands", Json::array()}};
  for (const Subcommand& command : program.subcommands()) {
    SharedOptions shared;
    OptionTable table(shared);
    auto object = command.make();
    object->options(table);
    Json options = Json::array();
    for (const OptionEntry& entry : table.entries())
      options.push_back({{"name", entry.name},
                         {"meta", entry.meta},
                         {"help", entry.help},
                         {"argument", entry.kind == Kind::argument},
                         {"file", entry.kind == Kind::file},
                         {"choices", entry.choices},
                         {"required", entry.required},
                         {"repeatable", entry.repeatable},
                         {"shared", entry.shared},
                         {"takes_value", entry.kind != Kind::flag}});
    out["subcommands"].push_back({{"name", command.name},
                                  {"summary", command.summary},
                                  {"example", command.example},
                                  {"options", options}});
  }
  return out;
}

}  // namespace pegkit::cli
