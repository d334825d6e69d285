#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/program.hpp"

namespace pegkit::cli {

using ConfigValues = std::map<std::string, std::vector<std::string>>;

/// Reads a configuration file (`pegkit/config`): shared options at the top, a program's own options in an
/// object under its name, those of one subcommand in an object within it. Throws `config.unknown` (exit 2)
/// with the path of a key that is no option, `config.type` (exit 2) for a wrong type. When `path` is empty,
/// reads $XDG_CONFIG_HOME/pegkit/config.json or ~/.config/pegkit/config.json if it exists.
ConfigValues read_config(std::string path, const Program& program, const std::string& command);

}  // namespace pegkit::cli
