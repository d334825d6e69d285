#include "bitcoin/instruction.hpp"

namespace pegkit::bitcoin {

bool is_minimal_push(std::uint8_t opcode, ByteView data) {
  if (data.empty()) return opcode == OP_0;
  if (data.size() == 1 && ((data[0] >= 1 && data[0] <= 16) || data[0] == 0x81)) return false;
  if (data.size() < OP_PUSHDATA1) return opcode == data.size();
  if (data.size() <= 0xff) return opcode == OP_PUSHDATA1;
  if (data.size() <= 0xffff) return opcode == OP_PUSHDATA2;
  return true;
}

Script plain_push(ByteView data) {
  Script out;
  out.reserve(data.size() + 5);
  int width = 0;
  if (data.size() < OP_PUSHDATA1) {
    out.push_back(static_cast<std::uint8_t>(data.size()));
  } else {
    width = data.size() <= 0xff ? 1 : data.size() <= 0xffff ? 2 : 4;
    out.push_back(width == 1 ? OP_PUSHDATA1 : width == 2 ? OP_PUSHDATA2 : OP_PUSHDATA4);
  }
  for (int i = 0; i < width; ++i) out.push_back(static_cast<std::uint8_t>(data.size() >> (8 * i)));
  append(out, data);
  return out;
}

bool is_op_success(std::uint8_t op) {
  return op == 80 || op == 98 || (op >= 126 && op <= 129) || (op >= 131 && op <= 134) ||
         (op >= 137 && op <= 138) || (op >= 141 && op <= 142) || (op >= 149 && op <= 153) ||
         (op >= 187 && op <= 254);
}

bool is_p2sh(ByteView script) {
  return script.size() == 23 && script[0] == OP_HASH160 && script[1] == 20 && script[22] == OP_EQUAL;
}

std::optional<Script> find_and_delete(ByteView script, ByteView pattern) {
  if (pattern.empty() || as_text(script).find(as_text(pattern)) == std::string_view::npos)
    return std::nullopt;
  const std::uint8_t* at = script.data();
  const std::uint8_t* end = at + script.size();
  const std::uint8_t* kept = at;  // start of the bytes to keep that are not copied yet
  Script out;
  bool found = false;
  std::uint8_t opcode;
  ByteView data;
  while (true) {
    out.insert(out.end(), kept, at);
    while (static_cast<std::size_t>(end - at) >= pattern.size() && equal({at, pattern.size()}, pattern)) {
      at += pattern.size();
      found = true;
    }
    kept = at;
    if (at == end || !read_instruction(at, end, opcode, data)) break;
  }
  if (!found) return std::nullopt;
  out.insert(out.end(), kept, end);
  return out;
}

}  // namespace pegkit::bitcoin
