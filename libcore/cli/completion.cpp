#include <fmt/core.h>

#include "cli/help.hpp"

namespace pegkit::cli {
namespace {

std::string joined(const Json& list) {
  std::string out;
  for (const Json& word : list) out += (out.empty() ? "" : " ") + word.get<std::string>();
  return out;
}

std::string identifier(std::string name) {
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

/// The text as a single-quoted shell word.
std::string shell_word(const std::string& text) {
  std::string out = "'";
  for (char c : text) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out + "'";
}

std::string bash(const Json& program) {
  std::string name = program["name"], function = "_pegkit_" + identifier(name), commands, values, words;
  for (const Json& command : program["subcommands"]) {
    std::string command_name = command["name"], options = "--help";
    commands += (commands.empty() ? "" : " ") + command_name;
    for (const Json& option : command["options"]) {
      if (option["argument"]) continue;
      std::string option_name = option["name"];
      options += " " + option_name;
      if (!option["choices"].empty())
        values += fmt::format("    {}:{}) COMPREPLY=($(compgen -W {} -- \"$word\")); return ;;\n",
                              command_name, option_name, shell_word(joined(option["choices"])));
      else if (option["file"])
        values += fmt::format("    {}:{}) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n", command_name,
                              option_name);
      else if (option["takes_value"])
        values += fmt::format("    {}:{}) return ;;\n", command_name, option_name);
    }
    words += fmt::format("    {}) COMPREPLY=($(compgen -W {} -- \"$word\")) ;;\n", command_name,
                         shell_word(options));
  }
  return fmt::format(
      "# bash completion for {0}; made by `{0} --completion bash`\n"
      "{1}() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} "
      "command=${{COMP_WORDS[1]}}\n"
      "  if [[ $COMP_CWORD -eq 1 ]]; then\n"
      "    COMPREPLY=($(compgen -W '{2} --help --version --completion' -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  case $command:$before in\n"
      "    --completion:*) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$word\")); return ;;\n"
      "{3}"
      "  esac\n"
      "  case $command in\n"
      "{4}"
      "  esac\n"
      "}}\n"
      "complete -o filenames -F {1} {0}\n",
      name, function, commands, values, words);
}

/// The text escaped for a zsh _arguments specification.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh(const Json& program) {
  std::string name = program["name"], function = "_" + name, list, cases;
  for (const Json& command : program["subcommands"]) {
    std::string command_name = command["name"];
    list += fmt::format("    {}\n", shell_word(command_name + ":" + zsh_text(command["summary"])));
    cases += fmt::format("    {})\n      _arguments '(- *)'{{-h,--help}}'[help]'", command_name);
    for (const Json& option : command["options"]) {
      if (option["argument"]) {
        cases += fmt::format(" \\\n        {}", shell_word("1:" + zsh_text(option["meta"]) + ":"));
        continue;
      }
      std::string spec = (option["repeatable"] ? "*" : "") + option["name"].get<std::string>() + "[" +
                         zsh_text(option["help"]) + "]";
      if (!option["choices"].empty())
        spec += ":value:(" + joined(option["choices"]) + ")";
      else if (option["file"])
        spec += ":file:_files";
      else if (option["takes_value"])
        spec += ":" + zsh_text(option["meta"]) + ":";
      cases += fmt::format(" \\\n        {}", shell_word(spec));
    }
    cases += "\n      ;;\n";
  }
  return fmt::format(
      "#compdef {0}\n"
      "# zsh completion for {0}; made by `{0} --completion zsh`\n"
      "{1}() {{\n"
      "  local -a commands=(\n"
      "{2}"
      "  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe 'subcommand' commands\n"
      "    _arguments '--help[help]' '--version[version]' '--completion[completions]:shell:(bash zsh fish)'\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $command in\n"
      "{3}"
      "  esac\n"
      "}}\n"
      "{1} \"$@\"\n",
      name, function, list, cases);
}

std::string fish(const Json& program) {
  std::string name = program["name"];
  std::string out =
      fmt::format("# fish completion for {0}; made by `{0} --completion fish`\ncomplete -c {0} -f\n", name);
  std::string none = "'__fish_use_subcommand'";
  out += fmt::format("complete -c {} -n {} -l help -d 'help'\n", name, none);
  out += fmt::format("complete -c {} -n {} -l version -d 'version'\n", name, none);
  out +=
      fmt::format("complete -c {} -n {} -l completion -x -a 'bash zsh fish' -d 'completions'\n", name, none);
  for (const Json& command : program["subcommands"]) {
    std::string command_name = command["name"];
    out += fmt::format("complete -c {} -n {} -a {} -d {}\n", name, none, command_name,
                       shell_word(command["summary"]));
    std::string seen = shell_word("__fish_seen_subcommand_from " + command_name);
    for (const Json& option : command["options"]) {
      if (option["argument"]) continue;
      std::string line =
          fmt::format("complete -c {} -n {} -l {}", name, seen, option["name"].get<std::string>().substr(2));
      if (!option["choices"].empty())
        line += fmt::format(" -x -a {}", shell_word(joined(option["choices"])));
      else if (option["file"])
        line += " -r -F";
      else if (option["takes_value"])
        line += " -x";
      out += line + fmt::format(" -d {}\n", shell_word(option["help"]));
    }
  }
  return out;
}

}  // namespace

std::string completion(const Program& program, const std::string& shell) {
  if (shell == "bash") return bash(describe(program));
  if (shell == "zsh") return zsh(describe(program));
  if (shell == "fish") return fish(describe(program));
  throw usage_error(fmt::format("'{}' is not one of bash, zsh, fish", shell.substr(0, 40)));
}

}  // namespace pegkit::cli
