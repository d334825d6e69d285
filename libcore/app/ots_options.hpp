#pragma once

#include <string>

#include "app/command.hpp"
#include "bridge/params.hpp"
#include "crypto/keys.hpp"
#include "optimistic/ots_keys.hpp"

namespace pegkit::app {

/// --ots-key-file: the seed of the operator's one-time keys, where it is not its own key.
class OtsSeedOption {
 public:
  void declare(Options& options);
  /// `own` without the option.
  crypto::SecretKey load(Ports& ports, const crypto::SecretKey& own) const;

 private:
  std::string file_;
};

/// The operator's public one-time keys of a graph: --operator-keys, a document of keygen, or derived from
/// --ots-key-file or the operator's own key.
class OperatorSetOption {
 public:
  void declare(Options& options);
  optimistic::OtsKeySet load(Ports& ports, const bridge::Params& params, const bitcoin::OutPoint& deposit,
                             const crypto::SecretKey& operator_key) const;

 private:
  std::string file_;
  OtsSeedOption seed_;
};

}  // namespace pegkit::app
