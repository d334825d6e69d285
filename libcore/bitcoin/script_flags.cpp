#include <array>

#include "base/error.hpp"
#include "bitcoin/interpreter.hpp"

namespace pegkit::bitcoin {
namespace {

struct FlagName {
  const char* name;
  std::uint32_t flag;
};
#define PEGKIT_FLAG(name) \
  FlagName {              \
#name, VERIFY_##name  \
  }
constexpr std::array flag_names{
    PEGKIT_FLAG(P2SH),
    PEGKIT_FLAG(STRICTENC),
    PEGKIT_FLAG(DERSIG),
    PEGKIT_FLAG(LOW_S),
    PEGKIT_FLAG(NULLDUMMY),
    PEGKIT_FLAG(SIGPUSHONLY),
    PEGKIT_FLAG(MINIMALDATA),
    PEGKIT_FLAG(DISCOURAGE_UPGRADABLE_NOPS),
    PEGKIT_FLAG(CLEANSTACK),
    PEGKIT_FLAG(CHECKLOCKTIMEVERIFY),
    PEGKIT_FLAG(CHECKSEQUENCEVERIFY),
    PEGKIT_FLAG(WITNESS),
    PEGKIT_FLAG(DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM),
    PEGKIT_FLAG(MINIMALIF),
    PEGKIT_FLAG(NULLFAIL),
    PEGKIT_FLAG(WITNESS_PUBKEYTYPE),
    PEGKIT_FLAG(CONST_SCRIPTCODE),
    PEGKIT_FLAG(TAPROOT),
    PEGKIT_FLAG(DISCOURAGE_UPGRADABLE_TAPROOT_VERSION),
    PEGKIT_FLAG(DISCOURAGE_OP_SUCCESS),
    PEGKIT_FLAG(DISCOURAGE_UPGRADABLE_PUBKEYTYPE),
};
#undef PEGKIT_FLAG

std::uint32_t parse_flag(std::string_view name) {
  for (const FlagName& known : flag_names) {
    if (name == known.name) return known.flag;
  }
  throw input_error("flags.unknown",
                    "there is no script verification flag '" + std::string(name.substr(0, 64)) + "'")
      .hint("flags are written as in Bitcoin Core's tests: P2SH,WITNESS,TAPROOT");
}

}  // namespace

const std::uint32_t consensus_flags = VERIFY_P2SH | VERIFY_DERSIG | VERIFY_NULLDUMMY |
                                      VERIFY_CHECKLOCKTIMEVERIFY | VERIFY_CHECKSEQUENCEVERIFY |
                                      VERIFY_WITNESS | VERIFY_TAPROOT;
const std::uint32_t standard_flags =
    consensus_flags | VERIFY_STRICTENC | VERIFY_MINIMALDATA | VERIFY_DISCOURAGE_UPGRADABLE_NOPS |
    VERIFY_CLEANSTACK | VERIFY_MINIMALIF | VERIFY_NULLFAIL | VERIFY_LOW_S |
    VERIFY_DISCOURAGE_UPGRADABLE_WITNESS_PROGRAM | VERIFY_WITNESS_PUBKEYTYPE | VERIFY_CONST_SCRIPTCODE |
    VERIFY_DISCOURAGE_UPGRADABLE_TAPROOT_VERSION | VERIFY_DISCOURAGE_OP_SUCCESS |
    VERIFY_DISCOURAGE_UPGRADABLE_PUBKEYTYPE;

std::uint32_t parse_flags(std::string_view list) {
  std::uint32_t flags = VERIFY_NONE;
  if (list.empty() || list == "NONE") return flags;
  while (true) {
    std::size_t comma = list.find(',');
    flags |= parse_flag(list.substr(0, comma));
    if (comma == std::string_view::npos) return flags;
    list.remove_prefix(comma + 1);
  }
}

std::string format_flags(std::uint32_t flags) {
  std::string out;
  for (const FlagName& known : flag_names) {
    if ((flags & known.flag) == 0) continue;
    if (!out.empty()) out += ',';
    out += known.name;
  }
  return out;
}

}  // namespace pegkit::bitcoin
