#pragma once

#include <memory>

#include "cli/option_table.hpp"
#include "cli/program.hpp"

namespace pegkit::cli {

/// The real world of a process: files, terminal, clock, node, layer 2, store. Each part is made at its
/// first use.
class ProcessPorts : public services::Ports {
 public:
  ProcessPorts(const SharedOptions& options, const RpcFactory& factory);
  ~ProcessPorts() override;

  std::string read(const std::string& path) override;
  std::optional<std::string> read_line() override;
  void print(const Json& document) override;
  void print_line(const Json& line) override;
  void say(const std::string& sentence) override;
  void verbose(const std::string& sentence) override;
  bitcoin::Chain chain() override;
  net::BitcoinNode& node() override;
  net::Layer2& layer2() override;
  const std::filesystem::path& directory() override;
  store::Database& database() override;
  crypto::SecretBytes key_material() override;
  crypto::SecretBytes passphrase(const std::string& prompt) override;
  std::int64_t now() override;
  bool confirm(const std::string& question) override;
  bool dry_run() override { return options_.dry_run; }
  bool interrupted() override;
  void sleep_ms(std::int64_t milliseconds) override;

 private:
  const SharedOptions& options_;
  const RpcFactory& factory_;
  std::unique_ptr<net::BitcoinNode> node_;
  std::unique_ptr<net::Layer2> layer2_;
  std::filesystem::path directory_;
  std::unique_ptr<FileLock> lock_;
  std::unique_ptr<store::Database> database_;
};

}  // namespace pegkit::cli
