#pragma once

#include <string>

#include "base/json.hpp"
#include "cli/option_table.hpp"
#include "cli/program.hpp"

namespace pegkit::cli {

/// The texts of --help, made from the option tables so that they cannot disagree with the parser.
std::string program_help(const Program& program);
std::string command_help(const Program& program, const Subcommand& command, const OptionTable& table);
/// The completion script for "bash", "zsh" or "fish"; throws `usage` (exit 2) for another shell.
std::string completion(const Program& program, const std::string& shell);
/// All subcommands and options as JSON (`--describe`), for the test that compares them with the man page.
Json describe(const Program& program);

}  // namespace pegkit::cli
