#pragma once

#include <string>

#include "base/json.hpp"
#include "cli/option_table.hpp"
#include "cli/program.hpp"

namespace pegkit::cli {

/// The texts that are made from the option tables, so that they cannot disagree with the parser.
std::string program_help(const Program& program);
std::string command_help(const Program& program, const Subcommand& command, const OptionTable& table);
/// "bash", "zsh" or "fish"; throws a usage error otherwise.
std::string completion(const Program& program, const std::string& shell);
/// Everything as JSON (`--describe`), for the test that compares it with the man page.
Json describe(const Program& program);

}  // namespace pegkit::cli
