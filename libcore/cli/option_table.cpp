#include "cli/option_table.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace pegkit::cli {

using app::Need;
using Kind = OptionEntry::Kind;

std::string OptionEntry::config_key() const {
  if (kind == Kind::argument || name == "--yes" || name == "--dry-run" || name == "--config") return {};
  return name.substr(2);
}

std::string OptionEntry::environment() const {
  std::string key = name == "--config" ? "config" : config_key();
  if (key.empty()) return {};
  for (char& c : key) c = c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return "PEGKIT_" + key;
}

std::int64_t parse_integer_option(const std::string& name, const std::string& text, std::int64_t min,
                                  std::int64_t max) {
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < min || value > max)
    throw usage_error(
        fmt::format("{}: '{}' is not an integer from {} to {}", name, text.substr(0, 40), min, max));
  return value;
}

OptionTable::OptionTable(SharedOptions& shared) : shared_(shared) {
  shared_text(shared.config, "--config", "FILE", "read options from this file", Kind::file);
  for (auto [into, name, help] :
       {std::tuple{&shared.quiet, "--quiet", "say nothing on stderr but errors"},
        std::tuple{&shared.verbose, "--verbose", "say more on stderr"},
        std::tuple{&shared.json_errors, "--json-errors", "errors as JSON on stderr"}}) {
    flag(*into, name, help);
    entries_.back().shared = true;
  }
}

OptionEntry& OptionTable::add(OptionEntry entry) {
  entries_.push_back(std::move(entry));
  return entries_.back();
}

bool OptionTable::has(const std::string& name) const {
  return std::ranges::any_of(entries_, [&](const OptionEntry& e) { return e.name == name; });
}

void OptionTable::shared_text(std::string& into, const char* name, const char* meta, const char* help,
                              Kind kind) {
  if (has(name)) return;
  OptionEntry& entry = add({.kind = kind, .name = name, .meta = meta, .help = help});
  entry.shared = true;
  entry.set = [&into](const auto& values) { into = values.back(); };
}

void OptionTable::text(std::string& into, const char* name, const char* meta, const char* help, Need need) {
  add({.kind = Kind::value, .name = name, .meta = meta, .help = help, .required = need == Need::required})
      .set = [&into](const auto& values) { into = values.back(); };
}

void OptionTable::texts(std::vector<std::string>& into, const char* name, const char* meta,
                        const char* help) {
  add({.kind = Kind::value, .name = name, .meta = meta, .help = help, .repeatable = true}).set =
      [&into](const auto& values) { into = values; };
}

void OptionTable::integer(std::int64_t& into, const char* name, const char* meta, const char* help,
                          std::int64_t min, std::int64_t max, Need need) {
  add({.kind = Kind::value, .name = name, .meta = meta, .help = help, .required = need == Need::required})
      .set = [&into, option = std::string(name), min, max](const auto& values) {
    into = parse_integer_option(option, values.back(), min, max);
  };
}

void OptionTable::maybe_integer(std::optional<std::int64_t>& into, const char* name, const char* meta,
                                const char* help, std::int64_t min, std::int64_t max) {
  add({.kind = Kind::value, .name = name, .meta = meta, .help = help}).set =
      [&into, option = std::string(name), min, max](const auto& values) {
        into = parse_integer_option(option, values.back(), min, max);
      };
}

void OptionTable::flag(bool& into, const char* name, const char* help) {
  add({.kind = Kind::flag, .name = name, .help = help}).set =
      [&into, option = std::string(name)](const std::vector<std::string>& values) {
        if (values.back() == "true" || values.back() == "1")
          into = true;
        else if (values.back() == "false" || values.back() == "0" || values.back().empty())
          into = false;
        else
          throw usage_error(
              fmt::format("{}: '{}' is neither true nor false", option, values.back().substr(0, 40)));
      };
}

void OptionTable::choice(std::string& into, const char* name, std::vector<std::string> choices,
                         const char* help, Need need) {
  std::string meta = fmt::format("{}", fmt::join(choices, "|"));
  OptionEntry& entry = add(
      {.kind = Kind::choice, .name = name, .meta = meta, .help = help, .required = need == Need::required});
  entry.choices = choices;
  entry.set = [&into, option = std::string(name), choices](const auto& values) {
    if (!std::ranges::count(choices, values.back()))
      throw usage_error(fmt::format("{}: '{}' is not one of {}", option, values.back().substr(0, 40),
                                    fmt::join(choices, ", ")));
    into = values.back();
  };
}

void OptionTable::file(std::string& into, const char* name, const char* help, Need need) {
  add({.kind = Kind::file, .name = name, .meta = "FILE", .help = help, .required = need == Need::required})
      .set = [&into](const auto& values) { into = values.back(); };
}

void OptionTable::files(std::vector<std::string>& into, const char* name, const char* help) {
  add({.kind = Kind::file, .name = name, .meta = "FILE", .help = help, .repeatable = true}).set =
      [&into](const auto& values) { into = values; };
}

void OptionTable::argument(std::string& into, const char* meta, const char* help, Need need) {
  add({.kind = Kind::argument, .name = meta, .meta = meta, .help = help, .required = need == Need::required})
      .set = [&into](const auto& values) { into = values.back(); };
}

void OptionTable::chain() {
  if (has("--chain")) return;
  choice(shared_.chain, "--chain", {"main", "test", "testnet4", "signet", "regtest"}, "the Bitcoin chain",
         Need::optional);
  entries_.back().shared = true;
}

void OptionTable::node() {
  chain();
  shared_text(shared_.rpc_url, "--rpc-url", "URL",
              "bitcoind's JSON-RPC (default: the chain's port on 127.0.0.1)", Kind::value);
  shared_text(shared_.rpc_cookie_file, "--rpc-cookie-file", "FILE", "bitcoind's cookie", Kind::file);
  shared_text(shared_.rpc_user, "--rpc-user", "NAME", "user name instead of a cookie", Kind::value);
  shared_text(shared_.rpc_password_file, "--rpc-password-file", "FILE", "holds the password of --rpc-user",
              Kind::file);
  if (has("--rpc-timeout")) return;
  integer(shared_.rpc_timeout, "--rpc-timeout", "SECONDS", "give up on one request after this long", 1, 86400,
          Need::optional);
  entries_.back().shared = true;
}

void OptionTable::layer2() {
  shared_text(shared_.l2_url, "--l2-url", "URL", "the layer 2's JSON-RPC (default: http://127.0.0.1:8545)",
              Kind::value);
  if (has("--rpc-timeout")) return;
  integer(shared_.rpc_timeout, "--rpc-timeout", "SECONDS", "give up on one request after this long", 1, 86400,
          Need::optional);
  entries_.back().shared = true;
}

void OptionTable::datadir() {
  chain();
  shared_text(shared_.datadir, "--datadir", "DIR", "state of this party (default: ~/.pegkit)", Kind::file);
}

void OptionTable::key() {
  shared_text(shared_.key_file, "--key-file", "FILE", "the secret key", Kind::file);
  if (!has("--key-fd")) {
    maybe_integer(shared_.key_fd, "--key-fd", "N", "read the secret key from this descriptor", 0, 1 << 20);
    entries_.back().shared = true;
  }
  shared_text(shared_.passphrase_file, "--passphrase-file", "FILE",
              "holds the passphrase of an encrypted key", Kind::file);
}

void OptionTable::money() {
  if (has("--yes")) return;
  flag(shared_.yes, "--yes", "do not ask before money moves");
  entries_.back().shared = true;
  flag(shared_.dry_run, "--dry-run", "do everything but write or broadcast");
  entries_.back().shared = true;
}

const std::vector<std::string>& shared_option_names() {
  static const std::vector<std::string> names{
      "chain",       "datadir", "rpc-url",  "rpc-cookie-file", "rpc-user", "rpc-password-file",
      "rpc-timeout", "l2-url",  "key-file", "passphrase-file", "quiet",    "verbose",
      "json-errors"};
  return names;
}

}  // namespace pegkit::cli
