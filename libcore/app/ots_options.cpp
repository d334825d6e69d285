#include "app/ots_options.hpp"

#include "base/files.hpp"
#include "crypto/keyfile.hpp"
#include "optimistic/graph_program.hpp"
#include "services/input.hpp"

namespace pegkit::app {

void OtsSeedOption::declare(Options& options) {
  options.file(file_, "--ots-key-file",
               "key file with the seed of the one-time keys (default: the secret key itself)");
}

crypto::SecretKey OtsSeedOption::load(Ports& ports, const crypto::SecretKey& own) const {
  if (file_.empty()) return own.copy();
  Bytes content = read_secret_file(file_);
  auto secret = crypto::SecretBytes::copy_of(content);
  crypto::wipe(content);
  return crypto::keyfile::open(secret, [&] { return ports.passphrase("passphrase of the one-time keys: "); });
}

void OperatorSetOption::declare(Options& options) {
  options.file(file_, "--operator-keys",
               "the operator's public one-time keys (default: derived from the seed)");
  seed_.declare(options);
}

optimistic::OtsKeySet OperatorSetOption::load(Ports& ports, const bridge::Params& params,
                                              const bitcoin::OutPoint& deposit,
                                              const crypto::SecretKey& operator_key) const {
  if (!file_.empty()) return optimistic::OtsKeySet::parse(services::read_json(ports, file_));
  return optimistic::operator_key_set(seed_.load(ports, operator_key), params, deposit,
                                      crypto::xonly(operator_key.public_key()));
}

}  // namespace pegkit::app
