#include "bridge/record.hpp"

#include "bitcoin/script.hpp"

namespace pegkit::bridge {
namespace {

constexpr std::uint8_t commitment_kind = 1, payout_kind = 2, operator_payout_kind = 3, lock_kind = 4;
constexpr std::size_t commitment_body = 4 + 32 + 32, operator_payout_body = 4 + 16, lock_body = 20;

void append_u32(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t read_u32(ByteView bytes) {
  std::uint32_t out = 0;
  for (std::uint8_t byte : bytes.first(4)) out = out << 8 | byte;
  return out;
}

void append_leb128(Bytes& out, std::uint32_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

/// Reads a number; nullopt when the bytes end early, exceed 32 bits, or are not the shortest form.
std::optional<std::uint32_t> read_leb128(ByteView& data) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < data.size() && i < 5; ++i) {
    value |= std::uint64_t{data[i] & 0x7fu} << (7 * i);
    if (data[i] & 0x80) continue;
    if ((i > 0 && data[i] == 0) || value > UINT32_MAX) return std::nullopt;
    data = data.subspan(i + 1);
    return static_cast<std::uint32_t>(value);
  }
  return std::nullopt;
}

Bytes payout_body(const std::vector<std::uint32_t>& ids) {
  if (ids.empty()) throw input_error("record.ids", "a payout names at least one withdrawal");
  Bytes out;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i > 0 && ids[i] <= ids[i - 1]) throw input_error("record.ids", "withdrawal ids must ascend");
    append_leb128(out, i == 0 ? ids[i] : ids[i] - ids[i - 1]);
  }
  return out;
}

std::optional<Record> read_payout(ByteView body) {
  PayoutRecord out;
  while (!body.empty()) {
    auto step = read_leb128(body);
    if (!step) return std::nullopt;
    std::uint64_t id = *step;
    if (!out.ids.empty()) {
      if (*step == 0) return std::nullopt;
      id += out.ids.back();
    }
    if (id > UINT32_MAX) return std::nullopt;
    out.ids.push_back(static_cast<std::uint32_t>(id));
  }
  if (out.ids.empty()) return std::nullopt;
  return out;
}

std::optional<Record> read_commitment(ByteView body) {
  if (body.size() != commitment_body) return std::nullopt;
  CommitmentRecord out;
  out.epoch = read_u32(body);
  std::ranges::copy(body.subspan(4, 32), out.state_root.begin());
  std::ranges::copy(body.subspan(36, 32), out.proof_hash.begin());
  return out;
}

std::optional<Record> read_operator_payout(ByteView body) {
  if (body.size() != operator_payout_body) return std::nullopt;
  OperatorPayoutRecord out{.id = read_u32(body)};
  std::ranges::copy(body.subspan(4), out.operator_tag.begin());
  return out;
}

std::optional<Record> read_lock(ByteView body) {
  if (body.size() != lock_body) return std::nullopt;
  return LockRecord{evm::Address::from(body)};
}

std::optional<Record> read_body(std::uint8_t kind, ByteView body) {
  switch (kind) {
    case commitment_kind:
      return read_commitment(body);
    case payout_kind:
      return read_payout(body);
    case operator_payout_kind:
      return read_operator_payout(body);
    case lock_kind:
      return read_lock(body);
    default:
      return std::nullopt;
  }
}

struct Encoder {
  Bytes& out;
  void operator()(const CommitmentRecord& record) const {
    out.push_back(commitment_kind);
    append_u32(out, record.epoch);
    append(out, record.state_root);
    append(out, record.proof_hash);
  }
  void operator()(const PayoutRecord& record) const {
    out.push_back(payout_kind);
    append(out, payout_body(record.ids));
  }
  void operator()(const OperatorPayoutRecord& record) const {
    out.push_back(operator_payout_kind);
    append_u32(out, record.id);
    append(out, record.operator_tag);
  }
  void operator()(const LockRecord& record) const {
    out.push_back(lock_kind);
    append(out, record.recipient);
  }
};

Bytes encode(const Magic& magic, const Record& record) {
  Bytes out = to_bytes(magic);
  std::visit(Encoder{out}, record);
  return out;
}

}  // namespace

bitcoin::Script record_script(const Magic& magic, const Record& record) {
  Bytes data = encode(magic, record);
  if (data.size() > max_record) throw input_error("record.size", "the ids do not fit one record of 80 bytes");
  return bitcoin::op_return_script(data);
}

bool record_fits(const std::vector<std::uint32_t>& ids) {
  return Magic::size + 1 + payout_body(ids).size() <= max_record;
}

std::optional<Record> read_record(const Magic& magic, ByteView script) {
  if (!has_magic(magic, script)) return std::nullopt;
  Bytes data = *bitcoin::op_return_data(script);
  if (data.size() > max_record || data.size() <= Magic::size + 1) return std::nullopt;
  ByteView body = ByteView(data).subspan(Magic::size + 1);
  std::optional<Record> out = read_body(data[Magic::size], body);
  // Each record has one form only, so the push must be the shortest too.
  if (out && !equal(record_script(magic, *out), script)) return std::nullopt;
  return out;
}

bool has_magic(const Magic& magic, ByteView script) {
  auto data = bitcoin::op_return_data(script);
  return data && data->size() >= Magic::size && equal(ByteView(*data).first(Magic::size), magic);
}

namespace {

/// The record of this kind in one output; nullopt when there is none.
template <class R>
std::optional<R> record_in(const Magic& magic, const bitcoin::TxOut& output) {
  auto record = read_record(magic, output.script_pubkey);
  if (!record || !std::holds_alternative<R>(*record)) return std::nullopt;
  return std::get<R>(std::move(*record));
}

/// The record of this kind in output 1, after a P2TR output 0.
template <class R>
std::optional<R> record_after_taproot(const Magic& magic, const bitcoin::Transaction& tx) {
  if (tx.outputs.size() < 2 ||
      bitcoin::script_kind(tx.outputs[0].script_pubkey) != bitcoin::ScriptKind::witness_v1_taproot)
    return std::nullopt;
  return record_in<R>(magic, tx.outputs[1]);
}

}  // namespace

std::optional<PayoutRecord> payout_record(const Magic& magic, const bitcoin::Transaction& tx) {
  if (tx.outputs.empty()) return std::nullopt;
  auto payout = record_in<PayoutRecord>(magic, tx.outputs.back());
  if (!payout || payout->ids.size() + 1 > tx.outputs.size()) return std::nullopt;
  return payout;
}

std::optional<CommitmentRecord> commitment_record(const Magic& magic, const bitcoin::Transaction& tx) {
  return record_after_taproot<CommitmentRecord>(magic, tx);
}

std::optional<OperatorPayoutRecord> operator_payout_record(const Magic& magic,
                                                           const bitcoin::Transaction& tx) {
  if (tx.outputs.size() < 2) return std::nullopt;
  return record_in<OperatorPayoutRecord>(magic, tx.outputs[0]);
}

std::optional<LockRecord> lock_record(const Magic& magic, const bitcoin::Transaction& tx) {
  return record_after_taproot<LockRecord>(magic, tx);
}

ByteArray<16> operator_tag(const crypto::XOnlyKey& operator_key) {
  crypto::Hash256 hash = crypto::tagged_hash("pegkit/operator", operator_key);
  ByteArray<16> out;
  std::copy_n(hash.begin(), out.size(), out.begin());
  return out;
}

}  // namespace pegkit::bridge
