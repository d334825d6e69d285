#include "bridge/recovery.hpp"

#include <fmt/core.h>

#include "bridge/policies/leaf_script.hpp"
#include "bridge/policies/policy.hpp"
#include "bridge/public_key.hpp"

namespace pegkit::bridge {

Recovery Recovery::parse(const JsonField& field) {
  JsonObject object(field);
  Recovery out;
  out.keys = read_key_list(object.required("keys"));
  out.threshold = object.required("threshold").u32();
  out.blocks = object.required("blocks").u32();
  object.done();
  return out;
}

Json Recovery::to_json() const {
  return {{"keys", key_list(keys)}, {"threshold", threshold}, {"blocks", blocks}};
}

void Recovery::check() const {
  constexpr std::size_t limit = CustodyPolicy::max_multi_a_keys;
  if (keys.empty() || keys.size() > limit)
    throw input_error("custody.keys", fmt::format("1 to {} recovery keys were expected", limit))
        .field("recovery.keys");
  check_threshold(threshold, keys.size(), "recovery.threshold");
  if (blocks == 0 || blocks > 65'535)
    throw input_error("custody.recovery", "a timelock of 1 to 65535 blocks was expected")
        .field("recovery.blocks");
  check_distinct(keys, "recovery.keys");
}

bitcoin::Script Recovery::script() const {
  return multi_a(keys, threshold)
      .op(bitcoin::OP_NUMEQUALVERIFY)
      .number(blocks)
      .op(bitcoin::OP_CHECKSEQUENCEVERIFY)
      .take();
}

std::string Recovery::text() const {
  return fmt::format("and_v(v:{},older({}))", multi_a_text(keys, threshold), blocks);
}

Signers Recovery::signers() const {
  return {first_indexes(keys.size()), threshold, false};
}

}  // namespace pegkit::bridge
