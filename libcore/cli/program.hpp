#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/command.hpp"

namespace pegkit::cli {

/// The address of an endpoint and its login.
struct RpcSettings {
  std::string url;
  std::string cookie_file;  ///< read again on HTTP 401; empty for none
  std::string user, password_file;
  int timeout_seconds = 60;
};
using RpcFactory = std::function<std::shared_ptr<net::Rpc>(const RpcSettings&)>;

/// A subcommand of a program.
struct Subcommand {
  std::string name, summary, example;
  app::CommandFactory make;
};

/// A program: its subcommands, and the part that all programs share (options, configuration file,
/// environment, lock, output, errors, exit codes, --help, --version, --completion).
///
///   int main(int argc, char** argv) {
///     pegkit::cli::Program program{"peg-out", "Pay withdrawals and move custody."};
///     program.network(pegkit::cli::http_rpc);  // cli/network.hpp: links libcurl
///     program.add("list", "withdrawals that the layer 2 asks for", "peg-out list …",
///                 app::peg_out::list_command);
///     return program.run(argc, argv);
///   }
class Program {
 public:
  Program(std::string name, std::string summary) : name_(std::move(name)), summary_(std::move(summary)) {}

  /// Adds a subcommand. `summary` is one lower-case line; `example` is a command line that --help shows.
  Program& add(std::string name, std::string summary, std::string example, app::CommandFactory make) {
    subcommands_.push_back({std::move(name), std::move(summary), std::move(example), make});
    return *this;
  }
  /// Gives commands access to bitcoind and the layer 2.
  Program& network(RpcFactory factory) {
    factory_ = std::move(factory);
    return *this;
  }

  /// Runs the program. Never throws; returns the exit code (doc/protocol.md, "Streams, units and
  /// exit codes").
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
