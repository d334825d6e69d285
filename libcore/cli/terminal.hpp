#pragma once

#include <optional>
#include <string>

#include "base/json.hpp"
#include "crypto/secret.hpp"

namespace pegkit::cli {

/// Writes the text to stdout and flushes. Throws Error `output.write` (exit 3) when it cannot (full disk,
/// closed pipe), so that a partial result is not taken for a whole one.
void write_stdout(std::string_view text);
void write_stderr(std::string_view text);
/// The text as one line without control characters, because it may quote a file or a node.
std::string one_line(std::string text);
/// The document as JSON text and a newline, indented when stdout is a terminal.
std::string rendered(const Json& document);

/// The next line of stdin without its newline; nullopt at the end. Throws `input.line` (exit 3) above 64 MiB.
std::optional<std::string> read_stdin_line();
/// The rest of stdin. Throws `file.size` (exit 3) above 64 MiB.
std::string read_stdin();

/// Asks a question on the terminal; nullopt when stdin or stderr is no terminal.
std::optional<bool> ask_yes_no(const std::string& question);
/// Reads a line from /dev/tty without echo; throws `passphrase.needed` (exit 2) without a terminal.
crypto::SecretBytes ask_secret(const std::string& prompt);

/// Makes SIGINT and SIGTERM end the process at once with exit 130. After the first call of interrupted(), the
/// first signal only sets a flag. SIGPIPE is ignored, so that a failed write is an error like any other.
void install_signal_handlers();
/// True when a signal has come. From the first call on, the first signal is left to the caller to obey.
bool interrupted();
/// True when a signal has come; unlike interrupted(), it does not change how signals are handled.
bool signal_seen();

}  // namespace pegkit::cli
