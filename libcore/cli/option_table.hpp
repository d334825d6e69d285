#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/command.hpp"

namespace pegkit::cli {

/// One option of a command: its description for --help, completions and parser, and the function that stores
/// its value.
struct OptionEntry {
  enum class Kind { value, flag, choice, file, argument };
  Kind kind = Kind::value;
  std::string name;  ///< such as "--fee-rate"; for an argument its meta word
  std::string meta;
  std::string help;
  std::vector<std::string> choices;
  bool required = false;
  bool repeatable = false;
  bool shared = false;                                       ///< the same in every program
  std::function<void(const std::vector<std::string>&)> set;  ///< checks and stores the values

  /// Such as "PEGKIT_FEE_RATE"; empty for arguments and for options that each run must give
  /// (--yes, --dry-run).
  std::string environment() const;
  /// The key in a configuration file, such as "fee-rate"; empty where environment() is empty.
  std::string config_key() const;
};

/// The values of the options that all programs share.
struct SharedOptions {
  std::string chain, datadir, config;
  std::string rpc_url, rpc_cookie_file, rpc_user, rpc_password_file;
  std::string l2_url;
  std::string key_file, passphrase_file;
  std::optional<std::int64_t> key_fd;
  std::int64_t rpc_timeout = 60;
  bool yes = false, dry_run = false, quiet = false, verbose = false, json_errors = false;
};

/// The options of one command, as the command declares them.
class OptionTable : public app::Options {
 public:
  /// Begins with the options that every command has (--config, --quiet, --verbose, --json-errors).
  explicit OptionTable(SharedOptions& shared);

  void text(std::string& into, const char* name, const char* meta, const char* help, app::Need need) override;
  void texts(std::vector<std::string>& into, const char* name, const char* meta, const char* help) override;
  void integer(std::int64_t& into, const char* name, const char* meta, const char* help, std::int64_t min,
               std::int64_t max, app::Need need) override;
  void maybe_integer(std::optional<std::int64_t>& into, const char* name, const char* meta, const char* help,
                     std::int64_t min, std::int64_t max) override;
  void flag(bool& into, const char* name, const char* help) override;
  void choice(std::string& into, const char* name, std::vector<std::string> values, const char* help,
              app::Need need) override;
  void file(std::string& into, const char* name, const char* help, app::Need need) override;
  void files(std::vector<std::string>& into, const char* name, const char* help) override;
  void argument(std::string& into, const char* meta, const char* help, app::Need need) override;
  void chain() override;
  void node() override;
  void layer2() override;
  void datadir() override;
  void key() override;
  void money() override;

  const std::vector<OptionEntry>& entries() const { return entries_; }

 private:
  OptionEntry& add(OptionEntry entry);
  void shared_text(std::string& into, const char* name, const char* meta, const char* help,
                   OptionEntry::Kind kind);
  bool has(const std::string& name) const;

  SharedOptions& shared_;
  std::vector<OptionEntry> entries_;
};

/// Names of options that may stand at the top of a configuration file.
const std::vector<std::string>& shared_option_names();

/// Reads the text of an integer option. Throws `usage` (exit 2) naming the option.
std::int64_t parse_integer_option(const std::string& name, const std::string& text, std::int64_t min,
                                  std::int64_t max);

/// Parses the words after the subcommand (CLI11), takes missing options from the environment, then from the
/// configuration file, and calls each entry's `set`. `config` gives the file's values by key. Throws `usage`
/// (exit 2).
void parse_options(const std::string& command, const OptionTable& table,
                   const std::vector<std::string>& words,
                   const std::function<std::map<std::string, std::vector<std::string>>()>& config);

}  // namespace pegkit::cli
