#include "app/musig_round/commands.hpp"
#include "app/musig_round/request_options.hpp"
#include "bridge/spend.hpp"
#include "crypto/keys.hpp"
#include "signing/request.hpp"

namespace pegkit::app::musig_round {
namespace {

/// `musig-round keyagg`: prints the aggregate of a key set as a `pegkit/keyagg` document.
class AggregateKeys : public Command {
 public:
  void options(Options& options) override { key_set_.declare(options); }
  Exit run(Ports& ports) override;

 private:
  KeySetOptions key_set_;
};

}  // namespace

Exit AggregateKeys::run(Ports& ports) {
  signing::KeySet keys = key_set_.read(ports, std::nullopt);
  crypto::PublicKey aggregate = keys.aggregate_key();
  Json out = new_document("keyagg");
  out["keys"] = Json::array();
  for (const crypto::PublicKey& key : keys.keys) out["keys"].push_back(to_hex(key));
  out["aggregate"] = to_hex(aggregate);
  out["xonly"] = to_hex(crypto::xonly(aggregate));
  if (key_set_.from_custody()) {
    out["signers"] = keys.index;
    out["path"] = keys.path.kind == bridge::SpendPath::Kind::key ? "key" : "leaf";
  }
  ports.print(out);
  return Exit::ok;
}

std::unique_ptr<Command> keyagg_command() {
  return std::make_unique<AggregateKeys>();
}

}  // namespace pegkit::app::musig_round
