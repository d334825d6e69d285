#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace pegkit {

/// Reads a whole file. Throws Error `file.read` (exit 3) when it cannot be read, `file.size` (exit 3)
/// above `max_bytes`.
Bytes read_file(const std::filesystem::path& path, std::size_t max_bytes = 64u << 20);
/// Reads a file from a folder into which others write at any time; nullopt when it is not there. Throws as
/// read_file, and `file.read` for anything but a regular file: a pipe put there never makes the caller wait.
std::optional<Bytes> read_published_file(const std::filesystem::path& path, std::size_t max_bytes);
/// Reads a file that holds a secret, as read_file does. Throws `file.permissions` (exit 7) when the mode of a
/// regular file gives group or others any right.
Bytes read_secret_file(const std::filesystem::path& path, std::size_t max_bytes = 1u << 20);
/// Reads a file descriptor to its end. Throws `file.read` and `file.size` as read_file does.
Bytes read_descriptor(int fd, std::size_t max_bytes = 64u << 20);

/// Replaces a file's content: writes a temporary file beside it, syncs, renames, syncs the folder. A crash
/// leaves the old content or the new one, never a part. Throws `file.write` (exit 3).
void write_file_atomic(const std::filesystem::path& path, ByteView data, unsigned mode = 0644);
/// Creates a file with O_EXCL and mode 0600 and syncs it. Throws `file.exists` (exit 7) when there is one
/// already, `file.write` (exit 3) when writing fails; then no file is left behind.
void create_secret_file(const std::filesystem::path& path, ByteView data);
/// Makes a folder and its missing parents with mode 0700. An existing folder keeps its mode. Throws
/// `file.write` (exit 3).
void make_private_directory(const std::filesystem::path& path);

/// An advisory lock on a file (flock), held until the object is destroyed. The constructor creates the file
/// when it is missing and never waits: it throws Error `lock.held` (exit 5) when another run holds the lock.
class FileLock {
 public:
  explicit FileLock(const std::filesystem::path& path);
  ~FileLock();
  FileLock(FileLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileLock& operator=(FileLock&&) = delete;
  FileLock(const FileLock&) = delete;

 private:
  int fd_;
};

/// Gives the time in seconds since 1970. It is passed in, so that tests choose it.
using Clock = std::function<std::int64_t()>;
Clock system_clock();

}  // namespace pegkit
