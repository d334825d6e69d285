#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/files.hpp"
#include "base/json.hpp"
#include "bitcoin/chain.hpp"
#include "crypto/secret.hpp"
#include "net/bitcoin_node.hpp"
#include "net/layer2.hpp"

namespace pegkit::store {
class Database;
}

namespace pegkit::services {

/// All that a command sees of the world. Each part is made when it is first asked for. Tests pass their own.
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
  /// The bytes of --key-file, --key-fd or a systemd credential, still encrypted if they are; and a passphrase
  /// from
  /// --passphrase-file or typed on a terminal.
  virtual crypto::SecretBytes key_material() = 0;
  virtual crypto::SecretBytes passphrase(const std::string& prompt) = 0;
  virtual std::int64_t now() = 0;
  /// Asks on a terminal; with --yes true at once. Throws Error `confirm.needed` (exit 2) without terminal and
  /// --yes.
  virtual bool confirm(const std::string& question) = 0;
  virtual bool dry_run() = 0;
  /// True when the process was asked to stop (SIGINT, SIGTERM); loops look at it.
  virtual bool interrupted() = 0;
  /// Waits, waking early when interrupted.
  virtual void sleep_ms(std::int64_t milliseconds) = 0;
};

}  // namespace pegkit::services
