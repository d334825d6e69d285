#include "optimistic/claim_trace.hpp"

#include <algorithm>
#include <fmt/core.h>

#include "base/error.hpp"
#include "bridge/record.hpp"

namespace pegkit::optimistic {
namespace {

/// The message with SHA-256's padding.
Bytes padded(ByteView message) {
  Bytes out = to_bytes(message);
  out.push_back(0x80);
  while (out.size() % 64 != 56) out.push_back(0);
  append(out, big_endian(8 * message.size(), 8));
  return out;
}

[[noreturn]] void bad_shape(std::string why) {
  throw input_error("claim.shape", "there is no trace of such a claim: " + std::move(why));
}

/// Sets the values that no step computes, then computes the others.
class Filler {
 public:
  Filler(const ClaimProgram& program, const ClaimInputs& inputs)
      : program_(program), inputs_(inputs), trace_(program.values().size()) {}

  ClaimTrace fill() {
    set("epoch", big_endian(inputs_.epoch, 4));
    set("root_epoch", big_endian(inputs_.epoch, 4));
    set_withdrawal();
    set_transaction();
    set_merkle_path();
    set_headers();
    for (const ClaimStep& step : program_.steps()) compute(step);
    // A step has computed the root, but the claim states that of the inputs. When they differ, the step is
    // false.
    set("root", to_bytes(inputs_.root));
    return std::move(trace_);
  }

 private:
  void set(std::string_view name, Bytes bytes) { trace_[program_.value(name)] = std::move(bytes); }

  void compute(const ClaimStep& step) {
    if (step.use.writes) trace_[*step.use.writes] = *claim_result(step.relation, trace_);
  }

  void set_withdrawal() {
    const bridge::Withdrawal& withdrawal = inputs_.withdrawal;
    if (withdrawal.script.size() > ClaimProgram::max_script)
      bad_shape(fmt::format("a script of more than {} bytes", ClaimProgram::max_script));
    if (inputs_.siblings.size() != ClaimProgram::tree_depth)
      bad_shape(fmt::format("a withdrawal's path has {} hashes", ClaimProgram::tree_depth));
    set("id", big_endian(withdrawal.id, 4));
    set("amount", big_endian(static_cast<std::uint64_t>(withdrawal.amount.value()), 8));
    set("script_block", padded(withdrawal.script));
    for (std::size_t i = 0; i < ClaimProgram::tree_depth; ++i)
      set(fmt::format("sibling_{}", i), to_bytes(inputs_.siblings[i]));
  }

  void set_transaction() {
    Bytes blocks = padded(inputs_.payout.serialize_stripped());
    if (blocks.size() != 64 * ClaimProgram::tx_blocks)
      bad_shape("a payout is 120 to 183 bytes long without its witness");
    for (std::size_t i = 0; i < ClaimProgram::tx_blocks; ++i)
      set(fmt::format("tx_block_{}", i), to_bytes(ByteView(blocks).subspan(64 * i, 64)));
  }

  void set_merkle_path() {
    const auto& path = inputs_.merkle_path;
    if (path.empty() || path.size() > ClaimProgram::max_depth)
      bad_shape(fmt::format("a block's merkle path has 1 to {} hashes", ClaimProgram::max_depth));
    if (inputs_.position >> path.size() != 0) bad_shape("the payout's place is outside the merkle tree");
    set("position", big_endian(inputs_.position, 2));
    set("depth", big_endian(path.size(), 1));
    for (std::size_t i = 0; i < ClaimProgram::max_depth; ++i)
      set(fmt::format("merkle_sibling_{}", i), i < path.size() ? to_bytes(path[i]) : Bytes(32));
  }

  void set_headers() {
    const auto& headers = inputs_.headers;
    if (headers.size() != program_.constants().headers + 1u)
      bad_shape(fmt::format("a claim has {} headers", program_.constants().headers + 1u));
    for (std::size_t j = 0; j < headers.size(); ++j) {
      ByteArray<80> raw = headers[j].serialize();
      Bytes fields(raw.begin(), raw.begin() + 4);
      append(fields, ByteView(raw).subspan(68));
      set(fmt::format("header_fields_{}", j), std::move(fields));
      set(fmt::format("header_root_{}", j), to_bytes(headers[j].merkle_root));
    }
    set("header_prev_0", to_bytes(headers[0].previous));
  }

  const ClaimProgram& program_;
  const ClaimInputs& inputs_;
  ClaimTrace trace_;
};

Verdict check_headers(const ClaimInputs& inputs) {
  for (std::size_t j = 1; j < inputs.headers.size(); ++j)
    if (inputs.headers[j].previous != inputs.headers[j - 1].hash())
      return Verdict::no(fmt::format("header {} does not follow the one before it", j));
  return {};
}

}  // namespace

ClaimTrace fill_trace(const ClaimProgram& program, const ClaimInputs& inputs) {
  return Filler(program, inputs).fill();
}

Verdict check_claim(const ClaimProgram& program, const ClaimInputs& inputs) {
  ClaimTrace trace;
  try {
    trace = fill_trace(program, inputs);
  } catch (const Error& error) {
    return Verdict::no(error.message());
  }
  if (Verdict verdict = check_headers(inputs); !verdict) return verdict;
  if (auto step = first_false_step(program, trace))
    return Verdict::no(
        fmt::format("step {} does not hold: {}", program.steps()[*step].name, program.steps()[*step].words));
  return {};
}

ClaimTrace true_trace(const ClaimProgram& program, const ClaimInputs& inputs) {
  if (Verdict verdict = check_claim(program, inputs); !verdict)
    throw refused("claim.false", "the claim is not true: " + verdict.reason);
  return fill_trace(program, inputs);
}

Json trace_document(const ClaimProgram& program, const ClaimTrace& trace) {
  Json out = new_document("claim-trace");
  Json& values = out["values"] = Json::object();
  for (std::size_t i = 0; i < trace.size(); ++i)
    if (!trace[i].empty()) values[program.values()[i].name] = to_hex(trace[i]);
  return out;
}

ClaimTrace parse_trace(const ClaimProgram& program, const Json& document) {
  JsonObject object = open_document(document, "claim-trace");
  JsonObject values(object.required("values"));
  ClaimTrace out(program.values().size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const ClaimValue& value = program.values()[i];
    auto field = values.optional(value.name);
    if (!field) continue;
    out[i] = field->hex();
    if (out[i].size() != value.bytes)
      field->fail("claim.trace", fmt::format("{} has {} bytes", value.name, value.bytes));
  }
  values.done();
  object.done();
  return out;
}

std::vector<bitcoin::TxOut> payout_outputs(const bridge::Magic& magic, const ByteArray<16>& operator_tag,
                                           const bridge::Withdrawal& withdrawal) {
  return {{Sat(0), bridge::record_script(magic, bridge::OperatorPayoutRecord{withdrawal.id, operator_tag})},
          {withdrawal.amount, withdrawal.script}};
}

}  // namespace pegkit::optimistic
