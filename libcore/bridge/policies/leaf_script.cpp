#include "bridge/policies/leaf_script.hpp"

#include <fmt/core.h>

#include "crypto/musig.hpp"

namespace pegkit::bridge {

using crypto::PublicKey;

bitcoin::Script checksig_script(const crypto::XOnlyKey& key) {
  return bitcoin::ScriptBuilder().push(key).op(bitcoin::OP_CHECKSIG).take();
}

bitcoin::ScriptBuilder multi_a(const std::vector<PublicKey>& keys, std::uint32_t threshold) {
  bitcoin::ScriptBuilder out;
  for (std::size_t i = 0; i < keys.size(); ++i)
    out.push(crypto::xonly(keys[i])).op(i == 0 ? bitcoin::OP_CHECKSIG : bitcoin::OP_CHECKSIGADD);
  out.number(threshold);
  return out;
}

std::string multi_a_text(const std::vector<PublicKey>& keys, std::uint32_t threshold) {
  std::string out = fmt::format("multi_a({}", threshold);
  for (const PublicKey& key : keys) out += "," + to_hex(crypto::xonly(key));
  return out + ")";
}

crypto::XOnlyKey musig_key(std::vector<PublicKey> keys) {
  crypto::key_sort(keys);
  return crypto::KeyAgg(keys).xonly();
}

std::string musig_text(const std::vector<PublicKey>& keys) {
  std::string out;
  for (const PublicKey& key : keys) out += (out.empty() ? "" : ",") + to_hex(key);
  return "musig(" + out + ")";
}

}  // namespace pegkit::bridge
