#pragma once

#include <optional>
#include <span>
#include <vector>

#include "bitcoin/script.hpp"
#include "crypto/winternitz.hpp"

/// Scripts that check one-time signatures (crypto/winternitz.hpp), and their witnesses; for tapscript.
namespace pegkit::gadgets {

/// How a digit is shown in the witness and checked. Bytes of script for each digit, of the check of its chain
/// (15 HASH160 and 22 bytes for the public hash included) and of adding it to the checksum, without and with
/// its nibble kept; then the mean weight of its witness.
enum class OtsForm {
  /// BitVM's: hash, digit. All 16 hashes of the chain from there on, the digit picks one of them.
  /// 71 + 2 or 3, witness 22.9.
  list_pick,
  /// The bits of 15 − digit decide on 8, 4, 2 and 1 steps. 69 + 2 or 3, witness 27.
  binary,
  /// BitVM's: the hash alone, the script finds how many steps lead to the public hash. 137 + 2 or 3, witness
  /// 21.
  compact,
  /// Hash, digit; eight hashes of the chain, and eight steps more for a digit below 8. 69 with a running sum,
  /// or 68 + 3; witness 22.9.
  halved,
};

/// What is left of a signature that was checked: nothing; or the message's nibbles on the main stack, each
/// the minimal encoding of 0 to 15.
///
/// The nibbles of `binary` and `halved` stand in the order of the byte string: the high half of byte 0 is the
/// deepest, the low half of the last byte on top. Those of BitVM's forms are in the order of its digits: the
/// last byte deepest, each byte's high half below its low half.
enum class OtsResult { nothing, nibbles };

struct OtsScript {
  bitcoin::Script script;
  /// Where the 20-byte public hashes stand in the script: key by key, digit by digit.
  std::vector<std::size_t> hash_at;
};

/// A script that checks a signature of each key, checksums included, and fails for everything else. It takes
/// their witnesses from the main stack, the first key's deepest, and leaves OtsResult in their place (the
/// first key's deepest), the altstack as it was. Elements below are not touched.
///
/// What the script accepts is what read_ots_witness reads, also when the key's owner himself made the witness
/// to deceive: a digit is always 0 to 15, the hash shown has 20 bytes and leads to the public hash in 15 −
/// digit steps. So whatever passed one form on the chain can be shown again in every other one, and is
/// relayed there.
OtsScript ots_script(OtsForm form, OtsResult result, std::span<const crypto::OtsPublicKey> keys);
OtsScript ots_script(OtsForm form, OtsResult result, const crypto::OtsPublicKey& key);

/// The witness of one signature, from the deepest element to the top.
std::vector<Bytes> ots_witness(OtsForm form, const crypto::OtsSignature& signature);
/// 2 for each digit; `binary` 5, `compact` 1.
std::size_t ots_witness_elements(OtsForm form, std::size_t message_bytes);
/// The signature that a witness of this form shows; nullopt exactly when the script fails on it under the
/// rules of consensus. Digits need not be minimally encoded there (though they must be to be relayed), and in
/// `list_pick` and `halved` a number above 15 counts as 15.
std::optional<crypto::OtsSignature> read_ots_witness(OtsForm form, const crypto::OtsPublicKey& key,
                                                     std::span<const Bytes> elements);

/// Script and mean witness weight of one signature in 1/16 of a weight unit, measured on what ots_script and
/// ots_witness make.
std::size_t ots_weight(OtsForm form, OtsResult result, std::size_t message_bytes);
/// The form with the smallest ots_weight.
OtsForm smallest_form(OtsResult result, std::size_t message_bytes);

}  // namespace pegkit::gadgets
