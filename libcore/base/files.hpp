#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/bytes.hpp"

namespace pegkit {

/// A whole file; throws Error `file.read` (exit 3), `file.size` above `max_bytes`.
Bytes read_file(const std::filesystem::path& path, std::size_t max_bytes = 64u << 20);
/// A file of a folder that others write, at any time: nullopt when there is none. Throws as read_file,
/// `file.read` also for what is no regular file; one that is put there while it is opened is never waited
/// for.
std::optional<Bytes> read_published_file(const std::filesystem::path& path, std::size_t max_bytes);
/// Like read_file for a file that holds a secret: refused (exit 7, `file.permissions`) when group or others
/// can read it.
Bytes read_secret_file(const std::filesystem::path& path, std::size_t max_bytes = 1u << 20);
/// All of a file descriptor; throws `file.size` above `max_bytes`.
Bytes read_descriptor(int fd, std::size_t max_bytes = 64u << 20);

/// Writes beside the target, syncs, renames, syncs the folder: the old content or the new, never half.
void write_file_atomic(const std::filesystem::path& path, ByteView data, unsigned mode = 0644);
/// Creates a file that must not exist (O_EXCL, mode 0600), synced; throws `file.exists` (exit 7). An error
/// on the way leaves no file behind.
void create_secret_file(const std::filesystem::path& path, ByteView data);
/// Makes a folder and its parents with mode 0700; one that is there is left as it is.
void make_private_directory(const std::filesystem::path& path);

/// An advisory lock on a file (flock), held until destroyed. Never waits: throws Error `lock.held` (exit 5).
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

/// Seconds since 1970, passed in so that tests choose it.
using Clock = std::function<std::int64_t()>;
Clock system_clock();

}  // namespace pegkit
