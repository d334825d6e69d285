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

/// What one-time keys have signed, so that none signs a second value (DESIGN §6).
///
/// **Once.** `sign` records key and message, and makes the signature only when the record is on the disk. The
/// same message again gives the same signature; another one is refused.
///
/// **Twice on the disk.** A database put back from a backup has forgotten what was signed since. So each
/// record also stands in an append-only file beside it, synced before the database commits, and what either
/// of them knows counts: at the start, and in every operation under the database's write lock, records that
/// one lacks are taken over from the other. A run killed between the two leaves a record in the file alone;
/// its signature may never have been made, and can only be made of the same message. A database that lacks
/// more than that last record, or a file that lacks any, was put back or lost, and `warning` says so. Only
/// when both are put back at once is something forgotten: keep the file out of backups.
///
/// **The file.** Lines of `key message label check`: the key's id, the message and SHA-256 of what stands
/// before it in the line (8 bytes), in hex. An unfinished last line was never signed for and is cut off; any
/// other damage is an error.
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
  /// Only the record, for a key whose signature is made elsewhere; on the disk when it returns. False when it
  /// was there before.
  bool record(const KeyId& key, ByteView message, std::string_view label);

  struct Record {
    KeyId key;
    Bytes message;
    std::string label;
    friend bool operator==(const Record&, const Record&) = default;
  };
  std::optional<Record> find(const KeyId& key);
  /// In the order in which they were made; with a label's beginning, only those.
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
  std::map<KeyId, std::size_t> at_;  ///< by key in in_file_
  std::uint64_t read_to_ = 0;        ///< bytes of the file that are read and whole
  std::uint64_t inode_ = 0;          ///< of the file that was read; 0 for none
  bool agreed_ = false;  ///< the database had all that is in in_file_, and the file all of the database
};

}  // namespace pegkit::store
