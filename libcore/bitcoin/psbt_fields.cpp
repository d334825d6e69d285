#include "bitcoin/psbt_fields.hpp"

#include "base/error.hpp"
#include "base/serialize.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::size_t key_size = crypto::PublicKey::size;
constexpr std::size_t xonly_size = crypto::XOnlyKey::size;
constexpr std::size_t hash_size = 32;
constexpr std::size_t path_step_size = 4;

enum class Field { unknown, derivation, tap_derivation, musig_participants, musig_nonce, musig_signature };

Field input_field(std::uint8_t type) {
  switch (type) {
    case 0x06:
      return Field::derivation;
    case 0x16:
      return Field::tap_derivation;
    case 0x1a:
      return Field::musig_participants;
    case 0x1b:
      return Field::musig_nonce;
    case 0x1c:
      return Field::musig_signature;
    default:
      return Field::unknown;
  }
}

Field output_field(std::uint8_t type) {
  switch (type) {
    case 0x02:
      return Field::derivation;
    case 0x07:
      return Field::tap_derivation;
    case 0x08:
      return Field::musig_participants;
    default:
      return Field::unknown;
  }
}

void require(bool fact, const char* what) {
  if (!fact) throw input_error("psbt.invalid", std::string("a ") + what + " in the PSBT has the wrong form");
}

/// True for a derivation: a fingerprint and any number of path steps, 4 bytes each.
bool is_path(ByteView value) {
  return value.size() >= path_step_size && value.size() % path_step_size == 0;
}

void check_tap_derivation(ByteView key_data, ByteView value) {
  require(key_data.size() == xonly_size, "taproot derivation");
  Reader in(value, "psbt");
  std::uint64_t leaves = in.compact_size();
  require(leaves <= in.left() / hash_size, "taproot derivation");
  in.bytes(static_cast<std::size_t>(leaves) * hash_size);
  require(is_path(in.bytes(in.left())), "taproot derivation");
}

/// True for BIP373's key data: participant key, aggregate key, and a tapleaf hash for a script path.
bool is_musig_signer(ByteView key_data) {
  bool size_ok = key_data.size() == 2 * key_size || key_data.size() == 2 * key_size + hash_size;
  return size_ok && crypto::is_valid_public_key(key_data.first(key_size)) &&
         crypto::is_valid_public_key(key_data.subspan(key_size, key_size));
}

bool are_musig_participants(ByteView key_data, ByteView value) {
  if (key_data.size() != key_size || !crypto::is_valid_public_key(key_data)) return false;
  if (value.size() % key_size != 0) return false;
  for (std::size_t at = 0; at < value.size(); at += key_size) {
    if (!crypto::is_valid_public_key(value.subspan(at, key_size))) return false;
  }
  return true;
}

void check(Field field, ByteView key_data, ByteView value) {
  switch (field) {
    case Field::unknown:
      return;
    case Field::derivation:
      return require(crypto::is_valid_public_key(key_data) && is_path(value), "derivation path");
    case Field::tap_derivation:
      return check_tap_derivation(key_data, value);
    case Field::musig_participants:
      return require(are_musig_participants(key_data, value), "MuSig2 key");
    case Field::musig_nonce:
      return require(is_musig_signer(key_data) && value.size() == 66, "MuSig2 nonce");
    case Field::musig_signature:
      return require(is_musig_signer(key_data) && value.size() == 32, "MuSig2 partial signature");
  }
}

}  // namespace

void check_input_field(ByteView key, ByteView value) {
  if (!key.empty()) check(input_field(key[0]), key.subspan(1), value);
}

void check_output_field(ByteView key, ByteView value) {
  if (!key.empty()) check(output_field(key[0]), key.subspan(1), value);
}

}  // namespace pegkit::bitcoin
