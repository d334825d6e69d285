#pragma once

#include <optional>
#include <span>
#include <vector>

#include "bitcoin/script.hpp"
#include "crypto/winternitz.hpp"

/// Tapscripts that check one-time signatures (crypto/winternitz.hpp), and their witnesses.
namespace pegkit::gadgets {

/// The form in which a witness shows a digit and a script checks it. Figures for one digit: bytes of script
/// for its chain (including 15 HASH160 and 22 bytes for the public hash), plus bytes to add it to the
/// checksum, without or with its nibble kept; then the mean weight of its witness.
enum class OtsForm {
  /// BitVM's form; the witness is hash, digit. The script computes the next 15 hashes of the chain, and the
  /// digit picks one. 71 + 2 or 3, witness 22.9.
  list_pick,
  /// The witness is hash, and the bits of 15 − digit, which decide on 8, 4, 2 and 1 steps. 69 + 2 or 3,
  /// witness 27.
  binary,
  /// BitVM's form; the witness is the hash alone, and the script finds how many steps lead to the public
  /// hash. 137 + 2 or 3, witness 21.
  compact,
  /// The witness is hash, digit. The script computes eight hashes of the chain, picks one by the digit, and
  /// makes eight steps more for a digit below 8. 69 with a running sum, or 68 + 3; witness 22.9.
  halved,
};

/// What the script leaves of a checked signature: nothing, or the message's nibbles on the main stack, each
/// the minimal encoding of 0 to 15.
///
/// The forms `binary` and `halved` leave the nibbles in the order of the byte string: the high half of byte 0
/// is deepest, the low half of the last byte on top. BitVM's forms leave them in the order of its digits: the
/// last byte deepest, each byte's high half below its low half.
enum class OtsResult { nothing, nibbles };

struct OtsScript {
  bitcoin::Script script;
  /// Positions in the script of the 20-byte public hashes, key by key, digit by digit.
  std::vector<std::size_t> hash_at;
};

/// A script that checks one signature of each key, checksums included, and fails for anything else. It takes
/// the witnesses from the main stack, the first key's deepest, and leaves OtsResult in their place, the first
/// key's deepest. It does not touch elements below, and leaves the altstack as it was.
///
/// The script accepts exactly the witnesses that read_ots_witness reads, also when the key's owner made one
/// to deceive: a digit is always 0 to 15, and the hash shown has 20 bytes and leads to the public hash in 15
/// − digit steps. A signature that passed one form on the chain can therefore be shown in every other form,
/// and is relayed there.
OtsScript ots_script(OtsForm form, OtsResult result, std::span<const crypto::OtsPublicKey> keys);
OtsScript ots_script(OtsForm form, OtsResult result, const crypto::OtsPublicKey& key);

/// The witness of one signature, from the deepest element to the top.
std::vector<Bytes> ots_witness(OtsForm form, const crypto::OtsSignature& signature);
/// Number of witness elements of a signature: 2 for each digit; `binary` has 5, `compact` 1.
std::size_t ots_witness_elements(OtsForm form, std::size_t message_bytes);
/// The signature that a witness of this form shows; nullopt exactly when the script fails on it under
/// consensus rules. By these, digits need not be minimally encoded (to be relayed they must be), and in
/// `list_pick` and `halved` a number above 15 counts as 15.
std::optional<crypto::OtsSignature> read_ots_witness(OtsForm form, const crypto::OtsPublicKey& key,
                                                     std::span<const Bytes> elements);

/// The weight of one signature's script and mean witness, in 1/16 of a weight unit, measured on the output of
/// ots_script and ots_witness.
std::size_t ots_weight(OtsForm form, OtsResult result, std::size_t message_bytes);
/// The form with the smallest ots_weight.
OtsForm smallest_form(OtsResult result, std::size_t message_bytes);

}  // namespace pegkit::gadgets
