#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "crypto/keys.hpp"
#include "crypto/musig.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// The randomness of signing sessions; each is used once (doc/protocol.md, Rounds).
///
/// **Once.** `take` deletes a session's randomness and records what it is used for in one transaction that is
/// on the disk before the randomness is returned. A repeat with the same inputs gives the recorded partial
/// signatures. It is refused with other inputs, and also when the run was killed before it recorded a
/// signature: that run may have shown it to someone.
///
/// **Restored stores.** A database put back from a backup holds randomness that was used since. To notice
/// this, a counter is kept twice: in the database, and in a small file outside it that also names the session
/// of the last operation, with a random epoch in both. An operation takes the write lock, writes the file
/// with counter + 1 and its session, and then commits the database with counter + 1. The next comparison
/// finds one of three:
/// - the same epoch and counter: nothing happened;
/// - the same epoch, the file ahead by one: the operation on the session that the file names was killed
/// before its
///   commit, or it was committed and the database is a backup from just before. Every other session is the
///   same in both cases, so only that session's randomness is void, and no good nonce of another session is
///   lost;
/// - anything else (another epoch, file missing, ahead by more, or behind): the database or the file was put
///   back. All open randomness is void, both get a new epoch, and `warning` says so.
/// The comparison is made when the store is made and again in every operation. A copy of the whole folder,
/// file included, cannot be told from the original: keep the file out of backups.
class NonceStore {
 public:
  /// `counter_file` is usually <directory>/nonce-counter. Throws `store.corrupt` when it is no counter file.
  NonceStore(Database& database, std::filesystem::path counter_file);
  /// A sentence for the user when open randomness was made void; empty otherwise.
  const std::string& warning() const { return warning_; }

  /// Keeps the randomness of a new session. `messages` is the digest of the list of messages it is for,
  /// `sealed` the encrypted randomness. Durable. Throws Error `nonce.exists` (exit 7) when the id was ever
  /// used.
  void open(const std::string& id, const crypto::PublicKey& signer, const ByteArray<32>& messages,
            ByteView sealed);

  struct Session {
    std::string id;
    crypto::PublicKey signer;
    ByteArray<32> messages;
    bool is_open;  ///< its randomness is there
    std::optional<ByteArray<32>> inputs;
    std::optional<std::vector<crypto::PartialSignature>> result;
  };
  std::optional<Session> find(const std::string& id);
  std::vector<Session> sessions();

  /// Either the sealed randomness, now deleted here, or the result of an earlier run with the same inputs.
  struct Taken {
    Bytes sealed;
    std::optional<std::vector<crypto::PartialSignature>> result;
  };
  /// `inputs` is the digest of all that is signed: key set, tweaks, messages, aggregate nonces. Throws Error
  /// `nonce.unknown` (exit 3), `nonce.used` or `nonce.void` (exit 7).
  Taken take(const std::string& id, const ByteArray<32>& inputs);
  /// After take and before the signatures are shown. Throws `nonce.used` when other signatures are recorded.
  void record_result(const std::string& id, const std::vector<crypto::PartialSignature>& signatures);
  /// Deletes the randomness of a session that will not be used.
  void discard(const std::string& id);

 private:
  struct Counter {
    ByteArray<16> epoch{};
    std::int64_t count = 0;
    std::string session;  ///< of the last operation; only in the file
  };
  std::optional<Counter> counter_in_file() const;
  void write_file(const Counter& counter) const;
  Counter counter_in_database();
  void write_database(const Counter& counter);
  Counter reconcile();
  Counter start_epoch(std::int64_t count);
  void forget(const std::string& id);
  template <class F>
  void operate(const std::string& id, F&& change);

  Database& database_;
  std::filesystem::path counter_file_;
  std::string warning_;
};

}  // namespace pegkit::store
