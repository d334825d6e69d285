#include "base/files.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.hpp"

namespace pegkit {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Error file_error(const char* code, const std::filesystem::path& path, int number) {
  return input_error(code, fmt::format("{}: {}", path.string(), std::strerror(number)));
}

void write_all(int fd, ByteView data, const std::filesystem::path& path) {
  while (!data.empty()) {
    ssize_t written = ::write(fd, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw file_error("file.write", path, errno);
    data = data.subspan(static_cast<std::size_t>(written));
  }
  if (::fsync(fd) != 0) throw file_error("file.write", path, errno);
}

void sync_directory(const std::filesystem::path& path) {
  Descriptor fd(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() < 0 || ::fsync(fd.get()) != 0) throw file_error("file.write", path, errno);
}

Bytes read_all(int fd, std::size_t max_bytes, const std::string& name) {
  Bytes out;
  std::size_t used = 0;
  for (;;) {
    if (out.size() - used < 65536) out.resize(std::max<std::size_t>(out.size() * 2, 131072));
    ssize_t got = ::read(fd, out.data() + used, out.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw file_error("file.read", name, errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > max_bytes)
      throw input_error("file.size", fmt::format("{}: longer than {} bytes", name, max_bytes));
  }
  out.resize(used);
  return out;
}

}  // namespace

Bytes read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) throw file_error("file.read", path, errno);
  return read_all(fd.get(), max_bytes, path.string());
}

std::optional<Bytes> read_published_file(const std::filesystem::path& path, std::size_t max_bytes) {
  // Without O_NONBLOCK, open() on a pipe waits for its other end; reading a pipe may never end.
  Descriptor fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0 && errno == ENOENT) return std::nullopt;
  if (fd.get() < 0) throw file_error("file.read", path, errno);
  struct stat status;
  if (::fstat(fd.get(), &status) != 0) throw file_error("file.read", path, errno);
  if (!S_ISREG(status.st_mode)) throw input_error("file.read", path.string() + ": not a regular file");
  return read_all(fd.get(), max_bytes, path.string());
}

Bytes read_secret_file(const std::filesystem::path& path, std::size_t max_bytes) {
  Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) throw file_error("file.read", path, errno);
  struct stat status;
  if (::fstat(fd.get(), &status) != 0) throw file_error("file.read", path, errno);
  if (S_ISREG(status.st_mode) && (status.st_mode & 077) != 0)
    throw refused("file.permissions", fmt::format("{}: others can read this secret", path.string()))
        .hint(fmt::format("chmod 600 {}", path.string()));
  return read_all(fd.get(), max_bytes, path.string());
}

Bytes read_descriptor(int fd, std::size_t max_bytes) {
  return read_all(fd, max_bytes, fd == 0 ? "stdin" : fmt::format("file descriptor {}", fd));
}

void write_file_atomic(const std::filesystem::path& path, ByteView data, unsigned mode) {
  std::filesystem::path folder = path.parent_path();
  std::string temporary = fmt::format("{}.{}.tmp", path.string(), ::getpid());
  ::unlink(temporary.c_str());
  {
    Descriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (fd.get() < 0) throw file_error("file.write", temporary, errno);
    try {
      write_all(fd.get(), data, temporary);
    } catch (...) {
      ::unlink(temporary.c_str());
      throw;
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    int number = errno;
    ::unlink(temporary.c_str());
    throw file_error("file.write", path, number);
  }
  sync_directory(folder);
}

void create_secret_file(const std::filesystem::path& path, ByteView data) {
  Descriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd.get() < 0 && errno == EEXIST)
    throw refused("file.exists", fmt::format("{}: exists already and is not overwritten", path.string()));
  if (fd.get() < 0) throw file_error("file.write", path, errno);
  try {
    write_all(fd.get(), data, path);
  } catch (...) {
    ::unlink(path.c_str());
    throw;
  }
  sync_directory(path.parent_path());
}

void make_private_directory(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) return;
  if (path.has_parent_path() && path.parent_path() != path) make_private_directory(path.parent_path());
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) throw file_error("file.write", path, errno);
  if (!std::filesystem::is_directory(path)) throw file_error("file.write", path, ENOTDIR);
}

FileLock::FileLock(const std::filesystem::path& path)
    : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (fd_ < 0) throw file_error("file.write", path, errno);
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    int number = errno;
    ::close(fd_);
    if (number != EWOULDBLOCK) throw file_error("file.write", path, number);
    throw Error(Exit::locked, "lock.held", fmt::format("another run holds {}", path.string()));
  }
}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

Clock system_clock() {
  return [] { return static_cast<std::int64_t>(std::time(nullptr)); };
}

}  // namespace pegkit
