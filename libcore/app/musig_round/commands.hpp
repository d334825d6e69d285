#pragma once

#include <string>
#include <vector>

#include "app/command.hpp"
#include "app/musig_round/guard.hpp"
#include "app/musig_round/request_options.hpp"

namespace pegkit::app {

/// `musig-round keyagg`: the aggregate of a key set, as a `pegkit/keyagg` document.
class AggregateKeys : public Command {
 public:
  void options(Options& options) override { key_set_.declare(options); }
  Exit run(Ports& ports) override;

 private:
  KeySetOptions key_set_;
};

/// `musig-round nonce`: round one. Keeps the session's randomness, encrypted, for `sign`.
class MakeNonces : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  RequestOptions request_;
};

/// `musig-round sign`: round two. The randomness is deleted durably before anything is signed; a repeat with
/// the same nonces of all prints the recorded answer, with any other throws `nonce.used` (exit 7). Over
/// multi_a leaves there is no round one, and the answer is this signer's own signatures.
class SignRound : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  RequestOptions request_;
  SigningGuard guard_;
  std::vector<std::string> nonces_;
};

/// `musig-round session`: both rounds in one process, which alone knows the secret nonces. stdin: the request
/// on one line, then the others' nonce documents as they come; stdout: this signer's nonces, then its part.
class RunSession : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  RequestOptions request_;
  SigningGuard guard_;
};

/// `musig-round combine`: checks all parts, names the signer of a bad one, and adds them.
class CombineRound : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  RequestOptions request_;
  std::vector<std::string> nonces_, partials_;
};

/// `musig-round verify`: one signer's part of a session, or a finished signature document.
class VerifyRound : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  Exit verify_partial(Ports& ports, const Json& document);
  Exit verify_signature(Ports& ports, const Json& document);
  RequestOptions request_;
  std::string document_;
  std::vector<std::string> nonces_;
};

}  // namespace pegkit::app
