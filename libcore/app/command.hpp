#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "services/ports.hpp"

namespace pegkit::app {

using services::Ports;

/// Whether the user must give an option.
enum class Need { optional, required };

/// A command declares its options here. cli binds each one to the command line, to PEGKIT_… and to the
/// configuration file, and prints it in --help and the completions. Names look like "--fee-rate"; `meta` is
/// the word for the value in --help ("SAT/VB"); `help` is one lower-case line. The field `into` keeps its
/// initial value when the option is absent.
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
  /// A path; completions offer files. "-" means stdin when the command reads the file with Ports::read.
  virtual void file(std::string& into, const char* name, const char* help, Need need = Need::optional) = 0;
  virtual void files(std::vector<std::string>& into, const char* name, const char* help) = 0;
  /// A value without an option name on the command line; a command has at most one.
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

/// One subcommand. `options` binds fields of the object to options; `run` does the work. `run` returns
/// Exit::ok, Exit::no or Exit::interrupted, and throws Error for every other exit code.
class Command {
 public:
  virtual ~Command() = default;
  virtual void options(Options& options) = 0;
  virtual Exit run(Ports& ports) = 0;
};

/// Makes a subcommand with its options at their defaults. app/PROGRAM/commands.hpp lists the factories of a
/// program.
using CommandFactory = std::unique_ptr<Command> (*)();

}  // namespace pegkit::app
