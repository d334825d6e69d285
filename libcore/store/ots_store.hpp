#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/winternitz.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// What each one-time key has signed, so that none signs a second value (doc/challenge.md, One-time
/// signatures).
///
/// **Once.** `sign` records key and message, and makes the signature only when the record is on the disk. The
/// same message again gives the same signature; another one is refused.
///
/// **Twice on the disk.** A database put back from a backup has forgotten what was signed since. So each
/// record also stands in an append-only file beside it, synced before the database commits. A record in
/// either of them counts: at the start, and in every operation under the database's write lock, each takes
/// over the records that it lacks from the other. A run killed between the two leaves a record in the file
/// alone; the signature may never have been made, and the key can only sign the same message. A database that
/// lacks more than that last record, or a file that lacks any, was put back or lost, and `warning` says so. A
/// record is forgotten only when both are put back at once: keep the file out of backups.
///
/// **The file.** Lines of `key message label check`: the key's id and the message in hex, the label, and in
/// hex the first 8 bytes of SHA-256 of the line before them. No signature was made for an unfinished last
/// line, so it is cut off; any other damage is an error.
class OtsStore {
 public:
  /// Names a public key: its tagged hash `pegkit/ots-key`.
  using KeyId = ByteArray<32>;
  static KeyId key_id(const crypto::OtsPublicKey& key);

  /// `record_file` is usually <directory>/ots-record. Throws Error `store.corrupt` when it is damaged, and
  /// `ots.used` (exit 7) when it and the database know two messages of one key.
  OtsStore(Database& database, std::filesystem::path record_file);
  /// A sentence for the user when records had to be taken over; empty otherwise.
  const std::string& warning() const { return warning_; }

  /// The signature of the message. `label` says for people what the key is for: 1 to 128 printable
  /// characters without space. Throws Error `ots.used` (exit 7) when the key has signed another message.
  crypto::OtsSignature sign(const crypto::OtsSecret& secret, ByteView message, std::string_view label);
  /// Records without signing, for a key whose signature is made elsewhere. Durable when it returns; false
  /// when the record was there before. Throws as sign.
  bool record(const KeyId& key, ByteView message, std::string_view label);

  struct Record {
    KeyId key;
    Bytes message;
    std::string label;
    friend bool operator==(const Record&, const Record&) = default;
  };
  std::optional<Record> find(const KeyId& key);
  /// Records whose label begins with `label_prefix`, in the order in which they were made.
  std::vector<Record> records(std::string_view label_prefix = "");

 private:
  bool read_file_records();
  void append_to_file(const Record& record);
  void insert(const Record& record);
  void take_over();
  template <class F>
  void operate(F&& change);

  Database& database_;
  std::filesystem::path record_file_;
  std::string warning_;
  std::vector<Record> in_file_;      ///< as far as it was read
  std::map<KeyId, std::size_t> at_;  ///< a key's place in in_file_
  std::uint64_t read_to_ = 0;        ///< bytes of the file that are read and whole
  std::uint64_t inode_ = 0;          ///< of the file that was read; 0 for none
  bool agreed_ = false;              ///< file and database hold the same records
};

}  // namespace pegkit::store
