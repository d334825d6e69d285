#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/command.hpp"

namespace pegkit::cli {

/// A program: its subcommands, and everything that all programs share (options, configuration file,
/// environment, lock, output, errors, exit codes, --help, --version, --completion).
///
///   int main(int argc, char** argv) {
///     pegkit::cli::Program program{"peg-out", "Pay withdrawals and move custody."};
///     program.add<app::ListWithdrawals>("list", "withdrawals that the layer 2 asks for", "peg-out list …");
///     return program.run(argc, argv);
///   }
class Program {
 public:
  Program(std::string name, std::string summary);

  /// `summary` is one lower-case line; `example` a command line that --help shows.
  template <class C>
  Program& add(std::string name, std::string summary, std::string example) {
    return add(std::move(name), std::move(summary), std::move(example), [] { return std::make_unique<C>(); });
  }
  /// Makes node() and layer2() reach over HTTP; only programs that call it load libcurl
  /// (`program.network(cli::http_network())`, cli/network.hpp).
  using RpcFactory = std::function<std::shared_ptr<net::Rpc>(const struct RpcSettings&)>;
  Program& network(RpcFactory factory);

  int run(int argc, char** argv);

 private:
  struct Entry {
    std::string name, summary, example;
    std::function<std::unique_ptr<app::Command>()> make;
  };
  Program& add(std::string name, std::string summary, std::string example,
               std::function<std::unique_ptr<app::Command>()> make);
  std::string name_, summary_;
  std::vector<Entry> entries_;
  RpcFactory factory_;
  friend class Runner;
};

/// Where an endpoint is and how to log in to it.
struct RpcSettings {
  std::string url;
  std::string cookie_file;    ///< read again on HTTP 401
  std::string user, password_file;
  int timeout_seconds = 30;
};

}  // namespace pegkit::cli
