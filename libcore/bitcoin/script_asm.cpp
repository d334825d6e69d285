#include <array>
#include <charconv>

#include "base/error.hpp"
#include "bitcoin/script.hpp"

namespace pegkit::bitcoin {
namespace {

constexpr std::int64_t max_asm_number = 0xffffffff;

/// Names of the opcodes from OP_NOP (0x61) to OP_CHECKSIGADD (0xba), in order.
constexpr std::array<const char*, 0xba - 0x61 + 1> names = {"OP_NOP",
                                                            "OP_VER",
                                                            "OP_IF",
                                                            "OP_NOTIF",
                                                            "OP_VERIF",
                                                            "OP_VERNOTIF",
                                                            "OP_ELSE",
                                                            "OP_ENDIF",
                                                            "OP_VERIFY",
                                                            "OP_RETURN",
                                                            "OP_TOALTSTACK",
                                                            "OP_FROMALTSTACK",
                                                            "OP_2DROP",
                                                            "OP_2DUP",
                                                            "OP_3DUP",
                                                            "OP_2OVER",
                                                            "OP_2ROT",
                                                            "OP_2SWAP",
                                                            "OP_IFDUP",
                                                            "OP_DEPTH",
                                                            "OP_DROP",
                                                            "OP_DUP",
                                                            "OP_NIP",
                                                            "OP_OVER",
                                                            "OP_PICK",
                                                            "OP_ROLL",
                                                            "OP_ROT",
                                                            "OP_SWAP",
                                                            "OP_TUCK",
                                                            "OP_CAT",
                                                            "OP_SUBSTR",
                                                            "OP_LEFT",
                                                            "OP_RIGHT",
                                                            "OP_SIZE",
                                                            "OP_INVERT",
                                                            "OP_AND",
                                                            "OP_OR",
                                                            "OP_XOR",
                                                            "OP_EQUAL",
                                                            "OP_EQUALVERIFY",
                                                            "OP_RESERVED1",
                                                            "OP_RESERVED2",
                                                            "OP_1ADD",
                                                            "OP_1SUB",
                                                            "OP_2MUL",
                                                            "OP_2DIV",
                                                            "OP_NEGATE",
                                                            "OP_ABS",
                                                            "OP_NOT",
                                                            "OP_0NOTEQUAL",
                                                            "OP_ADD",
                                                            "OP_SUB",
                                                            "OP_MUL",
                                                            "OP_DIV",
                                                            "OP_MOD",
                                                            "OP_LSHIFT",
                                                            "OP_RSHIFT",
                                                            "OP_BOOLAND",
                                                            "OP_BOOLOR",
                                                            "OP_NUMEQUAL",
                                                            "OP_NUMEQUALVERIFY",
                                                            "OP_NUMNOTEQUAL",
                                                            "OP_LESSTHAN",
                                                            "OP_GREATERTHAN",
                                                            "OP_LESSTHANOREQUAL",
                                                            "OP_GREATERTHANOREQUAL",
                                                            "OP_MIN",
                                                            "OP_MAX",
                                                            "OP_WITHIN",
                                                            "OP_RIPEMD160",
                                                            "OP_SHA1",
                                                            "OP_SHA256",
                                                            "OP_HASH160",
                                                            "OP_HASH256",
                                                            "OP_CODESEPARATOR",
                                                            "OP_CHECKSIG",
                                                            "OP_CHECKSIGVERIFY",
                                                            "OP_CHECKMULTISIG",
                                                            "OP_CHECKMULTISIGVERIFY",
                                                            "OP_NOP1",
                                                            "OP_CHECKLOCKTIMEVERIFY",
                                                            "OP_CHECKSEQUENCEVERIFY",
                                                            "OP_NOP4",
                                                            "OP_NOP5",
                                                            "OP_NOP6",
                                                            "OP_NOP7",
                                                            "OP_NOP8",
                                                            "OP_NOP9",
                                                            "OP_NOP10",
                                                            "OP_CHECKSIGADD"};

constexpr std::array<const char*, 16> small_names = {"1", "2",  "3",  "4",  "5",  "6",  "7",  "8",
                                                     "9", "10", "11", "12", "13", "14", "15", "16"};

struct Alias {
  std::string_view name;
  std::uint8_t opcode;
};
constexpr std::array<Alias, 10> aliases = {{{"0", OP_0},
                                            {"FALSE", OP_0},
                                            {"TRUE", OP_1},
                                            {"1NEGATE", OP_1NEGATE},
                                            {"RESERVED", OP_RESERVED},
                                            {"PUSHDATA1", OP_PUSHDATA1},
                                            {"PUSHDATA2", OP_PUSHDATA2},
                                            {"PUSHDATA4", OP_PUSHDATA4},
                                            {"NOP2", OP_CHECKLOCKTIMEVERIFY},
                                            {"NOP3", OP_CHECKSEQUENCEVERIFY}}};

/// The number that up to four bytes encode, minimal or not.
std::int64_t number_of(ByteView data) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < data.size(); ++i) value |= std::int64_t{data[i]} << (8 * i);
  if (data.empty() || !(data.back() & 0x80)) return value;
  return -(value & ~(std::int64_t{0x80} << (8 * (data.size() - 1))));
}

[[noreturn]] void bad_word(std::string_view word) {
  throw input_error("script.asm", "'" + std::string(word.substr(0, 40)) + "' is no opcode, number or push");
}

std::optional<std::int64_t> decimal(std::string_view word) {
  std::string_view digits = word.starts_with('-') ? word.substr(1) : word;
  if (digits.empty() || digits.size() > 10 || (digits.size() > 9 && digits[0] == '0')) return std::nullopt;
  std::int64_t value = 0;
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc{} || end != word.data() + word.size()) return std::nullopt;
  if (value > max_asm_number || value < -max_asm_number) return std::nullopt;
  return value;
}

Bytes hex_word(std::string_view hex, std::string_view word) {
  try {
    return from_hex(hex);
  } catch (const Error&) {
    bad_word(word);
  }
}

void append_word(ScriptBuilder& out, std::string_view word) {
  if (auto number = decimal(word)) {
    out.number(*number);
  } else if (word.starts_with("0x")) {
    out.raw(hex_word(word.substr(2), word));
  } else if (word.size() >= 2 && word.front() == '\'' && word.back() == '\'') {
    out.push(as_bytes(word.substr(1, word.size() - 2)));
  } else if (auto opcode = opcode_by_name(word)) {
    out.op(*opcode);
  } else if (word.size() >= 10) {
    out.push(hex_word(word, word));
  } else {
    bad_word(word);
  }
}

}  // namespace

const char* opcode_name(std::uint8_t op) {
  if (op >= OP_NOP && op <= OP_CHECKSIGADD) return names[op - OP_NOP];
  if (op >= OP_1 && op <= OP_16) return small_names[op - OP_1];
  switch (op) {
    case OP_0:
      return "0";
    case OP_PUSHDATA1:
      return "OP_PUSHDATA1";
    case OP_PUSHDATA2:
      return "OP_PUSHDATA2";
    case OP_PUSHDATA4:
      return "OP_PUSHDATA4";
    case OP_1NEGATE:
      return "-1";
    case OP_RESERVED:
      return "OP_RESERVED";
    case OP_INVALIDOPCODE:
      return "OP_INVALIDOPCODE";
    default:
      return "OP_UNKNOWN";
  }
}

std::optional<std::uint8_t> opcode_by_name(std::string_view name) {
  if (name.starts_with("OP_")) name.remove_prefix(3);
  for (const Alias& alias : aliases) {
    if (alias.name == name) return alias.opcode;
  }
  for (std::size_t i = 0; i < small_names.size(); ++i) {
    if (name == small_names[i]) return static_cast<std::uint8_t>(OP_1 + i);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (name == std::string_view(names[i]).substr(3)) return static_cast<std::uint8_t>(OP_NOP + i);
  }
  return std::nullopt;
}

std::string script_asm(ByteView script) {
  std::string out;
  ScriptReader reader(script);
  try {
    while (auto item = reader.next()) {
      if (!out.empty()) out += ' ';
      if (item->opcode > OP_PUSHDATA4) {
        out += opcode_name(item->opcode);
      } else {
        out += item->data.size() <= 4 ? std::to_string(number_of(item->data)) : to_hex(item->data);
      }
    }
  } catch (const Error&) {
    if (!out.empty()) out += ' ';
    out += "[error]";
  }
  return out;
}

Script parse_asm(std::string_view text) {
  constexpr std::string_view spaces = " \t\n";
  ScriptBuilder out;
  while (true) {
    std::size_t begin = text.find_first_not_of(spaces);
    if (begin == text.npos) return out.take();
    text.remove_prefix(begin);
    std::size_t end = std::min(text.find_first_of(spaces), text.size());
    append_word(out, text.substr(0, end));
    text.remove_prefix(end);
  }
}

}  // namespace pegkit::bitcoin
