#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace pegkit {

/// For enums whose values have names in a database or a document. The values count up from 0, and a function
/// `const char* NAME(Enum)` is their table: one switch, which the compiler keeps complete, and "" for a
/// number after the last value.

/// Every value, in the enum's order.
template <class Enum>
std::vector<Enum> all_values(const char* (*name_of)(Enum)) {
  std::vector<Enum> out;
  for (int i = 0; *name_of(static_cast<Enum>(i)) != 0; ++i) out.push_back(static_cast<Enum>(i));
  return out;
}

/// The value of that name; nullopt when there is none.
template <class Enum>
std::optional<Enum> value_named(std::string_view name, const char* (*name_of)(Enum)) {
  for (Enum value : all_values(name_of))
    if (name == name_of(value)) return value;
  return std::nullopt;
}

}  // namespace pegkit
