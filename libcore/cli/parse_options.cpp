#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fmt/core.h>

#include "cli/option_table.hpp"

namespace pegkit::cli {
namespace {

using Kind = OptionEntry::Kind;

CLI::Option* declare(CLI::App& parser, const OptionEntry& entry) {
  if (entry.kind == Kind::flag) return parser.add_flag(entry.name);
  CLI::Option* option = parser.add_option(entry.name);
  option->expected(1);
  option->allow_extra_args(false);
  option->multi_option_policy(entry.repeatable ? CLI::MultiOptionPolicy::TakeAll
                                               : CLI::MultiOptionPolicy::Throw);
  return option;
}

}  // namespace

void parse_options(const std::string& command, const OptionTable& table,
                   const std::vector<std::string>& words,
                   const std::function<std::map<std::string, std::vector<std::string>>()>& config) {
  CLI::App parser(command);
  parser.set_help_flag();
  parser.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::Throw);
  std::vector<std::pair<const OptionEntry*, CLI::Option*>> options;
  for (const OptionEntry& entry : table.entries()) options.emplace_back(&entry, declare(parser, entry));
  try {
    parser.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& e) {
    std::string message = e.what();
    if (!message.empty() && message[0] >= 'A' && message[0] <= 'Z')
      message[0] = static_cast<char>(message[0] - 'A' + 'a');
    throw usage_error(message).hint(fmt::format("{} --help", command));
  }

  std::vector<const OptionEntry*> open;
  for (auto [entry, option] : options) {
    if (option->count() > 0)
      entry->set(option->results());
    else
      open.push_back(entry);
  }
  std::vector<const OptionEntry*> unset;
  for (const OptionEntry* entry : open) {
    const char* value = entry->environment().empty() ? nullptr : std::getenv(entry->environment().c_str());
    if (value != nullptr)
      entry->set({value});
    else
      unset.push_back(entry);
  }
  auto from_file = config();
  for (const OptionEntry* entry : unset) {
    auto found = entry->config_key().empty() ? from_file.end() : from_file.find(entry->config_key());
    if (found != from_file.end())
      entry->set(found->second);
    else if (entry->required)
      throw usage_error(fmt::format("{} is required", entry->name)).hint(fmt::format("{} --help", command));
  }
}

}  // namespace pegkit::cli
