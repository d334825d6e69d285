#include "bitcoin/address.hpp"

#include "base/error.hpp"
#include "bitcoin/bech32.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::size_t hash160_size = 20;

[[noreturn]] void bad_address(const std::string& reason) {
  throw input_error("address.invalid", reason);
}

[[noreturn]] void other_network(Chain chain) {
  throw input_error("address.network",
                    std::string("the address does not belong to chain ") + chain_name(chain));
}

Script script_of_hash(bool p2sh, ByteView hash) {
  ScriptBuilder out;
  if (p2sh) return out.op(OP_HASH160).push(hash).op(OP_EQUAL).take();
  return out.op(OP_DUP).op(OP_HASH160).push(hash).op(OP_EQUALVERIFY).op(OP_CHECKSIG).take();
}

std::string base58_address(std::uint8_t prefix, ByteView hash) {
  Bytes data = {prefix};
  append(data, hash);
  return base58check_encode(data);
}

Script parse_base58_address(ByteView data, Chain chain) {
  const ChainParams& params = chain_params(chain);
  if (data.size() != 1 + hash160_size) bad_address("the address has the wrong length");
  if (data[0] == params.p2pkh_prefix) return script_of_hash(false, data.subspan(1));
  if (data[0] == params.p2sh_prefix) return script_of_hash(true, data.subspan(1));
  other_network(chain);
}

Script parse_segwit_address(const Bech32& decoded, Chain chain) {
  if (decoded.hrp != chain_params(chain).bech32_hrp) other_network(chain);
  if (decoded.values.empty()) bad_address("the address has no witness version");
  std::uint8_t version = decoded.values[0];
  if (version > 16) bad_address("the address has a witness version above 16");
  if (decoded.m != (version != 0)) {
    bad_address(version == 0 ? "a version 0 address must use bech32"
                             : "an address of version 1 or more must use bech32m");
  }
  auto program = from_base32(ByteView(decoded.values).subspan(1));
  if (!program) bad_address("the address has wrong padding");
  bool size_ok = version == 0 ? program->size() == 20 || program->size() == 32
                              : program->size() >= 2 && program->size() <= 40;
  if (!size_ok) bad_address("the address has a witness program of the wrong length");
  // Not through push(): a program is always pushed whole, and is never a number.
  std::uint8_t version_opcode = static_cast<std::uint8_t>(version == 0 ? 0 : OP_1 + version - 1);
  return ScriptBuilder()
      .op(version_opcode)
      .op(static_cast<std::uint8_t>(program->size()))
      .raw(*program)
      .take();
}

bool is_known_prefix(std::string_view hrp) {
  return hrp == "bc" || hrp == "tb" || hrp == "bcrt";
}

}  // namespace

Script parse_address(std::string_view address, Chain chain) {
  if (address.size() <= max_bech32_size) {
    auto decoded = bech32_decode(address);
    if (decoded && is_known_prefix(decoded->hrp)) return parse_segwit_address(*decoded, chain);
  }
  if (auto data = base58check_decode(address)) return parse_base58_address(*data, chain);
  bad_address("'" + std::string(address.substr(0, 100)) + "' is no bitcoin address");
}

std::optional<std::string> script_address(ByteView script, Chain chain) {
  const ChainParams& params = chain_params(chain);
  switch (script_kind(script)) {
    case ScriptKind::pubkeyhash:
      return base58_address(params.p2pkh_prefix, script.subspan(3, hash160_size));
    case ScriptKind::scripthash:
      return base58_address(params.p2sh_prefix, script.subspan(2, hash160_size));
    case ScriptKind::witness_v0_keyhash:
    case ScriptKind::witness_v0_scripthash:
    case ScriptKind::witness_v1_taproot:
    case ScriptKind::witness_unknown:
    case ScriptKind::anchor:
      break;
    default:
      return std::nullopt;
  }
  auto witness = witness_program(script);
  Bytes values = {static_cast<std::uint8_t>(witness->version)};
  append(values, to_base32(witness->program));
  return bech32_encode(params.bech32_hrp, values, witness->version != 0);
}

WifKey parse_wif(std::string_view wif, Chain chain) {
  auto data = base58check_decode(wif);
  auto fail = [](const char* why) -> WifKey { throw input_error("key.wif", why); };
  if (!data) return fail("the private key is not in wallet import format");
  crypto::SecretBytes kept = crypto::SecretBytes::copy_of(*data);
  crypto::wipe(*data);
  ByteView bytes = kept.view();
  bool compressed = bytes.size() == 34 && bytes[33] == 1;
  if (bytes.size() != 33 && !compressed) return fail("the private key has the wrong length");
  if (bytes[0] != chain_params(chain).wif_prefix) return fail("the private key is of another network");
  try {
    return {crypto::SecretKey::from(bytes.subspan(1, 32)), compressed};
  } catch (const Error&) {
    return fail("the private key is zero or above the group order");
  }
}

}  // namespace pegkit::bitcoin
