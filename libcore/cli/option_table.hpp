#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/command.hpp"

namespace pegkit::cli {

/// One option of a command: what --help, the completions and the parser need to know of it, and where its
/// value goes.
struct OptionEntry {
  enum class Kind { value, flag, choice, file, argument };
  Kind kind = Kind::value;
  std::string name;  ///< "--fee-rate"; the meta word for an argument
  std::string meta;
  std::string help;
  std::vector<std::string> choices;
  bool required = false;
  bool repeatable = false;
  bool shared = false;                                       ///< the same in every program
  std::function<void(const std::vector<std::string>&)> set;  ///< checks and stores

  /// "PEGKIT_FEE_RATE"; empty for what must be said each time (--yes, --dry-run) and for arguments.
  std::string environment() const;
  /// "fee-rate", the key in a configuration file; empty where environment() is.
  std::string config_key() const;
};

/// Values of the shared options.
struct SharedOptions {
  std::string chain, datadir, config;
  std::string rpc_url, rpc_cookie_file, rpc_user, rpc_password_file;
  std::string l2_url;
  std::string key_file, passphrase_file;
  std::optional<std::int64_t> key_fd;
  std::int64_t rpc_timeout = 60;
  bool yes = false, dry_run = false, quiet = false, verbose = false, json_errors = false;
};

/// The options of one command as it declares them.
class OptionTable : public app::Options {
 public:
  /// With the options that every command has (--config, --quiet, --verbose, --json-errors).
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

/// Names that may stand at the top of a configuration file.
const std::vector<std::string>& shared_option_names();

/// An integer option's text; throws a usage error that names the option.
std::int64_t parse_integer_option(const std::string& name, const std::string& text, std::int64_t min,
                                  std::int64_t max);

/// Parses the words after the subcommand (CLI11), then fills what they leave open from the environment and
/// the configuration file, and calls each entry's `set`. Throws usage errors (exit 2). `config` maps keys to
/// values.
void parse_options(const std::string& command, const OptionTable& table,
                   const std::vector<std::string>& words,
                   const std::function<std::map<std::string, std::vector<std::string>>()>& config);

}  // namespace pegkit::cli
