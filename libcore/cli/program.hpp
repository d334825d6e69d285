#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/command.hpp"

namespace pegkit::cli {

/// Where an endpoint is and how to log in to it.
struct RpcSettings {
  std::string url;
  std::string cookie_file;  ///< read again on HTTP 401; empty for none
  std::string user, password_file;
  int timeout_seconds = 60;
};
using RpcFactory = std::function<std::shared_ptr<net::Rpc>(const RpcSettings&)>;

/// A subcommand as it was added.
struct Subcommand {
  std::string name, summary, example;
  app::CommandFactory make;
};

/// A program: its subcommands, and everything that all programs share (options, configuration file,
/// environment, lock, output, errors, exit codes, --help, --version, --completion).
///
///   int main(int argc, char** argv) {
///     pegkit::cli::Program program{"peg-out", "Pay withdrawals and move custody."};
///     program.network(pegkit::cli::http_rpc);  // cli/network.hpp: only here is libcurl linked
///     program.add("list", "withdrawals that the layer 2 asks for", "peg-out list …",
///     app::peg_out::list_command); return program.run(argc, argv);
///   }
class Program {
 public:
  Program(std::string name, std::string summary) : name_(std::move(name)), summary_(std::move(summary)) {}

  /// `summary` is one lower-case line; `example` a command line that --help shows.
  Program& add(std::string name, std::string summary, std::string example, app::CommandFactory make) {
    subcommands_.push_back({std::move(name), std::move(summary), std::move(example), make});
    return *this;
  }
  /// Lets commands reach bitcoind and the layer 2.
  Program& network(RpcFactory factory) {
    factory_ = std::move(factory);
    return *this;
  }

  /// Never throws; gives the exit code of DESIGN §3.
  int run(int argc, char** argv) const;

  const std::string& name() const { return name_; }
  const std::string& summary() const { return summary_; }
  const std::vector<Subcommand>& subcommands() const { return subcommands_; }

 private:
  int run_words(const std::vector<std::string>& words, bool& json_errors) const;
  std::string name_, summary_;
  std::vector<Subcommand> subcommands_;
  RpcFactory factory_;
};

}  // namespace pegkit::cli
