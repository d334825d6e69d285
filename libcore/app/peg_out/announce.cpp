#include <algorithm>
#include <cstdint>
#include <fmt/core.h>
#include <string>

#include "app/peg_out/commands.hpp"
#include "app/spend_path_options.hpp"
#include "bitcoin/taproot.hpp"
#include "bridge/custody.hpp"
#include "bridge/mint.hpp"
#include "bridge/params.hpp"
#include "bridge/spend.hpp"
#include "evm/abi.hpp"
#include "evm/address.hpp"
#include "evm/word.hpp"
#include "net/layer2.hpp"
#include "services/input.hpp"
#include "services/key.hpp"
#include "services/layer2/contract_call.hpp"
#include "signing/documents.hpp"

namespace pegkit::app::peg_out {
namespace {

/// The custody that the layer-2 contract holds now.
struct ContractCustody {
  evm::Word internal_key{}, merkle_root{};
  std::uint64_t rotations = 0;

  static ContractCustody read(net::Layer2& layer2, const bridge::Params& params) {
    layer2.require_chain_id(params.layer2.chain_id);
    auto word = [&](std::string_view getter) {
      Bytes data = layer2.call(params.layer2.contract, bridge::getter_calldata(getter));
      try {
        return evm::AbiReader(data).word();
      } catch (const Error& e) {
        throw unreachable("l2.garbage",
                          fmt::format("the contract's {} gives a malformed answer: {}", getter, e.message()))
            .hint("check l2.contract in the parameters");
      }
    };
    return {word("internalKey()"), word("merkleRoot()"), evm::u64_from(word("rotations()"))};
  }
  bool is(const bridge::Custody& custody) const {
    return internal_key == custody.internal_key().bytes &&
           merkle_root == custody.merkle_root().value_or(bitcoin::TapNode{});
  }
};

/// Throws Error `custody.no_mint` (exit 7) for a custody that cannot sign mints: the contract would be stuck.
void require_signer(const bridge::Custody& next) {
  if (next.key_path() || next.policy().contract_takes_leaves()) return;
  throw refused(
      "custody.no_mint",
      "the contract cannot check signatures of the next custody: it has neither key path nor subset leaves");
}

bridge::QuorumSignature signature_of(const signing::SignatureDocument& document,
                                     const bridge::Custody& custody, const bridge::SpendPath& path,
                                     const ByteArray<32>& message) {
  auto found = std::ranges::find(document.signatures, message, &signing::SignatureDocument::Entry::message);
  if (found == document.signatures.end())
    throw input_error("signature.message",
                      "the signature document has no signature of the message " + to_hex(message))
        .hint(
            "the message contains the contract's rotation number; sign the message that announce prints now");
  bridge::QuorumSignature out = bridge::quorum_signature(custody, path, found->signature);
  if (out.signing_key != document.key || !out.verify(custody, message))
    throw input_error("signature.invalid", "the signature is not valid for these signers of the custody");
  return out;
}

Json announced(const bridge::ContractRotation& rotation) {
  Json out = new_document("announced");
  out["contract"] = evm::format_address(rotation.contract);
  out["internal_key"] = to_hex(rotation.internal_key);
  if (rotation.merkle_root) out["merkle_root"] = to_hex(*rotation.merkle_root);
  return out;
}

/// `peg-out announce`: gives the layer-2 contract the next custody. Without --signature it prints the message
/// that the present custody must sign.
class AnnounceCustody : public Command {
 public:
  void options(Options& options) override;
  Exit run(Ports& ports) override;

 private:
  std::string params_, to_, custody_, signature_;
  SpendPathOptions path_;
  std::int64_t wait_ = 60;
};

}  // namespace

void AnnounceCustody::options(Options& options) {
  options.file(params_, "--params", "the bridge's parameters", Need::required);
  options.file(to_, "--to", "the next custody document", Need::required);
  options.file(signature_, "--signature",
               "the present custody's signature (default: print the message to sign)");
  options.file(custody_, "--custody", "with --signature: the present custody");
  path_.declare(options);
  options.integer(wait_, "--wait", "SECONDS", "how long to wait for the layer-2 block (default: 60)", 0,
                  86'400);
  options.chain();
  options.layer2();
  options.key();
  options.money();
}

Exit AnnounceCustody::run(Ports& ports) {
  auto params = bridge::Params::parse(services::read_json(ports, params_));
  params.require_chain(ports.chain());
  auto next = bridge::Custody::parse(services::read_json(ports, to_));
  require_signer(next);
  std::optional<signing::SignatureDocument> signature;
  std::optional<bridge::Custody> present;
  if (!signature_.empty()) {
    if (custody_.empty()) throw usage_error("--custody is needed with --signature: the custody that signed");
    signature = signing::SignatureDocument::parse(services::read_json(ports, signature_));
    present = bridge::Custody::parse(services::read_json(ports, custody_));
  }
  auto now = ContractCustody::read(ports.layer2(), params);
  auto rotation = bridge::ContractRotation::to(next, params, now.rotations);
  Json out = announced(rotation);
  if (now.is(next)) {
    out["already"] = true;
    ports.print(out);
    return Exit::ok;
  }
  if (!signature) {
    Json messages = new_document("messages");
    messages["messages"] = {to_hex(rotation.message())};
    ports.say(fmt::format("sign this message for rotation {} of the contract, to internal key {}",
                          rotation.rotation, to_hex(rotation.internal_key)));
    ports.print(messages);
    return Exit::ok;
  }
  if (!now.is(*present))
    throw refused("custody.differs", "--custody is not the custody that the contract holds now");
  Bytes calldata = rotation.calldata(signature_of(*signature, *present, path_.read(), rotation.message()));
  if (ports.dry_run()) {
    ports.layer2().call(params.layer2.contract, calldata);
    out["dry_run"] = true;
    ports.print(out);
    return Exit::ok;
  }
  if (!ports.confirm(fmt::format("change the contract's custody to the one with internal key {}?",
                                 to_hex(rotation.internal_key))))
    throw Error(Exit::no, "confirm.no", "not sent");
  services::Layer2Sent sent = services::send_call(
      ports, services::load_key(ports), {rotation.chain_id, rotation.contract, calldata, {}}, wait_);
  if (!ContractCustody::read(ports.layer2(), params).is(next))
    throw unreachable("l2.garbage",
                      "the layer 2 reports success, but the contract does not hold the next custody");
  out["l2_tx"] = "0x" + to_hex(sent.hash);
  out["l2_block"] = sent.receipt.block;
  ports.print(out);
  return Exit::ok;
}

std::unique_ptr<Command> announce_command() {
  return std::make_unique<AnnounceCustody>();
}

}  // namespace pegkit::app::peg_out
