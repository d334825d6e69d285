#pragma once

#include <string>

#include "base/enum_names.hpp"
#include "store/database.hpp"

namespace pegkit::store {

/// The value whose name a column holds; `what` says what it is the name of. Throws damaged() for a name that
/// is not in the table.
template <class Enum>
Enum stored_name(const Statement& row, int column, const char* (*name_of)(Enum), const char* what) {
  std::string name = row.text(column);
  constexpr std::size_t shown = 40;
  if (auto value = value_named(name, name_of)) return *value;
  throw damaged(std::string("'") + name.substr(0, shown) + "' is no " + what);
}

}  // namespace pegkit::store
