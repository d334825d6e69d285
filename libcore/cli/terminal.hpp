#pragma once

#include <optional>
#include <string>

#include "base/json.hpp"
#include "crypto/secret.hpp"

namespace pegkit::cli {

/// Writes all of it to stdout and flushes; throws Error `output.write` (exit 3) when it cannot (a full disk,
/// a closed pipe), so that no half result passes for a whole one.
void write_stdout(std::string_view text);
void write_stderr(std::string_view text);
/// One line, without control characters: what is quoted in it may come from a file or a node.
std::string one_line(std::string text);
/// `{"a":1}` and a newline, indented when stdout is a terminal.
std::string rendered(const Json& document);

/// The next line of stdin without its newline; nullopt at the end. Throws `input.line` above 64 MiB.
std::optional<std::string> read_stdin_line();
/// What is left of stdin, 64 MiB at most.
std::string read_stdin();

/// Asks on the terminal; nullopt when stdin or stderr is not one.
std::optional<bool> ask_yes_no(const std::string& question);
/// Reads a line from /dev/tty without echo; throws `passphrase.needed` (exit 2) without a terminal.
crypto::SecretBytes ask_secret(const std::string& prompt);

/// SIGINT and SIGTERM end the process at once with 130 unless a loop has asked to be told; then the first
/// signal only sets the flag. SIGPIPE is ignored: a failed write is an error like any other.
void install_signal_handlers();
/// From the first call on, a first signal is left to the caller.
bool interrupted();
/// Whether such a signal has come; changes nothing.
bool signal_seen();

}  // namespace pegkit::cli
