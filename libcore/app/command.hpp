#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/amount.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "crypto/secret.hpp"
#include "net/bitcoin_node.hpp"
#include "net/layer2.hpp"

namespace pegkit::store {
class Database;
}

namespace pegkit::app {

/// What a command's option is for; cli binds it to the command line, PEGKIT_… and the configuration file,
/// and prints it in --help and the completions.
enum class Need { optional, required };

/// Where a command declares its options. Names are "--fee-rate" style; `meta` is the word in --help
/// ("SAT/VB"); `help` is one lower-case line. Fields keep their initial value when the option is absent.
class Options {
 public:
  virtual ~Options() = default;
  virtual void text(std::string& into, const char* name, const char* meta, const char* help,
                    Need need = Need::optional) = 0;
  virtual void texts(std::vector<std::string>& into, const char* name, const char* meta,
                     const char* help) = 0;  ///< repeatable
  virtual void integer(std::int64_t& into, const char* name, const char* meta, const char* help,
                       std::int64_t min, std::int64_t max, Need need = Need::optional) = 0;
  virtual void maybe_integer(std::optional<std::int64_t>& into, const char* name, const char* meta,
                             const char* help, std::int64_t min, std::int64_t max) = 0;
  virtual void flag(bool& into, const char* name, const char* help) = 0;
  virtual void choice(std::string& into, const char* name, std::vector<std::string> values, const char* help,
                      Need need = Need::optional) = 0;
  /// A path; completions offer files. "-" is stdin where the command reads it with Ports::read.
  virtual void file(std::string& into, const char* name, const char* help, Need need = Need::optional) = 0;
  virtual void files(std::vector<std::string>& into, const char* name, const char* help) = 0;
  /// A word that stands by itself on the command line, at most one a command.
  virtual void argument(std::string& into, const char* meta, const char* help,
                        Need need = Need::optional) = 0;

  /// The shared options, the same everywhere. Declaring them makes the matching part of Ports work.
  virtual void chain() = 0;    ///< --chain (required to run)
  virtual void node() = 0;     ///< --chain, --rpc-url, --rpc-cookie-file, --rpc-user, --rpc-password-file
  virtual void layer2() = 0;   ///< --l2-url
  virtual void datadir() = 0;  ///< --datadir (and --chain): database and lock
  virtual void key() = 0;      ///< --key-file, --key-fd, --passphrase-file
  virtual void money() = 0;    ///< --yes, --dry-run
};

/// What a command sees of the world; everything is made when first asked for. A test gives its own.
class Ports {
 public:
  virtual ~Ports() = default;

  /// The whole of a file, or of stdin for "-".
  virtual std::string read(const std::string& path) = 0;
  /// The next line of stdin without its newline, for JSON Lines; nullopt at the end.
  virtual std::optional<std::string> read_line() = 0;
  /// The result on stdout: one document (indented on a terminal), or one line of a stream, flushed.
  virtual void print(const Json& document) = 0;
  virtual void print_line(const Json& line) = 0;
  /// A sentence for people on stderr; nothing with --quiet.
  virtual void say(const std::string& sentence) = 0;
  virtual void verbose(const std::string& sentence) = 0;

  virtual bitcoin::Chain chain() = 0;
  /// The node, its chain checked against --chain.
  virtual net::BitcoinNode& node() = 0;
  virtual net::Layer2& layer2() = 0;
  /// <datadir>/<chain>, made with mode 0700; the lock in it is taken at the first call (exit 5 when held).
  virtual const std::filesystem::path& directory() = 0;
  /// <directory>/pegkit.sqlite, opened and migrated.
  virtual store::Database& database() = 0;
  /// The bytes of --key-file, --key-fd or a systemd credential, still encrypted when it is; and a passphrase
  /// from --passphrase-file or, on a terminal, typed.
  virtual crypto::SecretBytes key_material() = 0;
  virtual crypto::SecretBytes passphrase(const std::string& prompt) = 0;
  virtual std::int64_t now() = 0;
  /// Asks on a terminal; true at once with --yes; without a terminal and --yes throws `confirm.needed` (exit
  /// 2).
  virtual bool confirm(const std::string& question) = 0;
  virtual bool dry_run() = 0;
  /// True when the process was asked to stop (SIGINT, SIGTERM); loops look at it.
  virtual bool interrupted() = 0;
  /// Waits, waking early when interrupted.
  virtual void sleep_ms(std::int64_t milliseconds) = 0;
};

/// One subcommand. `options` binds fields of the object, `run` uses them. Throws Error; the returned code is
/// Exit::ok or Exit::no.
class Command {
 public:
  virtual ~Command() = default;
  virtual void options(Options& options) = 0;
  virtual Exit run(Ports& ports) = 0;
};

}  // namespace pegkit::app
