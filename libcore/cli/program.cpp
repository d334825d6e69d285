#include "cli/program.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/version.hpp"
#include "cli/config.hpp"
#include "cli/help.hpp"
#include "cli/option_table.hpp"
#include "cli/ports.hpp"
#include "cli/terminal.hpp"

namespace pegkit::cli {
namespace {

std::string error_text(const std::string& program, const Error& error, bool json) {
  if (json) {
    Json details = Json::object();
    if (!error.field().empty()) details["field"] = error.field();
    if (!error.hint().empty()) details["hint"] = error.hint();
    Json object{{"error", {{"code", error.code()}, {"message", error.message()}, {"details", details}}}};
    return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  }
  std::string text = fmt::format("{}: error: ", program);
  if (!error.field().empty()) text += one_line(error.field()) + ": ";
  text += one_line(error.message()) + "\n";
  if (!error.hint().empty()) text += fmt::format("hint: {}\n", one_line(error.hint()));
  return text;
}

bool asks_for_help(const std::string& word) {
  return word == "--help" || word == "-h";
}

}  // namespace

int Program::run(int argc, char** argv) const {
  install_signal_handlers();
  std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  // Read before the options are parsed, because errors in the options must obey it too.
  const char* asked = std::getenv("PEGKIT_JSON_ERRORS");
  bool json_errors = std::ranges::count(words, "--json-errors") > 0 ||
                     (asked && (std::string_view(asked) == "1" || std::string_view(asked) == "true"));
  auto fail = [&](const Error& error) {
    write_stderr(error_text(name_, error, json_errors));
    return static_cast<int>(error.exit());
  };
  try {
    return run_words(words, json_errors);
  } catch (const Error& error) {
    return fail(error);
  } catch (const std::bad_alloc&) {
    return fail({Exit::bug, "bug.memory", "out of memory"});
  } catch (const std::exception& error) {
    return fail(Error(Exit::bug, "bug", fmt::format("a fault of this program: {}", error.what())));
  }
}

int Program::run_words(const std::vector<std::string>& words, bool& json_errors) const {
  if (words.empty()) {
    write_stderr(program_help(*this));
    return static_cast<int>(Exit::usage);
  }
  const std::string& first = words[0];
  if (asks_for_help(first)) return write_stdout(program_help(*this)), 0;
  if (first == "--version") return write_stdout(fmt::format("{} {}\n", name_, version())), 0;
  if (first == "--describe") return write_stdout(describe(*this).dump() + "\n"), 0;
  if (first == "--completion") return write_stdout(completion(*this, words.size() > 1 ? words[1] : "")), 0;

  auto found = std::ranges::find(subcommands_, first, &Subcommand::name);
  if (found == subcommands_.end())
    throw usage_error(fmt::format("there is no subcommand '{}'", first.substr(0, 40)))
        .hint(fmt::format("{} --help", name_));
  SharedOptions shared;
  OptionTable table(shared);
  auto command = found->make();
  command->options(table);
  std::vector<std::string> rest(words.begin() + 1, words.end());
  if (std::ranges::any_of(rest, asks_for_help)) return write_stdout(command_help(*this, *found, table)), 0;
  parse_options(fmt::format("{} {}", name_, first), table, rest,
                [&] { return read_config(shared.config, *this, first); });
  json_errors = shared.json_errors;
  ProcessPorts ports(shared, factory_);
  Exit code = command->run(ports);
  return static_cast<int>(code);
}

}  // namespace pegkit::cli
