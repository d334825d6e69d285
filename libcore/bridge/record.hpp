#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "bridge/params.hpp"

namespace pegkit::bridge {

/// OP_RETURN records (doc/protocol.md): at most 80 bytes, magic ‖ kind ‖ body.
inline constexpr std::size_t max_record = 80;

struct CommitmentRecord {
  std::uint32_t epoch = 0;
  ByteArray<32> state_root{}, proof_hash{};
  friend bool operator==(const CommitmentRecord&, const CommitmentRecord&) = default;
};
struct PayoutRecord {
  std::vector<std::uint32_t> ids;  ///< ascending, at least one
  friend bool operator==(const PayoutRecord&, const PayoutRecord&) = default;
};
/// An operator's payout of one withdrawal, in optimistic mode.
struct OperatorPayoutRecord {
  std::uint32_t id = 0;
  ByteArray<16> operator_tag{};
  friend bool operator==(const OperatorPayoutRecord&, const OperatorPayoutRecord&) = default;
};
/// A deposit that its signers have locked.
struct LockRecord {
  evm::Address recipient;
  friend bool operator==(const LockRecord&, const LockRecord&) = default;
};
using Record = std::variant<CommitmentRecord, PayoutRecord, OperatorPayoutRecord, LockRecord>;

/// The first 16 bytes of the tagged hash `pegkit/operator` of an operator's key.
ByteArray<16> operator_tag(const crypto::XOnlyKey& operator_key);

/// The OP_RETURN script of a record. Throws Error `record.ids` (exit 3) for ids that are not ascending or
/// none, `record.size` when they do not fit.
bitcoin::Script record_script(const Magic& magic, const Record& record);
/// True when the ids fit one record.
bool record_fits(const std::vector<std::uint32_t>& ids);
/// The record in a script; nullopt for any script that record_script would not make byte for byte.
std::optional<Record> read_record(const Magic& magic, ByteView script);
/// True for an OP_RETURN whose one push begins with the magic, whatever follows.
bool has_magic(const Magic& magic, ByteView script);

/// The record of a payout: its transaction's last output, with an output before it for every id.
std::optional<PayoutRecord> payout_record(const Magic& magic, const bitcoin::Transaction& tx);
/// The record of a commitment: output 1, after a P2TR output 0.
std::optional<CommitmentRecord> commitment_record(const Magic& magic, const bitcoin::Transaction& tx);
/// The record of an operator's payout: output 0, with output 1 for the withdrawal.
std::optional<OperatorPayoutRecord> operator_payout_record(const Magic& magic,
                                                           const bitcoin::Transaction& tx);
/// The record of a lock: output 1, after a P2TR output 0.
std::optional<LockRecord> lock_record(const Magic& magic, const bitcoin::Transaction& tx);

}  // namespace pegkit::bridge
