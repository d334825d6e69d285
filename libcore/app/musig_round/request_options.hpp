#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/command.hpp"
#include "bridge/params.hpp"
#include "bridge/spend.hpp"
#include "signing/request.hpp"

namespace pegkit::app::musig_round {

/// The options that name a key set: --custody with --path and --signers, or --keys.
class KeySetOptions {
 public:
  void declare(Options& options);
  /// Reads the key set. `stated` is the path that a PSBT document names; the options override it.
  signing::KeySet read(Ports& ports, const std::optional<bridge::SpendPath>& stated) const;
  bool given() const { return !custody_.empty() || !keys_.empty(); }
  bool from_custody() const { return !custody_.empty(); }

 private:
  std::string custody_, keys_, path_, signers_;
};

/// The options that name a request: --request FILE (stdin by default), --graph FILE or --message HEX; the key
/// set; and the documents that a request is checked against: --params, --sequencer-keys.
class RequestOptions {
 public:
  void declare(Options& options);
  /// Declares all but the request's own options, for `session`, which reads the request from stdin's first
  /// line.
  void declare_context(Options& options);
  signing::RoundRequest read(Ports& ports) const;
  /// Parses a request: a `pegkit/psbt`, `pegkit/messages`, `pegkit/mint` or `pegkit/graph` document, or a
  /// PSBT in base64. Throws Error `psbt.foreign` (exit 7) when no input is the custody's, `psbt.unbound`
  /// (exit 7) for an input whose sighash type does not cover the whole transaction, and for a graph, which is
  /// built again from its inputs, every error of GraphDocument::parse.
  signing::RoundRequest parse(Ports& ports, std::string_view text) const;
  bool from_stdin() const { return messages_.empty() && graph_.empty() && request_ == "-"; }
  const KeySetOptions& key_set() const { return key_set_; }

 private:
  signing::RoundRequest parse_text(Ports& ports, std::string_view text) const;
  signing::RoundRequest parse_document(Ports& ports, const Json& document) const;
  std::optional<bridge::Params> params(Ports& ports) const;

  std::string request_ = "-", graph_, params_, sequencer_keys_;
  std::vector<std::string> messages_;
  KeySetOptions key_set_;
};

}  // namespace pegkit::app::musig_round
