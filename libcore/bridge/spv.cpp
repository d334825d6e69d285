#include "bridge/spv.hpp"

#include "bitcoin/pow.hpp"
#include "bridge/derived.hpp"

namespace pegkit::bridge {
namespace {

constexpr std::size_t max_merkle_path = 32;
constexpr std::size_t inner_node_size = 64;  // a transaction of this size could be two hashes

bitcoin::Chain read_chain(const JsonField& field) {
  std::string name = field.text(16);
  try {
    return bitcoin::parse_chain(name);
  } catch (const Error& e) {
    field.fail("document.chain", e.message());
  }
}

/// True when the path passes through the copy of an odd node. Bitcoin's merkle tree pairs an odd node with a
/// copy of itself; through the copy every transaction below would have a second position, which does not
/// exist.
bool at_repeated_place(ByteArray<32> node, std::uint32_t index, const std::vector<ByteArray<32>>& path) {
  for (const auto& sibling : path) {
    if (index % 2 == 1 && sibling == node) return true;
    node = bitcoin::merkle_fold(node, index % 2, {sibling});
    index /= 2;
  }
  return false;
}

Verdict check_output(const SpvProof& proof, const bitcoin::Txid& txid) {
  if (!proof.output) {
    if (proof.deposit) return Verdict::no("a deposit is stated without the output that funds it");
    return {};
  }
  const bitcoin::OutPoint& at = proof.output->outpoint;
  if (at.txid != txid) return Verdict::no("the output stated is of another transaction");
  if (at.vout >= proof.tx.outputs.size()) return Verdict::no("the transaction has no such output");
  const bitcoin::TxOut& output = proof.tx.outputs[at.vout];
  if (output.value != proof.output->amount) return Verdict::no("the output holds another amount");
  if (!proof.deposit) return {};
  if (output.script_pubkey != proof.deposit->script_pubkey())
    return Verdict::no("the output does not pay the deposit's address");
  const auto& funding = proof.deposit->funding;
  if (funding && (funding->outpoint != at || funding->amount != proof.output->amount))
    return Verdict::no("the deposit states another outpoint or amount");
  return {};
}

}  // namespace

SpvProof SpvProof::build(bitcoin::Chain chain, std::uint32_t height, const bitcoin::Header& header,
                         const std::vector<bitcoin::Txid>& txids, const bitcoin::Transaction& tx) {
  auto found = std::ranges::find(txids, tx.txid());
  if (found == txids.end()) throw input_error("spv.absent", "the transaction is not in this block");
  std::vector<ByteArray<32>> hashes;
  hashes.reserve(txids.size());
  for (const bitcoin::Txid& txid : txids) hashes.push_back(txid.bytes);
  SpvProof out;
  out.chain = chain;
  out.height = height;
  out.header = header;
  out.position = static_cast<std::uint32_t>(found - txids.begin());
  out.merkle_path = bitcoin::merkle_path(hashes, out.position);
  out.tx = tx;
  return out;
}

SpvProof SpvProof::parse(const Json& document, Derive derive) {
  JsonObject object = open_document(document, "spv-proof");
  SpvProof out;
  out.chain = read_chain(object.required("chain"));
  out.height = static_cast<std::uint32_t>(object.required("height").integer(0, INT32_MAX));
  JsonField header = object.required("header");
  out.header = header.at([&] { return bitcoin::Header::parse(from_hex(header.text(161))); });
  out.position = object.required("position").u32();
  for (const JsonField& node : object.required("merkle_path").items(max_merkle_path))
    out.merkle_path.push_back(node.hex_array<32>());
  JsonField tx = object.required("tx");
  out.tx = tx.at([&] { return bitcoin::Transaction::parse(tx.hex()); });
  auto outpoint = object.optional("outpoint");
  auto amount = object.optional("amount_sat");
  if (outpoint.has_value() != amount.has_value())
    throw input_error("spv.output", "outpoint and amount_sat stand together or not at all");
  if (outpoint)
    out.output =
        Binding{outpoint->at([&] { return bitcoin::OutPoint::parse(outpoint->text(80)); }), amount->sat()};
  if (auto deposit = object.optional("deposit"))
    out.deposit = Deposit::parse(deposit->json(), derive, deposit->path());
  DerivedFields(object).equal("block", [&] { return out.header.hash().display(); });
  object.done();
  return out;
}

Json SpvProof::to_json() const {
  Json out = new_document("spv-proof");
  out["chain"] = bitcoin::chain_name(chain);
  out["block"] = header.hash().display();
  out["height"] = height;
  out["header"] = to_hex(header.serialize());
  out["position"] = position;
  out["merkle_path"] = Json::array();
  for (const auto& node : merkle_path) out["merkle_path"].push_back(to_hex(node));
  out["tx"] = to_hex(tx.serialize());
  if (output) {
    out["outpoint"] = output->outpoint.text();
    out["amount_sat"] = output->amount.value();
  }
  if (deposit) out["deposit"] = deposit->to_json(chain);
  return out;
}

Verdict SpvProof::verify() const {
  if (!bitcoin::meets_target(header, bitcoin::chain_params(chain)))
    return Verdict::no("the header has no proof of work that this chain accepts");
  if (tx.serialize_stripped().size() == inner_node_size)
    return Verdict::no("the transaction has 64 bytes and could be an inner node of the tree");
  if (merkle_path.size() > max_merkle_path) return Verdict::no("the merkle path is longer than any block's");
  if (position >= std::uint64_t{1} << merkle_path.size())
    return Verdict::no("the position is outside a tree of this depth");
  bitcoin::Txid txid = tx.txid();
  if (bitcoin::merkle_fold(txid.bytes, position, merkle_path) != header.merkle_root)
    return Verdict::no("the merkle path does not lead to the header's root");
  if (at_repeated_place(txid.bytes, position, merkle_path))
    return Verdict::no("the position is that of a repeated node, where no transaction stands");
  return check_output(*this, txid);
}

}  // namespace pegkit::bridge
