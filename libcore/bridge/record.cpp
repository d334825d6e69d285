#include "bridge/record.hpp"

#include "bitcoin/script.hpp"

namespace pegkit::bridge {
namespace {

constexpr std::uint8_t commitment_kind = 1, payout_kind = 2;
constexpr std::size_t commitment_body = 4 + 32 + 32;

void append_leb128(Bytes& out, std::uint32_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

/// nullopt when the bytes end, exceed 32 bits, or are not the shortest form.
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
  for (int i = 0; i < 4; ++i) out.epoch = out.epoch << 8 | body[i];
  std::ranges::copy(body.subspan(4, 32), out.state_root.begin());
  std::ranges::copy(body.subspan(36, 32), out.proof_hash.begin());
  return out;
}

Bytes encode(const Magic& magic, const Record& record) {
  Bytes out = to_bytes(magic);
  if (const auto* commitment = std::get_if<CommitmentRecord>(&record)) {
    out.push_back(commitment_kind);
    for (int shift = 24; shift >= 0; shift -= 8)
      out.push_back(static_cast<std::uint8_t>(commitment->epoch >> shift));
    append(out, commitment->state_root);
    append(out, commitment->proof_hash);
  } else {
    out.push_back(payout_kind);
    append(out, payout_body(std::get<PayoutRecord>(record).ids));
  }
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
  std::optional<Record> out;
  if (data[Magic::size] == commitment_kind) out = read_commitment(body);
  if (data[Magic::size] == payout_kind) out = read_payout(body);
  // One form for each record: also the push must be the shortest.
  if (out && !equal(record_script(magic, *out), script)) return std::nullopt;
  return out;
}

bool has_magic(const Magic& magic, ByteView script) {
  auto data = bitcoin::op_return_data(script);
  return data && data->size() >= Magic::size && equal(ByteView(*data).first(Magic::size), magic);
}

std::optional<PayoutRecord> payout_record(const Magic& magic, const bitcoin::Transaction& tx) {
  if (tx.outputs.empty()) return std::nullopt;
  auto record = read_record(magic, tx.outputs.back().script_pubkey);
  if (!record || !std::holds_alternative<PayoutRecord>(*record)) return std::nullopt;
  auto payout = std::get<PayoutRecord>(std::move(*record));
  if (payout.ids.size() + 1 > tx.outputs.size()) return std::nullopt;
  return payout;
}

std::optional<CommitmentRecord> commitment_record(const Magic& magic, const bitcoin::Transaction& tx) {
  if (tx.outputs.size() < 2 ||
      bitcoin::script_kind(tx.outputs[0].script_pubkey) != bitcoin::ScriptKind::witness_v1_taproot)
    return std::nullopt;
  auto record = read_record(magic, tx.outputs[1].script_pubkey);
  if (!record || !std::holds_alternative<CommitmentRecord>(*record)) return std::nullopt;
  return std::get<CommitmentRecord>(*record);
}

}  // namespace pegkit::bridge
