#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/program.hpp"

namespace pegkit::cli {

using ConfigValues = std::map<std::string, std::vector<std::string>>;

/// A configuration file (doc/documents.md, `pegkit/config`): shared options at the top, a program's own in an
/// object under its name, those of one subcommand in an object in it. A key that is no option is a usage
/// error with its path. `path` empty: $XDG_CONFIG_HOME/pegkit/config.json or ~/.config/pegkit/config.json if
/// there is one.
ConfigValues read_config(std::string path, const Program& program, const std::string& command);

}  // namespace pegkit::cli
