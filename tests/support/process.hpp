#pragma once

#include <fcntl.h>
#include <functional>
#include <map>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace pegkit::test {

struct ProcessResult {
  int code = -1;  ///< exit code, or 128 + signal
  std::string out, err;
};

/// Runs `body` in a child process with its own streams; what it returns is the exit code.
inline ProcessResult run_child(const std::function<int()>& body, const std::string& input = "") {
  int in[2], out[2], err[2];
  if (::pipe(in) || ::pipe(out) || ::pipe(err)) return {};
  pid_t child = ::fork();
  if (child == 0) {
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::dup2(err[1], 2);
    for (int fd : {in[0], in[1], out[0], out[1], err[0], err[1]}) ::close(fd);
    ::_exit(body());
  }
  ::close(in[0]);
  ::close(out[1]);
  ::close(err[1]);
  ProcessResult result;
  std::size_t written = 0;
  ::fcntl(in[1], F_SETFL, O_NONBLOCK);
  bool open_in = true, open_out = true, open_err = true;
  while (open_out || open_err) {
    if (open_in && written == input.size()) {
      ::close(in[1]);
      open_in = false;
    }
    pollfd fds[3] = {{open_out ? out[0] : -1, POLLIN, 0},
                     {open_err ? err[0] : -1, POLLIN, 0},
                     {open_in ? in[1] : -1, POLLOUT, 0}};
    ::poll(fds, 3, -1);
    char chunk[65536];
    auto drain = [&](int fd, std::string& into, bool& open) {
      ssize_t got = ::read(fd, chunk, sizeof chunk);
      if (got > 0)
        into.append(chunk, static_cast<std::size_t>(got));
      else
        open = false;
    };
    if (fds[0].revents) drain(out[0], result.out, open_out);
    if (fds[1].revents) drain(err[0], result.err, open_err);
    if (fds[2].revents) {
      ssize_t sent = ::write(in[1], input.data() + written, input.size() - written);
      if (sent > 0)
        written += static_cast<std::size_t>(sent);
      else
        written = input.size();  // the child does not read it
    }
  }
  if (open_in) ::close(in[1]);
  ::close(out[0]);
  ::close(err[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  result.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace pegkit::test
