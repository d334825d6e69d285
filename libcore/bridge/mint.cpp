#include "bridge/mint.hpp"

#include "bridge/derived.hpp"
#include "bridge/policies/leaf_script.hpp"
#include "crypto/musig.hpp"
#include "evm/abi.hpp"

namespace pegkit::bridge {
namespace {

constexpr std::size_t max_path = 128;

crypto::Sha256& write_big_endian(crypto::Sha256& hash, std::uint64_t value, int bytes) {
  ByteArray<8> data;
  for (int i = 0; i < 8; ++i) data[i] = static_cast<std::uint8_t>(value >> (8 * (7 - i)));
  return hash.write(ByteView(data).last(bytes));
}

crypto::Sha256 start_message(std::string_view tag, std::uint64_t chain_id, const evm::Address& contract) {
  crypto::Sha256 hash = crypto::tagged(tag);
  hash.write(evm::word_from(chain_id)).write(contract);
  return hash;
}

QuorumSignature read_signature(JsonObject& object, const JsonField& signature) {
  QuorumSignature out;
  out.signature = signature.fixed<crypto::SchnorrSignature>();
  JsonField key = object.required("signing_key");
  out.signing_key = key.at([&] { return crypto::parse_xonly_key(from_hex(key.text(65))); });
  if (auto path = object.optional("merkle_path"))
    for (const JsonField& node : path->items(max_path)) out.merkle_path.push_back(node.hex_array<32>());
  return out;
}

}  // namespace

bool QuorumSignature::verify(const Custody& custody, ByteView message32) const {
  if (!crypto::schnorr_verify(signing_key, message32, signature)) return false;
  if (merkle_path.empty()) return custody.key_path() && signing_key == custody.internal_key();
  bitcoin::TapNode node = bitcoin::tapleaf_hash(checksig_script(signing_key));
  for (const auto& sibling : merkle_path) node = bitcoin::tapbranch_hash(node, sibling);
  return custody.merkle_root() == node;
}

Mint Mint::of(const Deposit& deposit, const Params& params) {
  if (!deposit.funding)
    throw not_ready("deposit.unfunded", "the deposit document names no outpoint: it is not funded yet");
  Mint out;
  out.chain_id = params.layer2.chain_id;
  out.contract = params.layer2.contract;
  out.outpoint = deposit.funding->outpoint;
  out.recipient = deposit.recipient();
  out.amount = deposit.funding->amount;
  return out;
}

Mint Mint::parse(const Json& document) {
  JsonObject object = open_document(document, "mint");
  Mint out;
  out.chain_id = static_cast<std::uint64_t>(object.required("chain_id").integer(1, INT64_MAX));
  JsonField contract = object.required("contract");
  out.contract = contract.at([&] { return evm::parse_address(contract.text(64)); });
  JsonField outpoint = object.required("outpoint");
  out.outpoint = outpoint.at([&] { return bitcoin::OutPoint::parse(outpoint.text(80)); });
  JsonField recipient = object.required("recipient");
  out.recipient = recipient.at([&] { return evm::parse_address(recipient.text(64)); });
  out.amount = object.required("amount_sat").sat();
  DerivedFields(object).equal("message", [&] { return to_hex(out.message()); });
  if (auto signature = object.optional("signature")) out.signature = read_signature(object, *signature);
  object.done();
  return out;
}

Json Mint::to_json() const {
  Json out = new_document("mint");
  out["chain_id"] = chain_id;
  out["contract"] = evm::format_address(contract);
  out["outpoint"] = outpoint.text();
  out["recipient"] = evm::format_address(recipient);
  out["amount_sat"] = amount.value();
  out["message"] = to_hex(message());
  if (!signature) return out;
  out["signature"] = to_hex(signature->signature);
  out["signing_key"] = to_hex(signature->signing_key);
  if (!signature->merkle_path.empty()) {
    out["merkle_path"] = Json::array();
    for (const auto& node : signature->merkle_path) out["merkle_path"].push_back(to_hex(node));
  }
  return out;
}

ByteArray<32> Mint::message() const {
  crypto::Sha256 hash = start_message("pegkit/mint", chain_id, contract);
  hash.write(outpoint.txid);
  write_big_endian(hash, outpoint.vout, 4).write(recipient);
  return write_big_endian(hash, static_cast<std::uint64_t>(amount.value()), 8).finish();
}

Bytes Mint::calldata(const Params& params) const {
  if (!signature) throw not_ready("mint.unsigned", "the mint is not signed by the custodians yet");
  return evm::AbiWriter()
      .word(outpoint.txid.bytes)
      .u64(outpoint.vout)
      .address(recipient)
      .u64(static_cast<std::uint64_t>(amount.value()))
      .word(signature->signing_key.bytes)
      .words(signature->merkle_path)
      .bytes(signature->signature)
      .call(params.layer2.names.mint + "(bytes32,uint32,address,uint64,bytes32,bytes32[],bytes)");
}

ContractRotation ContractRotation::to(const Custody& next, const Params& params, std::uint64_t rotation) {
  return {params.layer2.chain_id, params.layer2.contract, next.internal_key(), next.merkle_root(), rotation};
}

ByteArray<32> ContractRotation::message() const {
  crypto::Sha256 hash = start_message("pegkit/rotate", chain_id, contract);
  hash.write(internal_key).write(merkle_root.value_or(bitcoin::TapNode{}));
  return write_big_endian(hash, rotation, 8).finish();
}

Bytes ContractRotation::calldata(const QuorumSignature& signature) const {
  return evm::AbiWriter()
      .word(internal_key.bytes)
      .word(merkle_root.value_or(bitcoin::TapNode{}))
      .word(signature.signing_key.bytes)
      .words(signature.merkle_path)
      .bytes(signature.signature)
      .call("rotateCustody(bytes32,bytes32,bytes32,bytes32[],bytes)");
}

std::vector<crypto::PublicKey> message_keys(const Custody& custody, const SpendPath& path) {
  bool taken = path.kind == SpendPath::Kind::key
                   ? custody.key_path() && path.signers.empty()
                   : path.kind == SpendPath::Kind::leaf && custody.policy().contract_takes_leaves();
  if (!taken)
    throw input_error(
        "custody.path",
        "the layer-2 contract takes the signature of all custodians or of a subset's leaf only");
  std::vector<crypto::PublicKey> keys = chosen_keys(custody.keys(), custody.signers(path).index);
  crypto::key_sort(keys);
  return keys;
}

QuorumSignature quorum_signature(const Custody& custody, const SpendPath& path,
                                 const crypto::SchnorrSignature& signature) {
  QuorumSignature out{signature, musig_key(message_keys(custody, path)), {}};
  if (path.kind == SpendPath::Kind::leaf) out.merkle_path = custody.leaf_path(custody.index_of(path.signers));
  return out;
}

Bytes is_minted_calldata(const bitcoin::OutPoint& outpoint) {
  return evm::AbiWriter().word(outpoint.txid.bytes).u64(outpoint.vout).call("isMinted(bytes32,uint32)");
}

Bytes getter_calldata(std::string_view signature) {
  return evm::AbiWriter().call(signature);
}

Bytes constructor_arguments(const Custody& custody, Sat denomination, Sat operator_fee) {
  return evm::AbiWriter()
      .word(custody.internal_key().bytes)
      .word(custody.merkle_root().value_or(bitcoin::TapNode{}))
      .u64(static_cast<std::uint64_t>(denomination.value()))
      .u64(static_cast<std::uint64_t>(operator_fee.value()))
      .arguments();
}

}  // namespace pegkit::bridge
