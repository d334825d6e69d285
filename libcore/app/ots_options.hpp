#pragma once

#include <string>

#include "app/command.hpp"
#include "bridge/params.hpp"
#include "crypto/keys.hpp"
#include "optimistic/ots_keys.hpp"

namespace pegkit::app {

/// --ots-key-file: the seed of the one-time keys, when it is not the secret key itself.
class OtsSeedOption {
 public:
  void declare(Options& options);
  /// Reads the key file; returns a copy of `own` when the option was not given.
  crypto::SecretKey load(Ports& ports, const crypto::SecretKey& own) const;

 private:
  std::string file_;
};

/// The operator's public one-time keys of a graph. --operator-keys names a document that `keygen ots`
/// printed; without it the keys are derived from --ots-key-file, or else from the operator's own key.
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
