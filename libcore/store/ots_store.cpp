#include "store/ots_store.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pegkit::store {
namespace {

constexpr std::size_t max_label = 128;
constexpr std::size_t check_size = 8;

void check_label(std::string_view label) {
  auto printable = [](char c) { return c > ' ' && c < 0x7f; };
  if (label.empty() || label.size() > max_label || !std::ranges::all_of(label, printable))
    throw input_error("ots.label", "the label of a one-time key has 1 to 128 printable characters, no space");
}

Error damaged() {
  return input_error("store.corrupt", "the record of used one-time keys is damaged")
      .hint("do not sign with any of its keys; the database may know them");
}

Error failed(const std::filesystem::path& path) {
  return {Exit::not_ready, "store.io", fmt::format("{}: {}", path.string(), std::strerror(errno))};
}

Error used(const std::string& label) {
  return refused("ots.used", "the one-time key " + label + " has signed something else");
}

/// An open file, closed by the destructor.
class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  explicit operator bool() const { return fd_ >= 0; }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string line_of(const OtsStore::Record& record) {
  std::string line = fmt::format("{} {} {} ", to_hex(record.key), to_hex(record.message), record.label);
  auto check = crypto::sha256(as_bytes(line));
  return line + to_hex(ByteView(check).first(check_size)) + "\n";
}

OtsStore::Record parse_line(std::string_view line) {
  std::vector<std::string_view> words;
  std::string_view rest = line;
  for (std::size_t end; (end = rest.find(' ')) != std::string_view::npos; rest.remove_prefix(end + 1))
    words.push_back(rest.substr(0, end));
  if (words.size() != 3) throw damaged();
  OtsStore::Record out;
  try {
    out = {from_hex_array<32>(words[0]), from_hex(words[1]), std::string(words[2])};
    crypto::ots_digit_count(out.message.size());
    check_label(out.label);
  } catch (const Error&) {
    throw damaged();
  }
  if (line_of(out) != std::string(line) + "\n") throw damaged();
  return out;
}

OtsStore::Record read_row(const Statement& row) {
  return {row.array<32>(0), row.blob(1), row.text(2)};
}

}  // namespace

OtsStore::KeyId OtsStore::key_id(const crypto::OtsPublicKey& key) {
  return crypto::tagged_hash("pegkit/ots-key", key.bytes());
}

OtsStore::OtsStore(Database& database, std::filesystem::path record_file)
    : database_(database), record_file_(std::move(record_file)) {
  operate([] {});
}

// --- The file

/// Reads the lines added since the last time, or all when it is another file. True when in_file_ changed or
/// was cleared.
bool OtsStore::read_file_records() {
  Descriptor file(record_file_, O_RDONLY);
  struct stat status {};
  if (!file && errno != ENOENT) throw failed(record_file_);
  if (file && ::fstat(file.get(), &status) != 0) throw failed(record_file_);
  auto size = static_cast<std::uint64_t>(status.st_size);
  bool changed = status.st_ino != inode_ || size < read_to_;
  if (changed) {
    in_file_.clear();
    at_.clear();
    read_to_ = 0;
    inode_ = status.st_ino;
  }
  std::string text(size - read_to_, '\0');
  for (std::size_t done = 0; done < text.size();) {
    ssize_t got =
        ::pread(file.get(), text.data() + done, text.size() - done, static_cast<off_t>(read_to_ + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw failed(record_file_);
    done += static_cast<std::size_t>(got);
  }
  std::string_view rest = text;
  for (std::size_t end; (end = rest.find('\n')) != std::string_view::npos; rest.remove_prefix(end + 1)) {
    Record record = parse_line(rest.substr(0, end));
    auto [found, is_new] = at_.emplace(record.key, in_file_.size());
    if (!is_new && in_file_[found->second].message != record.message) throw used(record.label);
    if (is_new) in_file_.push_back(std::move(record));
    read_to_ += end + 1;
    changed = true;
  }
  return changed;
}

void OtsStore::append_to_file(const Record& record) {
  std::string line = line_of(record);
  bool is_new = inode_ == 0;
  Descriptor file(record_file_, O_WRONLY | (is_new ? O_CREAT | O_EXCL : 0));
  // Bytes behind the last whole line are left from a run that was killed while it wrote.
  if (!file || ::ftruncate(file.get(), static_cast<off_t>(read_to_)) != 0) throw failed(record_file_);
  for (std::size_t done = 0; done < line.size();) {
    ssize_t put =
        ::pwrite(file.get(), line.data() + done, line.size() - done, static_cast<off_t>(read_to_ + done));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) throw failed(record_file_);
    done += static_cast<std::size_t>(put);
  }
  if (::fsync(file.get()) != 0) throw failed(record_file_);
  if (is_new) {
    std::filesystem::path folder = record_file_.parent_path();
    Descriptor parent(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
    if (!parent || ::fsync(parent.get()) != 0) throw failed(record_file_);
  }
  read_file_records();
}

// --- The database

void OtsStore::insert(const Record& record) {
  database_.prepare("INSERT INTO ots_signed (key, message, label) VALUES (?, ?, ?)")
      .bind(record.key)
      .bind(record.message)
      .bind(record.label)
      .run();
}

/// Gives each of file and database the records that only the other has, inside a transaction.
void OtsStore::take_over() {
  std::size_t missing_in_database = 0, missing_in_file = 0;
  bool last_is_missing = false;
  for (const Record& record : in_file_) {
    auto kept = find(record.key);
    if (kept && kept->message != record.message) throw used(record.label);
    last_is_missing = !kept;
    if (kept) continue;
    insert(record);
    ++missing_in_database;
  }
  for (const Record& record : records()) {
    if (at_.contains(record.key)) continue;
    append_to_file(record);
    ++missing_in_file;
  }
  // A killed run leaves its last record in the file alone; that needs no warning.
  if (missing_in_database > 1 || (missing_in_database == 1 && !last_is_missing)) {
    warning_ = fmt::format("the database did not know {} used one-time key{}: was it put back from a backup?",
                           missing_in_database, missing_in_database == 1 ? "" : "s");
  } else if (missing_in_file > 0) {
    warning_ = fmt::format("the record file did not know {} used one-time key{}: was it lost or put back?",
                           missing_in_file, missing_in_file == 1 ? "" : "s");
  }
}

/// Runs `change` in a transaction in which file and database agree. After an exception the next operation
/// compares them again.
template <class F>
void OtsStore::operate(F&& change) {
  database_.require_no_transaction();
  Transaction transaction(database_);
  if (read_file_records()) agreed_ = false;
  if (!agreed_) take_over();
  agreed_ = false;
  change();
  transaction.commit();
  agreed_ = true;
}

bool OtsStore::record(const KeyId& key, ByteView message, std::string_view label) {
  check_label(label);
  crypto::ots_digit_count(message.size());
  bool is_new = false;
  operate([&] {
    if (auto kept = find(key)) {
      if (!equal(kept->message, message)) throw used(kept->label);
      return;
    }
    Record fresh{key, to_bytes(message), std::string(label)};
    append_to_file(fresh);
    insert(fresh);
    is_new = true;
  });
  return is_new;
}

crypto::OtsSignature OtsStore::sign(const crypto::OtsSecret& secret, ByteView message,
                                    std::string_view label) {
  record(key_id(crypto::ots_public_key(secret, message.size())), message, label);
  return crypto::ots_sign(secret, message);
}

std::optional<OtsStore::Record> OtsStore::find(const KeyId& key) {
  Statement statement = database_.prepare("SELECT key, message, label FROM ots_signed WHERE key = ?");
  if (!statement.bind(key).step()) return std::nullopt;
  return read_row(statement);
}

std::vector<OtsStore::Record> OtsStore::records(std::string_view label_prefix) {
  Statement statement = database_.prepare("SELECT key, message, label FROM ots_signed ORDER BY number");
  std::vector<Record> out;
  while (statement.step()) {
    Record record = read_row(statement);
    if (record.label.starts_with(label_prefix)) out.push_back(std::move(record));
  }
  return out;
}

}  // namespace pegkit::store
