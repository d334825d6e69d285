#include "store/root_store.hpp"

namespace pegkit::store {
namespace {

constexpr std::size_t first_hash_size = 20;

std::optional<RootStore::Key> read_key(Statement& statement) {
  if (!statement.step()) return std::nullopt;
  return RootStore::Key{static_cast<std::uint32_t>(statement.integer(0)), statement.blob(1)};
}

}  // namespace

void RootStore::add_key(std::uint32_t epoch, ByteView key) {
  database_.prepare("INSERT OR IGNORE INTO root_keys (first_hash, epoch, key) VALUES (?, ?, ?)")
      .bind(key.first(first_hash_size))
      .bind(epoch)
      .bind(key)
      .run();
}

std::size_t RootStore::keys() {
  Statement statement = database_.prepare("SELECT count(*) FROM root_keys");
  statement.step();
  return static_cast<std::size_t>(statement.integer(0));
}

std::optional<RootStore::Key> RootStore::key_of(std::uint32_t epoch) {
  Statement statement = database_.prepare("SELECT epoch, key FROM root_keys WHERE epoch = ?");
  statement.bind(epoch);
  return read_key(statement);
}

std::optional<RootStore::Key> RootStore::key_beginning(ByteView hash20) {
  Statement statement = database_.prepare("SELECT epoch, key FROM root_keys WHERE first_hash = ?");
  statement.bind(hash20);
  return read_key(statement);
}

void RootStore::add_signature(const Signature& signature) {
  database_
      .prepare("INSERT OR IGNORE INTO root_signatures (epoch, root, txid, signature) VALUES (?, ?, ?, ?)")
      .bind(signature.epoch)
      .bind(signature.root)
      .bind(signature.txid)
      .bind(ByteView(signature.signature))
      .run();
}

std::vector<RootStore::Signature> RootStore::signatures_of(std::uint32_t epoch) {
  Statement statement = database_.prepare(
      "SELECT epoch, root, txid, signature FROM root_signatures WHERE epoch = ? ORDER BY seen");
  statement.bind(epoch);
  std::vector<Signature> out;
  while (statement.step()) {
    out.push_back({static_cast<std::uint32_t>(statement.integer(0)), statement.array<32>(1),
                   statement.fixed<bitcoin::Txid>(2), statement.blob(3)});
  }
  return out;
}

std::vector<std::uint32_t> RootStore::equivocated() {
  Statement statement = database_.prepare(
      "SELECT epoch FROM root_signatures GROUP BY epoch HAVING count(*) > 1 ORDER BY epoch");
  std::vector<std::uint32_t> out;
  while (statement.step()) out.push_back(static_cast<std::uint32_t>(statement.integer(0)));
  return out;
}

void RootStore::set_checked(std::int64_t seq) {
  database_.prepare("INSERT OR IGNORE INTO roots_checked (seq) VALUES (?)").bind(seq).run();
}

bool RootStore::is_checked(std::int64_t seq) {
  return database_.prepare("SELECT 1 FROM roots_checked WHERE seq = ?").bind(seq).step();
}

}  // namespace pegkit::store
