#include "cli/terminal.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <termios.h>
#include <unistd.h>

namespace pegkit::cli {
namespace {

constexpr std::size_t max_line = 64u << 20;

volatile std::sig_atomic_t signalled = 0, graceful = 0;

void on_signal(int) {
  if (!graceful || signalled) ::_exit(static_cast<int>(Exit::interrupted));
  signalled = 1;
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// Reads stdin line by line and keeps the bytes read beyond a line.
class StdinReader {
 public:
  std::optional<std::string> line() {
    std::size_t searched = 0;
    for (;;) {
      if (auto end = buffer_.find('\n', at_ + searched); end != buffer_.npos) {
        std::string out = buffer_.substr(at_, end - at_);
        at_ = end + 1;
        return out;
      }
      searched = buffer_.size() - at_;
      if (searched > max_line)
        throw input_error("input.line", fmt::format("a line longer than {} bytes on stdin", max_line));
      if (!fill()) break;
    }
    if (at_ == buffer_.size()) return std::nullopt;
    std::string out = buffer_.substr(at_);
    at_ = buffer_.size();
    return out;
  }

  std::string rest() {
    while (buffer_.size() - at_ <= max_line)
      if (!fill()) return std::exchange(buffer_, {}).substr(std::exchange(at_, 0));
    throw input_error("file.size", fmt::format("stdin: longer than {} bytes", max_line));
  }

 private:
  bool fill() {
    if (at_ > (1u << 16)) {
      buffer_.erase(0, at_);
      at_ = 0;
    }
    char chunk[1 << 16];
    for (;;) {
      ssize_t got = ::read(0, chunk, sizeof chunk);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw input_error("file.read", fmt::format("stdin: {}", std::strerror(errno)));
      buffer_.append(chunk, static_cast<std::size_t>(got));
      return got > 0;
    }
  }

  std::string buffer_;
  std::size_t at_ = 0;
};

StdinReader& stdin_reader() {
  static StdinReader reader;
  return reader;
}

}  // namespace

void write_stdout(std::string_view text) {
  if (!write_all(1, text))
    throw input_error("output.write", fmt::format("cannot write the result: {}", std::strerror(errno)));
}

void write_stderr(std::string_view text) {
  (void)write_all(2, text);
}

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return text;
}

std::string rendered(const Json& document) {
  static const bool terminal = ::isatty(1);
  return document.dump(terminal ? 2 : -1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<std::string> read_stdin_line() {
  return stdin_reader().line();
}
std::string read_stdin() {
  return stdin_reader().rest();
}

std::optional<bool> ask_yes_no(const std::string& question) {
  if (!::isatty(0) || !::isatty(2)) return std::nullopt;
  write_stderr(question + " [y/N] ");
  auto answer = read_stdin_line();
  return answer && (*answer == "y" || *answer == "Y" || *answer == "yes");
}

crypto::SecretBytes ask_secret(const std::string& prompt) {
  int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (fd < 0)
    throw Error(Exit::usage, "passphrase.needed", "a passphrase is needed and there is no terminal to ask on")
        .hint("--passphrase-file FILE");
  std::string text = prompt + ": ";
  (void)write_all(fd, text);
  termios before{}, silent{};
  bool quiet = ::tcgetattr(fd, &before) == 0;
  if (quiet) {
    silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(fd, TCSAFLUSH, &silent);
  }
  crypto::SecretBytes typed(1024);
  std::size_t length = 0;
  char c;
  while (length < typed.size() && ::read(fd, &c, 1) == 1 && c != '\n')
    typed.span()[length++] = static_cast<std::uint8_t>(c);
  if (quiet) ::tcsetattr(fd, TCSAFLUSH, &before);
  (void)write_all(fd, "\n");
  ::close(fd);
  return crypto::SecretBytes::copy_of(typed.view().first(length));
}

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool signal_seen() {
  return signalled != 0;
}

bool interrupted() {
  graceful = 1;
  return signalled != 0;
}

}  // namespace pegkit::cli
