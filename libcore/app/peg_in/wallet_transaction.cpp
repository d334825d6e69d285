#include "app/peg_in/wallet_transaction.hpp"

#include "bridge/params.hpp"
#include "services/input.hpp"
#include "services/send/sender.hpp"

namespace pegkit::app::peg_in {

bridge::Params read_params(Ports& ports, const std::string& path) {
  bridge::Params params = bridge::Params::parse(services::read_json(ports, path));
  params.require_chain(ports.chain());
  return params;
}

Exit finish(Ports& ports, const bridge::Params& params, const bridge::TransactionDocument& document,
            Json more, bool broadcast) {
  Json out;
  if (broadcast)
    out = services::sent_document(services::Sender(ports, params).send(document.tx, document.notes),
                                  document.notes);
  else
    out = document.to_json();
  out.update(more);
  ports.print(out);
  return Exit::ok;
}

}  // namespace pegkit::app::peg_in
