#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bitcoin/transaction.hpp"
#include "crypto/keys.hpp"

namespace pegkit::bitcoin {

// clang-format off
enum Opcode : std::uint8_t {
  OP_0 = 0x00, OP_PUSHDATA1 = 0x4c, OP_PUSHDATA2 = 0x4d, OP_PUSHDATA4 = 0x4e, OP_1NEGATE = 0x4f,
  OP_RESERVED = 0x50, OP_1 = 0x51, OP_2, OP_3, OP_4, OP_5, OP_6, OP_7, OP_8, OP_9, OP_10, OP_11, OP_12,
  OP_13, OP_14, OP_15, OP_16 = 0x60, OP_NOP = 0x61, OP_VER, OP_IF, OP_NOTIF, OP_VERIF, OP_VERNOTIF, OP_ELSE,
  OP_ENDIF, OP_VERIFY, OP_RETURN, OP_TOALTSTACK, OP_FROMALTSTACK, OP_2DROP, OP_2DUP, OP_3DUP, OP_2OVER,
  OP_2ROT, OP_2SWAP, OP_IFDUP, OP_DEPTH, OP_DROP, OP_DUP, OP_NIP, OP_OVER, OP_PICK, OP_ROLL, OP_ROT,
  OP_SWAP, OP_TUCK, OP_CAT = 0x7e, OP_SUBSTR, OP_LEFT, OP_RIGHT, OP_SIZE, OP_INVERT, OP_AND, OP_OR, OP_XOR,
  OP_EQUAL, OP_EQUALVERIFY, OP_RESERVED1, OP_RESERVED2, OP_1ADD, OP_1SUB, OP_2MUL, OP_2DIV, OP_NEGATE,
  OP_ABS, OP_NOT, OP_0NOTEQUAL, OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_LSHIFT, OP_RSHIFT, OP_BOOLAND,
  OP_BOOLOR, OP_NUMEQUAL, OP_NUMEQUALVERIFY, OP_NUMNOTEQUAL, OP_LESSTHAN, OP_GREATERTHAN,
  OP_LESSTHANOREQUAL, OP_GREATERTHANOREQUAL, OP_MIN, OP_MAX, OP_WITHIN, OP_RIPEMD160, OP_SHA1, OP_SHA256,
  OP_HASH160, OP_HASH256, OP_CODESEPARATOR, OP_CHECKSIG, OP_CHECKSIGVERIFY, OP_CHECKMULTISIG,
  OP_CHECKMULTISIGVERIFY, OP_NOP1, OP_CHECKLOCKTIMEVERIFY, OP_CHECKSEQUENCEVERIFY, OP_NOP4, OP_NOP5, OP_NOP6,
  OP_NOP7, OP_NOP8, OP_NOP9, OP_NOP10, OP_CHECKSIGADD = 0xba, OP_INVALIDOPCODE = 0xff,
};
// clang-format on

/// The name of an opcode, such as "OP_CHECKSIG", as Bitcoin Core's GetOpName gives it
/// ("OP_UNKNOWN" included).
const char* opcode_name(std::uint8_t op);
/// The opcode of a name with or without "OP_"; nullopt when there is none.
std::optional<std::uint8_t> opcode_by_name(std::string_view name);

/// One instruction of a script.
struct ScriptItem {
  std::uint8_t opcode;
  ByteView data;  ///< the bytes of a push; empty for other opcodes
};
/// The element that a push puts on the stack (OP_1NEGATE and OP_1 to OP_16 push a number); nullopt for
/// other opcodes.
std::optional<Bytes> pushed_value(const ScriptItem& item);
/// Walks a script. next() gives nullopt at the end and throws Error `script.truncated` (exit 3) for a push
/// that runs beyond it.
class ScriptReader {
 public:
  explicit ScriptReader(ByteView script) : script_(script) {}
  std::optional<ScriptItem> next();
  std::size_t position() const { return at_; }

 private:
  ByteView script_;
  std::size_t at_ = 0;
};

/// Builds scripts. Its pushes are minimal: OP_0, OP_1NEGATE, OP_1 to OP_16 where they fit.
class ScriptBuilder {
 public:
  ScriptBuilder& op(std::uint8_t opcode) {
    out_.push_back(opcode);
    return *this;
  }
  ScriptBuilder& number(std::int64_t value);
  ScriptBuilder& push(ByteView data);
  ScriptBuilder& raw(ByteView script) {
    append(out_, script);
    return *this;
  }
  Script take() { return std::move(out_); }

 private:
  Script out_;
};

/// The CScriptNum encoding of a number: little-endian magnitude, sign in the top bit, minimal.
Bytes script_number(std::int64_t value);

/// The script as text, as `asm` in bitcoind's decoderawtransaction but without sighash decoding.
std::string script_asm(ByteView script);
/// Reads the words of script_asm or of Bitcoin Core's test notation: opcode names with or without OP_,
/// decimal numbers, 0x-prefixed raw bytes, 'quoted' pushes, and bare hex of 5 bytes or more as a push. A word
/// of digits alone is a number when it is within ±4294967295; ten digits with a leading zero are hex. Throws
/// Error `script.asm` (exit 3).
Script parse_asm(std::string_view text);

enum class ScriptKind {
  nonstandard,
  pubkey,
  pubkeyhash,
  scripthash,
  multisig,
  nulldata,
  witness_v0_keyhash,
  witness_v0_scripthash,
  witness_v1_taproot,
  witness_unknown,
  anchor
};
/// The kind of a scriptPubKey by Bitcoin Core's Solver.
ScriptKind script_kind(ByteView script_pubkey);
const char* script_kind_name(ScriptKind kind);  ///< as bitcoind's "type"

/// A segwit output's version (0 to 16) and program (2 to 40 bytes).
struct WitnessProgram {
  int version;
  ByteView program;
};
std::optional<WitnessProgram> witness_program(ByteView script_pubkey);
/// A bare m-of-n multisig script, n up to 20. Its keys have 33 or 65 bytes and the right first byte; they
/// need not be on the curve. parse_multisig gives nullopt for any other script.
struct Multisig {
  int required;
  std::vector<ByteView> keys;
};
std::optional<Multisig> parse_multisig(ByteView script);
/// Reads `<k1> CHECKSIG <k2> CHECKSIGADD … <m> NUMEQUAL` (descriptor multi_a), m from 1 to the number of
/// keys; nullopt for any other script.
std::optional<Multisig> parse_multi_a(ByteView script);
/// Bitcoin Core's IsPushOnly: the script has no opcode above OP_16 and no truncated push.
bool is_push_only(ByteView script);

Script p2tr_script(const crypto::XOnlyKey& output_key);
Script p2wpkh_script(const crypto::PublicKey& key);
Script p2pkh_script(const crypto::PublicKey& key);
Script p2wsh_script(ByteView witness_script);
Script p2sh_script(ByteView redeem_script);
Script op_return_script(ByteView data);  ///< OP_RETURN <data>; throws `script.op_return` above 80 bytes
/// The data of a script `OP_RETURN <one push>`; nullopt for any other script.
std::optional<Bytes> op_return_data(ByteView script_pubkey);
/// The pay-to-anchor (P2A) script, `OP_1 <4e73>`.
Script anchor_script();

}  // namespace pegkit::bitcoin
