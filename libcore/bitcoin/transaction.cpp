#include "bitcoin/transaction.hpp"

#include <charconv>

#include "base/serialize.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::size_t min_input_size = 41;  // outpoint, empty script, sequence
constexpr std::size_t min_output_size = 9;

/// Reads a count of things that take at least `min_size` bytes each. A count that the bytes left cannot hold
/// is refused before memory is allocated for it.
std::size_t read_count(Reader& in, std::size_t min_size) {
  std::uint64_t count = in.compact_size();
  if (count > in.left() / min_size) in.fail("truncated", "announces more parts than it has bytes for");
  return static_cast<std::size_t>(count);
}

void assign(Bytes& to, ByteView from) {
  to.assign(from.begin(), from.end());
}

void read_inputs(Reader& in, std::vector<TxIn>& inputs) {
  inputs.resize(read_count(in, min_input_size));
  for (TxIn& input : inputs) {
    std::ranges::copy(in.bytes(32), input.prevout.txid.bytes.begin());
    input.prevout.vout = in.u32();
    assign(input.script_sig, in.var_bytes());
    input.sequence = in.u32();
    input.witness.clear();
  }
}

void read_outputs(Reader& in, std::vector<TxOut>& outputs) {
  outputs.resize(read_count(in, min_output_size));
  for (TxOut& output : outputs) {
    output.value = Sat{static_cast<std::int64_t>(in.u64())};
    assign(output.script_pubkey, in.var_bytes());
  }
}

void read_witnesses(Reader& in, std::vector<TxIn>& inputs) {
  for (TxIn& input : inputs) {
    input.witness.resize(read_count(in, 1));
    for (Bytes& item : input.witness) assign(item, in.var_bytes());
  }
}

void write_inputs_outputs(Writer& out, const Transaction& tx) {
  out.compact_size(tx.inputs.size());
  for (const TxIn& input : tx.inputs) {
    out.bytes(input.prevout.txid).u32(input.prevout.vout).var_bytes(input.script_sig).u32(input.sequence);
  }
  out.compact_size(tx.outputs.size());
  for (const TxOut& output : tx.outputs) {
    out.u64(static_cast<std::uint64_t>(output.value.value())).var_bytes(output.script_pubkey);
  }
}

std::size_t var_bytes_size(ByteView data) {
  return compact_size_length(data.size()) + data.size();
}

std::size_t stripped_size(const Transaction& tx) {
  std::size_t size = 8 + compact_size_length(tx.inputs.size()) + compact_size_length(tx.outputs.size());
  for (const TxIn& input : tx.inputs) size += 40 + var_bytes_size(input.script_sig);
  for (const TxOut& output : tx.outputs) size += 8 + var_bytes_size(output.script_pubkey);
  return size;
}

/// The size in bytes of BIP144's marker and flag (2) and of all witnesses.
std::size_t witness_size(const Transaction& tx) {
  std::size_t size = 2;
  for (const TxIn& input : tx.inputs) {
    size += compact_size_length(input.witness.size());
    for (const Bytes& item : input.witness) size += var_bytes_size(item);
  }
  return size;
}

}  // namespace

std::string OutPoint::text() const {
  return txid.display() + ":" + std::to_string(vout);
}

OutPoint OutPoint::parse(std::string_view text) {
  OutPoint out;
  std::size_t colon = text.find(':');
  std::string_view digits = colon == text.npos ? "" : text.substr(colon + 1);
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.vout);
  if (colon != 64 || digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) {
    throw input_error("outpoint.invalid",
                      "an outpoint is a txid of 64 hex digits, a colon and an output number");
  }
  try {
    out.txid = Txid::from_display(text.substr(0, colon));
  } catch (const Error&) {
    throw input_error("outpoint.invalid", "the txid of an outpoint is not hex");
  }
  return out;
}

bool Transaction::has_witness() const {
  return std::ranges::any_of(inputs, [](const TxIn& input) { return !input.witness.empty(); });
}

bool Transaction::is_coinbase() const {
  return inputs.size() == 1 && inputs[0].prevout.txid.is_null() && inputs[0].prevout.vout == 0xffffffff;
}

Bytes Transaction::serialize_stripped() const {
  Writer out;
  out.u32(version);
  write_inputs_outputs(out, *this);
  return out.u32(lock_time).take();
}

Bytes Transaction::serialize() const {
  if (!has_witness()) return serialize_stripped();
  Writer out;
  out.u32(version).u8(0).u8(1);
  write_inputs_outputs(out, *this);
  for (const TxIn& input : inputs) {
    out.compact_size(input.witness.size());
    for (const Bytes& item : input.witness) out.var_bytes(item);
  }
  return out.u32(lock_time).take();
}

Txid Transaction::txid() const {
  Txid out;
  out.bytes = crypto::sha256d(serialize_stripped());
  return out;
}

Wtxid Transaction::wtxid() const {
  Wtxid out;
  out.bytes = crypto::sha256d(serialize());
  return out;
}

std::int64_t Transaction::weight() const {
  std::size_t weight = 4 * stripped_size(*this);
  if (has_witness()) weight += witness_size(*this);
  return static_cast<std::int64_t>(weight);
}

Transaction Transaction::parse(ByteView data) {
  Reader in(data, "tx");
  Transaction tx;
  read_transaction(in, tx);
  in.finish();
  return tx;
}

Transaction Transaction::parse_stripped(ByteView data) {
  Reader in(data, "tx");
  Transaction tx;
  tx.version = in.u32();
  read_inputs(in, tx.inputs);
  read_outputs(in, tx.outputs);
  tx.lock_time = in.u32();
  in.finish();
  return tx;
}

Txid RawTransaction::txid() const {
  Txid out;
  bool contiguous = whole.size() == version.size() + inputs_outputs.size() + lock_time.size();
  out.bytes = contiguous
                  ? crypto::sha256d(whole)
                  : crypto::Sha256().write(version).write(inputs_outputs).write(lock_time).finish_double();
  return out;
}

RawTransaction read_transaction(Reader& in, Transaction& into) {
  // A view of no bytes points at the reader's present position.
  const std::uint8_t* begin = in.bytes(0).data();
  auto since = [&in](const std::uint8_t* from) { return ByteView(from, in.bytes(0).data()); };
  RawTransaction raw;
  into.version = in.u32();
  raw.version = since(begin);
  const std::uint8_t* body = in.bytes(0).data();
  std::uint8_t flags = 0;
  read_inputs(in, into.inputs);
  if (into.inputs.empty()) {
    flags = in.u8();
    into.outputs.clear();
    if (flags != 0) {
      body = in.bytes(0).data();
      read_inputs(in, into.inputs);
      read_outputs(in, into.outputs);
    }
  } else {
    read_outputs(in, into.outputs);
  }
  raw.inputs_outputs = since(body);
  if (flags & 1) {
    read_witnesses(in, into.inputs);
    if (!into.has_witness()) in.fail("invalid", "has the witness form without a witness");
  }
  if (flags & ~1) in.fail("invalid", "has unknown flags");
  const std::uint8_t* tail = in.bytes(0).data();
  into.lock_time = in.u32();
  raw.lock_time = since(tail);
  raw.whole = since(begin);
  return raw;
}

Bytes serialize(const TxOut& output) {
  Writer out;
  return out.u64(static_cast<std::uint64_t>(output.value.value())).var_bytes(output.script_pubkey).take();
}

TxOut parse_output(ByteView data) {
  Reader in(data, "output");
  TxOut out;
  out.value = Sat{static_cast<std::int64_t>(in.u64())};
  assign(out.script_pubkey, in.var_bytes());
  in.finish();
  return out;
}

}  // namespace pegkit::bitcoin
