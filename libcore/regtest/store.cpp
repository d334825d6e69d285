#include "regtest/store.hpp"

#include "store/database.hpp"

namespace pegkit::regtest {
namespace {

constexpr const char* schema = R"(
CREATE TABLE IF NOT EXISTS regtest_block (
  number INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, invalid INTEGER NOT NULL DEFAULT 0, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS regtest_mempool (number INTEGER PRIMARY KEY, raw BLOB NOT NULL);
)";

class SqliteStore : public RegtestStore {
 public:
  explicit SqliteStore(const std::filesystem::path& path) : database_(path) { database_.execute(schema); }

  std::vector<StoredBlock> blocks() override {
    std::vector<StoredBlock> out;
    auto rows = database_.prepare("SELECT raw, invalid FROM regtest_block ORDER BY number");
    while (rows.step()) out.push_back({rows.blob(0), rows.integer(1) != 0});
    return out;
  }

  void add_block(const bitcoin::BlockHash& hash, ByteView raw) override {
    database_.prepare("INSERT INTO regtest_block (hash, raw) VALUES (?, ?)")
        .bind(hash.view())
        .bind(raw)
        .run();
  }

  void set_invalid(const bitcoin::BlockHash& hash, bool invalid) override {
    database_.prepare("UPDATE regtest_block SET invalid = ? WHERE hash = ?")
        .bind(std::int64_t{invalid})
        .bind(hash.view())
        .run();
  }

  std::vector<Bytes> mempool() override {
    std::vector<Bytes> out;
    auto rows = database_.prepare("SELECT raw FROM regtest_mempool ORDER BY number");
    while (rows.step()) out.push_back(rows.blob(0));
    return out;
  }

  void save_mempool(const std::vector<Bytes>& transactions) override {
    store::Transaction transaction(database_);
    database_.prepare("DELETE FROM regtest_mempool").run();
    for (const Bytes& raw : transactions)
      database_.prepare("INSERT INTO regtest_mempool (raw) VALUES (?)").bind(ByteView(raw)).run();
    transaction.commit();
  }

  void begin() override { batch_.emplace(database_); }

  void end() override {
    if (!batch_) return;
    batch_->commit();
    batch_.reset();
  }

 private:
  store::Database database_;
  std::optional<store::Transaction> batch_;
};

}  // namespace

std::unique_ptr<RegtestStore> open_regtest_store(const std::filesystem::path& path) {
  return std::make_unique<SqliteStore>(path);
}

}  // namespace pegkit::regtest
